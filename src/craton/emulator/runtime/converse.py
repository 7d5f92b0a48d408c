"""Converse and ConverseStream: what they ask, and the answer in their shape.

Source: "Converse" and "ConverseStream", docs.aws.amazon.com/bedrock/latest/APIReference/,
retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.invocation import Asked
from craton.emulator.runtime.prompt import Piece, Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.emulator.runtime.invocation import Outcome

_NOT_TAKEN: Final = (
    "promptVariables",
    "additionalModelRequestFields",
    "additionalModelResponseFieldPaths",
    "outputConfig",
)
_TAKEN: Final = frozenset(
    {
        *("modelId", "messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig"),
        *("requestMetadata", "performanceConfig", "serviceTier", *_NOT_TAKEN),
    }
)
_TIERS: Final = ("default", "priority", "flex")


def asked_of(given: Mapping[str, Any]) -> Asked:
    """What the parameters of a call ask. Raises: NotEmulatedError for what cannot be done, ServiceError."""
    for name, value in given.items():
        if value and (name in _NOT_TAKEN or name not in _TAKEN):
            raise NotEmulatedError(f"the parameter {name}")
    if (given.get("performanceConfig") or {}).get("latency", "standard") != "standard":
        raise NotEmulatedError("the parameter performanceConfig.latency=optimized")
    choice = (given.get("toolConfig") or {}).get("toolChoice") or {}
    if "any" in choice or "tool" in choice:
        raise NotEmulatedError("the parameter toolConfig.toolChoice, because no tool is ever chosen")
    messages = given.get("messages") or ()
    if not messages or messages[0]["role"] != "user" or messages[-1]["role"] != "user":
        raise ServiceError(
            "ValidationException", "A conversation must start and end with a user message. Try again."
        )
    inference = given.get("inferenceConfig") or {}
    guardrail = given.get("guardrailConfig") or None
    return Asked(
        model=str(given["modelId"]),
        prompt=Prompt(
            pieces=(*_system(given), *_messages(messages), *_tools(given)),
            most_tokens=inference.get("maxTokens"),
            stops=tuple(inference.get("stopSequences") or ()),
        ),
        guardrail=None
        if guardrail is None
        else (str(guardrail.get("guardrailIdentifier") or ""), str(guardrail.get("guardrailVersion") or "")),
        tier=tier_of((given.get("serviceTier") or {}).get("type")),
    )


def tier_of(told: str | None) -> str | None:
    """The service tier of a call. Raises: NotEmulatedError for one that takes a reservation."""
    if told is not None and told not in _TIERS:
        raise NotEmulatedError(f"the service tier {told}")
    return told


def _system(given: Mapping[str, Any]) -> Iterator[Piece]:
    for block in given.get("system") or ():
        yield _piece(block, "system", "system")


def _messages(messages: Any) -> Iterator[Piece]:
    for message in messages:
        for block in message["content"]:
            yield _piece(block, "message", message["role"])


def _tools(given: Mapping[str, Any]) -> Iterator[Piece]:
    """What tools are called and do is read by the model, too."""
    tools = (given.get("toolConfig") or {}).get("tools")
    if tools:
        yield Piece(text=json.dumps(tools, default=str), place="system", role="system")


def _piece(block: Mapping[str, Any], place: Any, role: str) -> Piece:
    kind, value = next((name, one) for name, one in block.items() if one is not None)
    match kind:
        case "text":
            return Piece(text=value, place=place, role=role)
        case "guardContent" if value.get("text"):
            qualifiers = tuple(value["text"].get("qualifiers") or ())
            return Piece(
                text=value["text"]["text"], place=place, role=role, marked=True, qualifiers=qualifiers
            )
        case "toolUse" | "toolResult":
            return Piece(text=json.dumps(value, default=str), place=place, role="tool")
        case _:
            raise NotEmulatedError(f"{kind} in a message")


def answered(outcome: Outcome, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of Converse."""
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": outcome.text}]}},
        "stopReason": outcome.stop,
        **_metadata(outcome, given),
    }


def events(outcome: Outcome, given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of ConverseStream: one for every few words."""
    yield "messageStart", {"role": "assistant"}
    for piece in in_pieces(outcome.text):
        yield "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}}
    yield "contentBlockStop", {"contentBlockIndex": 0}
    yield "messageStop", {"stopReason": outcome.stop}
    yield "metadata", _metadata(outcome, given)


def in_pieces(text: str) -> Iterator[str]:
    """A text in pieces, as a stream brings it."""
    for start in range(0, len(text), 24):
        yield text[start : start + 24]


def _metadata(outcome: Outcome, given: Mapping[str, Any]) -> dict[str, Any]:
    """Usage and metrics, and the trace where the call asks for it, or an enforced guardrail has one."""
    told: dict[str, Any] = {
        "usage": {
            "inputTokens": outcome.input_tokens,
            "outputTokens": outcome.output_tokens,
            "totalTokens": outcome.input_tokens + outcome.output_tokens,
        },
        "metrics": {"latencyMs": outcome.latency_ms},
    }
    wanted = (given.get("guardrailConfig") or {}).get("trace", "disabled")
    if outcome.guards and wanted != "disabled":
        told["trace"] = {"guardrail": outcome.trace(model_output(outcome))}
    if given.get("serviceTier"):
        told["serviceTier"] = dict(given["serviceTier"])
    return told


def model_output(outcome: Outcome) -> str | None:
    """What the model said, as a trace tells it; None where it said nothing."""
    if outcome.said is None:
        return None
    message = {"role": "assistant", "content": [{"text": outcome.said.text}]}
    usage = {"inputTokens": outcome.input_tokens, "outputTokens": outcome.output_tokens}
    whole = {"output": {"message": message}, "stopReason": outcome.said.stop, "usage": usage}
    return json.dumps(whole, separators=(",", ":"))
