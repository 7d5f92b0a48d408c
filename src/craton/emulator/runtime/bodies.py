"""The bodies of InvokeModel: each provider's own, read into a prompt and written from an answer.

Source: "Inference request parameters and response fields for foundation models", docs.aws.amazon.com/bedrock/
latest/userguide/model-parameters.html, retrieved 2026-11-26, and recorded replies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.converse import in_pieces
from craton.emulator.runtime.invocation import Outcome
from craton.emulator.runtime.naming import letters
from craton.emulator.runtime.prompt import Piece, Prompt, pieces_of
from craton.emulator.runtime.vectors import read_cohere, read_titan, write_cohere, write_titan

Body = dict[str, Any]


class BodyForm(Struct, frozen=True, kw_only=True):
    """How one family of models is asked and answers. `events` is None where it does not stream.

    Models of vectors have `embed` in the place of `write`: it takes the model, the prompt and the body.
    """

    read: Callable[[Mapping[str, Any]], Prompt]
    write: Callable[[Outcome], Body] | None = None
    events: Callable[[Outcome], Iterator[Body]] | None = None
    embed: Callable[[str, Prompt, Mapping[str, Any]], Body] | None = None


def form_of(model: str) -> BodyForm:
    """The form of a model's bodies. Raises: NotEmulatedError where it is not emulated."""
    for start, form in _FORMS.items():
        if model.startswith(start):
            return form
    raise NotEmulatedError(f"the bodies of {model}: call it by Converse")


def _text_of(content: Any) -> Iterator[str]:
    """The texts of a message, which are a text or blocks of them."""
    if isinstance(content, str):
        yield content
        return
    for block in content:
        if "text" not in block:
            raise NotEmulatedError(f"{block.get('type') or next(iter(block), 'nothing')} in a message")
        yield str(block["text"])


def _needs(body: Mapping[str, Any], *names: str) -> None:
    """Raises: ServiceError where a body lacks what its model needs."""
    for name in names:
        if name not in body:
            raise ServiceError(
                "ValidationException",
                f"Malformed input request: #: required key [{name}] not found, please reformat your input and"
                " try again.",
            )


def _chat(body: Mapping[str, Any], most: Any, stops: Any) -> Prompt:
    pieces = [
        *(Piece(text=text, place="system", role="system") for text in _text_of(body.get("system") or ())),
        *(
            Piece(text=text, role=str(message["role"]))
            for message in body["messages"]
            for text in _text_of(message["content"])
        ),
    ]
    return Prompt(pieces=tuple(pieces), most_tokens=most, stops=tuple(stops or ()))


def _read_claude(body: Mapping[str, Any]) -> Prompt:
    _needs(body, "anthropic_version", "max_tokens", "messages")
    return _chat(body, body["max_tokens"], body.get("stop_sequences"))


def _claude_id(outcome: Outcome) -> str:
    return f"msg_bdrk_{letters(f'{outcome.target.named}/{outcome.text}', 24)}"


def _write_claude(outcome: Outcome) -> Body:
    return {
        "model": outcome.target.model.removeprefix("anthropic."),
        "id": _claude_id(outcome),
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": outcome.text}],
        "stop_reason": _stop(outcome),
        "stop_sequence": None,
        "usage": {"input_tokens": outcome.input_tokens, "output_tokens": outcome.output_tokens},
    }


def _stop(outcome: Outcome) -> str:
    """What stopped a model; a guardrail is told beside it."""
    if outcome.stop != "guardrail_intervened":
        return outcome.stop
    return outcome.said.stop if outcome.said else "end_turn"


def _claude_events(outcome: Outcome) -> Iterator[Body]:
    start = {**_write_claude(outcome), "content": [], "stop_reason": None}
    start["usage"] = {"input_tokens": outcome.input_tokens, "output_tokens": min(1, outcome.output_tokens)}
    yield {"type": "message_start", "message": start}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in in_pieces(outcome.text):
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    yield {"type": "content_block_stop", "index": 0}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": _stop(outcome), "stop_sequence": None},
        "usage": {"output_tokens": outcome.output_tokens},
    }
    yield {"type": "message_stop"}


def _read_nova(body: Mapping[str, Any]) -> Prompt:
    _needs(body, "messages")
    inference = body.get("inferenceConfig") or {}
    most = inference.get("maxTokens", inference.get("max_new_tokens"))
    return _chat(body, most, inference.get("stopSequences"))


def _write_nova(outcome: Outcome) -> Body:
    return {
        "output": {"message": {"content": [{"text": outcome.text}], "role": "assistant"}},
        "stopReason": _stop(outcome),
        "usage": {
            "inputTokens": outcome.input_tokens,
            "outputTokens": outcome.output_tokens,
            "totalTokens": outcome.input_tokens + outcome.output_tokens,
        },
    }


def _nova_events(outcome: Outcome) -> Iterator[Body]:
    yield {"messageStart": {"role": "assistant"}}
    for piece in in_pieces(outcome.text):
        yield {"contentBlockDelta": {"delta": {"text": piece}, "contentBlockIndex": 0}}
    yield {"contentBlockStop": {"contentBlockIndex": 0}}
    yield {"messageStop": {"stopReason": _stop(outcome)}}
    usage = {"inputTokens": outcome.input_tokens, "outputTokens": outcome.output_tokens}
    yield {"metadata": {"usage": usage, "metrics": {}, "trace": {}}}


def _read_llama(body: Mapping[str, Any]) -> Prompt:
    _needs(body, "prompt")
    return Prompt(pieces=pieces_of([str(body["prompt"])]), most_tokens=body.get("max_gen_len"))


def _write_llama(outcome: Outcome) -> Body:
    return {
        "generation": outcome.text,
        "prompt_token_count": outcome.input_tokens,
        "generation_token_count": outcome.output_tokens,
        "stop_reason": "length" if _stop(outcome) == "max_tokens" else "stop",
    }


def _llama_events(outcome: Outcome) -> Iterator[Body]:
    pieces = list(in_pieces(outcome.text))
    for number, piece in enumerate(pieces, 1):
        last = number == len(pieces)
        yield {
            **_write_llama(outcome),
            "generation": piece,
            "stop_reason": _last_stop(outcome) if last else None,
        }


def _last_stop(outcome: Outcome) -> str:
    return str(_write_llama(outcome)["stop_reason"])


_CLAUDE: Final = BodyForm(read=_read_claude, write=_write_claude, events=_claude_events)
_NOVA: Final = BodyForm(read=_read_nova, write=_write_nova, events=_nova_events)
_LLAMA: Final = BodyForm(read=_read_llama, write=_write_llama, events=_llama_events)

_FORMS: Final[Mapping[str, BodyForm]] = {
    "anthropic.claude": _CLAUDE,
    "amazon.nova-lite": _NOVA,
    "amazon.nova-micro": _NOVA,
    "amazon.nova-pro": _NOVA,
    "amazon.nova-premier": _NOVA,
    "amazon.nova-2-lite": _NOVA,
    "meta.llama": _LLAMA,
    "amazon.titan-embed-text-v": BodyForm(read=read_titan, embed=write_titan),
    "cohere.embed-english-v3": BodyForm(read=read_cohere, embed=write_cohere),
    "cohere.embed-multilingual-v3": BodyForm(read=read_cohere, embed=write_cohere),
}
"""Which bodies models take, by the beginnings of their ids."""
