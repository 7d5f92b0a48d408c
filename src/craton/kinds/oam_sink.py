"""Through which the hub sees metrics and log groups of all accounts, in each Region.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account-Setup.html,
and docs.aws.amazon.com/OAM/latest/APIReference/API_PutSinkPolicy.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Output, Resource, attribute
from craton.core.statement import allow, document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

SINK: Final = "ObservabilitySink"
SHARED: Final = ("AWS::CloudWatch::Metric", "AWS::Logs::LogGroup")
"""What members may let the hub see."""


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    yield Resource(
        template="hub",
        id=SINK,
        type="AWS::Oam::Sink",
        properties={
            "Name": "craton-bedrock",
            "Policy": document(
                allow(
                    ["oam:CreateLink", "oam:UpdateLink"],
                    "*",
                    Principal="*",
                    condition={
                        "StringEquals": {"aws:PrincipalOrgID": intent.manifest.organization.id},
                        "ForAllValues:StringEquals": {"oam:ResourceTypes": list(SHARED)},
                    },
                )
            ),
        },
    )
    yield Output(
        template="hub",
        id=f"{SINK}Arn",
        value=attribute(SINK, "Arn"),
        description="to which members of the organization link",
    )


KIND: Final = Kind(name="oam_sink", title="Sink of observability", resources=_resources)
