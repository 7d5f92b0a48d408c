"""What is read of Amazon Bedrock: logging, guardrails in every version, and profiles of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_VERSION: Final = Following(
    each="guardrails",
    operation="GetGuardrail",
    taken={"guardrailIdentifier": "arn", "guardrailVersion": "version"},
)
_GUARDRAIL: Final = (
    Following(
        each="guardrails", operation="ListGuardrails", taken={"guardrailIdentifier": "arn"}, then=(_VERSION,)
    ),
    Following(each="guardrails", operation="GetResourcePolicy", taken={"resourceArn": "arn"}),
    Following(each="guardrails", operation="ListTagsForResource", taken={"resourceARN": "arn"}),
)
_PROFILE: Final = (
    Following(
        each="inferenceProfileSummaries",
        operation="ListTagsForResource",
        taken={"resourceARN": "inferenceProfileArn"},
    ),
)


def _questions(_at: Place) -> Iterator[Question]:
    yield Question(operation="GetModelInvocationLoggingConfiguration")
    yield Question(operation="GetAccountDataRetention")
    yield Question(operation="ListEnforcedGuardrailsConfiguration")
    yield Question(operation="ListGuardrails", then=_GUARDRAIL)
    yield Question(operation="ListInferenceProfiles", parameters={"typeEquals": "APPLICATION"}, then=_PROFILE)


PLAN: Final = Plan(service="bedrock", questions=_questions)
