"""Amazon Bedrock Runtime: models that answer, and guardrails that assess."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime import guarding
from craton.emulator.runtime.assessment import Block, assess
from craton.emulator.runtime.bodies import form_of
from craton.emulator.runtime.converse import answered, asked_of, events, model_output, tier_of
from craton.emulator.runtime.event_stream import CONTENT_TYPE, stream
from craton.emulator.runtime.guardrail import guardrail_arn
from craton.emulator.runtime.invocation import Asked, Outcome, carry_out
from craton.emulator.runtime.keeping import keep_application, keep_failure, keep_success
from craton.emulator.runtime.tagging import marked
from craton.emulator.runtime.target import target_of
from craton.emulator.service import Service
from craton.emulator.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

SERVICE = Service("bedrock-runtime", signing="bedrock")

_JSON: Final = "application/json"
_MOST_METADATA: Final = 16
_METADATA: Final = re.compile(r"[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}")
_PATTERNS: Final = frozenset({"modelId", "requestMetadata"})
_CHUNK: Final = "chunk"


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A guardrail is authorised by its ARN. Calls of models take several authorisations, of their own."""
    if call.operation.name != "ApplyGuardrail":
        return ()
    arn = guardrail_arn(call.account, call.region, str(call.parameters["guardrailIdentifier"]))
    return [("bedrock:ApplyGuardrail", arn)]


@SERVICE.operation("Converse")
def converse(call: Call) -> Result:
    """Answers a conversation."""
    _, told = _conversed(call)
    return told


@SERVICE.operation("ConverseStream")
def converse_stream(call: Call) -> Result:
    """Answers a conversation in events."""
    outcome, _ = _conversed(call)
    return Answer(200, {"content-type": CONTENT_TYPE}, stream(events(outcome, call.parameters)))


def _conversed(call: Call) -> tuple[Outcome, dict[str, Any]]:
    given = call.parameters
    metadata = _metadata(given.get("requestMetadata") or {})
    asked_body = _body_of(call)

    def ask() -> Asked:
        check_parameters(call, but=_PATTERNS)
        return asked_of(given)

    outcome = _carried_out(call, ask, asked_body, metadata)
    told = answered(outcome, given)
    streams = call.operation.name == "ConverseStream"
    keep_success(call, outcome, asked=asked_body, answered=told, metadata=metadata, streams=streams)
    return outcome, told


@SERVICE.operation("InvokeModel")
def invoke_model(call: Call) -> Result:
    """Answers in the body of the model's provider."""
    outcome, metadata = _invoked(call)
    asked, form = _body_of(call), form_of(outcome.target.model)
    if form.write is not None:
        body = form.write(outcome)
    elif form.embed is not None and outcome.read is not None:
        body = form.embed(outcome.target.model, outcome.read, asked)
    else:
        body = {"message": outcome.text}
    body |= _guardrail_of(call, outcome)
    keep_success(call, outcome, asked=asked, answered=body, metadata=metadata, streams=False)
    headers = {
        "content-type": _JSON,
        "x-amzn-bedrock-input-token-count": str(outcome.input_tokens),
        "x-amzn-bedrock-invocation-latency": str(outcome.latency_ms),
    }
    if form.embed is None:
        headers["x-amzn-bedrock-output-token-count"] = str(outcome.output_tokens)
    if call.parameters.get("serviceTier"):
        headers["x-amzn-bedrock-service-tier"] = str(call.parameters["serviceTier"])
    return Answer(200, headers, json.dumps(body).encode())


@SERVICE.operation("InvokeModelWithResponseStream")
def invoke_model_with_response_stream(call: Call) -> Result:
    """Answers in the events of the model's provider."""
    form = form_of(target_of(call, str(call.parameters["modelId"])).model)
    if form.events is None:
        raise ServiceError("ValidationException", "The model is unsupported for streaming.")
    outcome, metadata = _invoked(call)
    bodies = list(form.events(outcome))
    bodies[-1] |= {
        **_guardrail_of(call, outcome),
        "amazon-bedrock-invocationMetrics": {
            "inputTokenCount": outcome.input_tokens,
            "outputTokenCount": outcome.output_tokens,
            "invocationLatency": outcome.latency_ms,
            "firstByteLatency": outcome.first_ms,
        },
    }
    keep_success(call, outcome, asked=_body_of(call), answered=bodies, metadata=metadata, streams=True)
    headers = {"content-type": CONTENT_TYPE, "x-amzn-bedrock-content-type": _JSON}
    return Answer(200, headers, stream(_chunks(bodies)))


