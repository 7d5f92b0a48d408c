"""What is kept of each call of a model: metrics, its record in the invocation log, and more for CloudTrail.

Source: "Monitor the performance of Amazon Bedrock", docs.aws.amazon.com/bedrock/latest/userguide/
monitoring.html, and "Monitor Amazon Bedrock Guardrails using CloudWatch metrics", docs.aws.amazon.com/
bedrock/latest/userguide/monitoring-guardrails-cw-metrics.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.observation.metrics import metric, put, value_of
from craton.emulator.runtime.catalog import state_of
from craton.emulator.runtime.invocation_log import log_invocation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.errors import ServiceError
    from craton.emulator.runtime.assessment import Assessment, Side
    from craton.emulator.runtime.guarding import Guarding, Passage
    from craton.emulator.runtime.invocation import Outcome

NAMESPACE: Final = "AWS/Bedrock"
GUARDRAILS: Final = "AWS/Bedrock/Guardrails"
_MORE: Final = "additional event data"
_POLICIES: Final = {
    "wordPolicy": "WordPolicy",
    "sensitiveInformationPolicy": "SensitiveInformationPolicy",
    "topicPolicy": "TopicPolicy",
    "contentPolicy": "ContentPolicy",
    "contextualGroundingPolicy": "ContextualGroundingPolicy",
}
_UNITS: Final = {
    "wordPolicyUnits": "WordPolicy",
    "sensitiveInformationPolicyUnits": "SensitiveInformationPolicy",
    "topicPolicyUnits": "TopicPolicy",
    "contentPolicyUnits": "ContentPolicy",
    "contextualGroundingPolicyUnits": "ContextualGroundingPolicy",
}


def keep_success(
    call: Call, outcome: Outcome, *, asked: Any, answered: Any, metadata: Mapping[str, Any], streams: bool
) -> None:
    """Keeps a call that was answered. `asked` and `answered` are bodies as the log tells them."""
    model = model_dimension(outcome.target.named)
    _count(call, model, "Invocations", 1, "Count")
    _count(call, model, "InvocationLatency", outcome.latency_ms, "Milliseconds")
    _count(call, model, "InputTokenCount", outcome.input_tokens, "Count")
    if outcome.read is None:
        _count(call, model, "OutputTokenCount", outcome.output_tokens, "Count")
    if streams:
        _count(call, model, "TimeToFirstToken", outcome.first_ms, "Milliseconds")
    if state_of(outcome.target.model, call.time.date()) == "legacy":
        _count(call, model, "LegacyModelInvocations", 1, "Count")
    _count_passage(call, outcome.guards, "INPUT", outcome.before)
    if outcome.after is not None:
        _count_passage(call, outcome.guards, "OUTPUT", outcome.after)
    if outcome.region != call.region:
        more_of(call)[call.request_id] = {"inferenceRegion": outcome.region}
    log_invocation(
        call,
        model=outcome.target.named,
        asked=asked,
        answered=answered,
        counts=(outcome.input_tokens, None if outcome.read else outcome.output_tokens),
        embeds=outcome.read is not None,
        region=outcome.region,
        metadata=metadata,
    )


def keep_failure(
    call: Call, model: str, error: ServiceError, *, asked: Any, metadata: Mapping[str, Any]
) -> None:
    """Keeps a call that was refused."""
    _count(call, model_dimension(model), "InvocationClientErrors", 1, "Count")
    log_invocation(call, model=model, asked=asked, metadata=metadata, error=str(error.code))


def keep_application(call: Call, guard: Guarding, side: Side, assessment: Assessment) -> None:
    """Keeps a call of ApplyGuardrail."""
    _count_guardrail(call, {"Operation": "ApplyGuardrail"}, "Invocations", 1)
    _count_assessment(call, guard, side, assessment)


def model_dimension(named: str) -> str:
    """What the dimension ModelId holds: the id, also where the call names an ARN."""
    return named.rpartition("/")[2] if named.startswith("arn:") else named


def more_of(call: Call) -> dict[str, dict[str, Any]]:
    """What CloudTrail tells beside the parameters of calls in an account and Region, by request."""
    return call.world.shelf(call.account, call.region, _MORE)


def _count(call: Call, model: str, name: str, value: float, unit: str) -> None:
    told = metric(NAMESPACE, name, {"ModelId": model})
    put(call.world, call.account, call.region, told, value_of(value, call.time, unit))


def _count_guardrail(call: Call, dimensions: dict[str, str], name: str, value: float) -> None:
    told = metric(GUARDRAILS, name, dimensions)
    put(call.world, call.account, call.region, told, value_of(value, call.time, "Count"))


def _count_passage(call: Call, guards: tuple[Guarding, ...], side: Side, passage: Passage) -> None:
    for guard, (_, assessment) in zip(guards, passage.assessments, strict=True):
        _count_assessment(call, guard, side, assessment)


def _count_assessment(call: Call, guard: Guarding, side: Side, assessment: Assessment) -> None:
    own = {"GuardrailArn": guard.arn, "GuardrailVersion": guard.version}
    source = {"GuardrailContentSource": "Input" if side == "INPUT" else "Output"}
    _count_guardrail(call, own, "Invocations", 1)
    for units, policy in _UNITS.items():
        spent = assessment.usage[units]
        if spent:
            _count_guardrail(call, {"GuardrailPolicyType": policy}, "TextUnitCount", spent)
            _count_guardrail(call, own, "TextUnitCount", spent)
    if assessment.intervened:
        _count_guardrail(call, own, "InvocationsIntervened", 1)
        _count_guardrail(call, source, "InvocationsIntervened", 1)
        for name, policy in _POLICIES.items():
            if name in assessment.told:
                _count_guardrail(call, {"GuardrailPolicyType": policy}, "InvocationsIntervened", 1)
