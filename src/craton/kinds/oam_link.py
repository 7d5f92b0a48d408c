"""Through which an account lets the hub see its metrics and log groups, in each Region.

AWS makes the name of a sink, so a manifest can tell it only once the hub stands: until it tells that of every
Region, there are no links.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account-Setup.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta, field

from craton.core.kind import Kind
from craton.core.manifest_section import Section
from craton.core.manifest_text import Region, text
from craton.core.resource import ByRegion, Resource
from craton.kinds.oam_sink import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

SinkArn = Annotated[
    str,
    text(
        "ARN of a sink",
        "`arn:aws:oam:REGION:ACCOUNT:sink/ID`, as the hub's stack tells it",
        "arn:aws:oam:us-east-1:222222222222:sink/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        r"^arn:aws[a-z-]*:oam:[a-z0-9-]+:[0-9]{12}:sink/[0-9a-f-]{36}$",
    ),
]


class Observability(Section, frozen=True, kw_only=True):
    """How the hub sees metrics and logs where they are."""

    sinks: Annotated[
        dict[Region, SinkArn],
        Meta(description="the hub's sink of each Region, as the output `ObservabilitySinkArn` of its stack"),
    ] = field(default_factory=dict)


def _resources(intent: Intent) -> Iterator[Resource]:
    sinks = intent.section("observability", Observability).sinks
    if not set(intent.regions) <= set(sinks):
        return
    yield Resource(
        template="member",
        id="ObservabilityLink",
        type="AWS::Oam::Link",
        properties={
            "LabelTemplate": "$AccountName",
            "ResourceTypes": list(SHARED),
            "SinkIdentifier": ByRegion({region: sinks[region] for region in intent.regions}),
        },
    )


KIND: Final = Kind(
    name="oam_link",
    title="Link to the hub's sink",
    section=("observability", Observability),
    resources=_resources,
)