def _chunks(bodies: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for body in bodies:
        text = json.dumps(body, separators=(",", ":")).encode()
        yield _CHUNK, {"bytes": base64.b64encode(text).decode()}


def _invoked(call: Call) -> tuple[Outcome, dict[str, str]]:
    """What became of a call with a provider's body."""
    given = call.parameters
    metadata = _metadata_of_header(given.get("requestMetadata"))

    def ask() -> Asked:
        check_parameters(call, but=_PATTERNS)
        if given.get("performanceConfigLatency", "standard") != "standard":
            raise NotEmulatedError("the parameter performanceConfigLatency=optimized")
        body = _body_of(call)
        if not isinstance(body, dict):
            raise ServiceError(
                "ValidationException", "Malformed input request, please reformat your input and try again."
            )
        form = form_of(target_of(call, str(given["modelId"])).model)
        told = (given.get("guardrailIdentifier"), given.get("guardrailVersion"))
        return Asked(
            model=str(given["modelId"]),
            prompt=marked(form.read(body), body),
            guardrail=(str(told[0] or ""), str(told[1] or "")) if any(told) else None,
            tier=tier_of(given.get("serviceTier")),
            embeds=form.embed is not None,
        )

    return _carried_out(call, ask, _body_of(call), metadata), metadata


def _carried_out(call: Call, ask: Callable[[], Asked], body: Any, metadata: dict[str, str]) -> Outcome:
    try:
        return carry_out(call, ask())
    except ServiceError as error:
        keep_failure(call, str(call.parameters["modelId"]), error, asked=body, metadata=metadata)
        raise


def _guardrail_of(call: Call, outcome: Outcome) -> dict[str, Any]:
    """What a provider's body tells of guardrails, where one saw the call."""
    if not outcome.guards:
        return {}
    told: dict[str, Any] = {"amazon-bedrock-guardrailAction": "INTERVENED" if outcome.intervened else "NONE"}
    if call.parameters.get("trace", "DISABLED") != "DISABLED":
        trace = outcome.trace(model_output(outcome))
        told["amazon-bedrock-trace"] = {
            "guardrail": {
                "input": trace["inputAssessment"],
                "outputs": [{name: one[0]} for name, one in trace.get("outputAssessments", {}).items()],
                **{name: trace[name] for name in ("modelOutput", "actionReason") if name in trace},
            }
        }
    return told


def _body_of(call: Call) -> Any:
    """The body of a request, as far as it is JSON."""
    try:
        return json.loads(call.body or b"null")
    except ValueError:
        return None


def _metadata_of_header(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ServiceError("ValidationException", "The request metadata must be a JSON object of strings.")
    return _metadata(told)


def _metadata(told: Mapping[str, Any]) -> dict[str, str]:
    """What a call tells of itself for the log. Raises: ServiceError.

    Source: docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-request-metadata.html,
    retrieved 2026-11-23.
    """
    if len(told) > _MOST_METADATA:
        raise ServiceError("ValidationException", f"The request metadata may have {_MOST_METADATA} entries.")
    for key, value in told.items():
        if not key or not _METADATA.fullmatch(key) or not _METADATA.fullmatch(str(value)):
            raise ServiceError("ValidationException", f"The request metadata {key} is invalid.")
    return {key: str(value) for key, value in told.items()}


@SERVICE.operation("ApplyGuardrail")
def apply_guardrail(call: Call) -> Result:
    """Assesses texts without a model."""
    check_parameters(call)
    given = call.parameters
    if given.get("outputScope", "INTERVENTIONS") != "INTERVENTIONS":
        raise NotEmulatedError("the parameter outputScope=FULL")
    blocks = tuple(_block(one) for one in given["content"])
    guard = guarding.named(call, str(given["guardrailIdentifier"]), str(given["guardrailVersion"]))
    side = given["source"]
    found = assess(guard.wording, side, blocks, f"{guard.arn}/{call.account}")
    keep_application(call, guard, side, found)
    reasons = {"BLOCKED": "Guardrail blocked.", "MASKED": "Guardrail masked.", "NONE": "No action."}
    return {
        "usage": found.usage,
        "action": "GUARDRAIL_INTERVENED" if found.intervened else "NONE",
        "actionReason": reasons[found.action],
        "outputs": [{"text": text} for text in found.outputs] if found.intervened else [],
        "assessments": [found.told],
        "guardrailCoverage": found.told["invocationMetrics"]["guardrailCoverage"],
    }


def _block(told: Mapping[str, Any]) -> Block:
    if not told.get("text"):
        raise NotEmulatedError("images in the parameter content")
    qualifiers = told["text"].get("qualifiers") or ()
    return Block(told["text"]["text"], not qualifiers or "guard_content" in qualifiers)
