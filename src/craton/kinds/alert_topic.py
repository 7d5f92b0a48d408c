"""Where the hub tells what somebody should look at: one encrypted topic in each Region.

Source: docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html, and
docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from craton.core.kind import Kind
from craton.core.manifest_section import Section
from craton.core.manifest_text import Email
from craton.core.resource import ACCOUNT, Output, Resource, ref
from craton.core.statement import allow, document
from craton.kinds.parts.hub import ALERTS, ALERTS_NAME, KEY_ARN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

EmailAddress = Annotated[Email, Meta(max_length=320)]


class Alerts(Section, frozen=True, kw_only=True):
    """Who is told of alarms, of changes of what governs Bedrock, and of budgets."""

    emails: Annotated[
        tuple[EmailAddress, ...],
        Meta(
            description="who gets mail; each address confirms once that it wants it",
            examples=[["ai-platform@acme.example"]],
            max_length=10,
        ),
    ] = ()


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    yield Resource(
        template="hub",
        id=ALERTS,
        type="AWS::SNS::Topic",
        properties={
            "TopicName": ALERTS_NAME,
            "KmsMasterKeyId": KEY_ARN,
            "Subscription": [
                {"Protocol": "email", "Endpoint": one} for one in intent.section("alerts", Alerts).emails
            ]
            or None,
        },
    )
    yield Resource(
        template="hub",
        id=f"{ALERTS}Access",
        type="AWS::SNS::TopicInlinePolicy",
        properties={
            "TopicArn": ref(ALERTS),
            "PolicyDocument": document(
                allow(
                    "sns:Publish",
                    ref(ALERTS),
                    Sid="ServicesOfTheHubAndTheManagementAccount",
                    Principal={"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]},
                    condition={"StringEquals": {"aws:SourceAccount": [ACCOUNT, intent.management_account]}},
                )
            ),
        },
    )
    yield Output(
        template="hub", id=f"{ALERTS}Arn", value=ref(ALERTS), description="to subscribe to the hub's alerts"
    )


KIND: Final = Kind(
    name="alert_topic", title="Topic of alerts", section=("alerts", Alerts), resources=_resources
)
