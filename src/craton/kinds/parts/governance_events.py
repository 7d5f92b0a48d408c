"""Events of CloudTrail that say that something which governs Bedrock was changed.

Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html, and for the names
of operations the service models of botocore, retrieved 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

_DETAIL_TYPE: Final = "AWS API Call via CloudTrail"


class GovernanceEvent(Struct, frozen=True, kw_only=True):
    """One sort of change: of which service, by which operations, and how it is told to people.

    `detail` is what else an event must say.
    """

    name: str
    title: str
    service: str
    operations: tuple[str, ...]
    detail: Mapping[str, Any] = {}

    @property
    def pattern(self) -> dict[str, Any]:
        """The pattern of EventBridge that takes these events, from whatever account."""
        return {
            "source": [f"aws.{self.service}"],
            "detail-type": [_DETAIL_TYPE],
            "detail": {
                "eventSource": [f"{self.service}.amazonaws.com"],
                "eventName": list(self.operations),
                **self.detail,
            },
        }


LOGGING: Final = GovernanceEvent(
    name="LoggingChanged",
    title="the logging of invocations was changed",
    service="bedrock",
    operations=(
        "DeleteModelInvocationLoggingConfiguration",
        "PutModelInvocationLoggingConfiguration",
    ),
)
GUARDRAILS: Final = GovernanceEvent(
    name="GuardrailChanged",
    title="a guardrail, or where one is enforced, was changed",
    service="bedrock",
    operations=(
        "DeleteEnforcedGuardrailConfiguration",
        "DeleteGuardrail",
        "DeleteResourcePolicy",
        "PutEnforcedGuardrailConfiguration",
        "PutResourcePolicy",
        "UpdateGuardrail",
    ),
)
POLICIES: Final = GovernanceEvent(
    name="PolicyDetached",
    title="an organization policy was changed or taken away",
    service="organizations",
    operations=("DeletePolicy", "DetachPolicy", "DisablePolicyType", "UpdatePolicy"),
)
TRAILS: Final = GovernanceEvent(
    name="TrailStopped",
    title="a trail was stopped or changed",
    service="cloudtrail",
    operations=("DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"),
)
CREDENTIALS: Final = GovernanceEvent(
    name="CredentialCreated",
    title="a long-term API key of Bedrock was made",
    service="iam",
    operations=("CreateServiceSpecificCredential",),
    detail={"requestParameters": {"serviceName": ["bedrock.amazonaws.com"]}},
)
GOVERNANCE_EVENTS: Final = (LOGGING, GUARDRAILS, POLICIES, TRAILS, CREDENTIALS)


def any_of(*events: GovernanceEvent) -> dict[str, Any]:
    """The pattern that takes all of these; their further details are asked where they arrive."""
    return {
        "source": sorted({f"aws.{one.service}" for one in events}),
        "detail-type": [_DETAIL_TYPE],
        "detail": {"eventName": sorted({name for one in events for name in one.operations})},
    }
