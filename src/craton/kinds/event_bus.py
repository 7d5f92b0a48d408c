"""The bus on which the hub hears of changes to what governs Bedrock, from every account, and tells of them.

Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html,
docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html, and
docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Output, Resource, attribute, ref, sub
from craton.core.statement import allow
from craton.kinds.parts.governance_events import GOVERNANCE_EVENTS, any_of
from craton.kinds.parts.hub import ALERTS, EVENT_BUS, EVENT_BUS_NAME
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.kinds.parts.governance_events import GovernanceEvent

_TOLD: Final = {
    "what": "$.detail.eventName",
    "account": "$.account",
    "region": "$.region",
    "who": "$.detail.userIdentity.arn",
    "when": "$.time",
}


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    yield Resource(
        template="hub", id=EVENT_BUS, type="AWS::Events::EventBus", properties={"Name": EVENT_BUS_NAME}
    )
    yield Resource(
        template="hub",
        id=f"{EVENT_BUS}Policy",
        type="AWS::Events::EventBusPolicy",
        properties={
            "EventBusName": ref(EVENT_BUS),
            "StatementId": "MembersOfTheOrganization",
            "Statement": allow(
                "events:PutEvents",
                attribute(EVENT_BUS, "Arn"),
                Principal="*",
                condition={"StringEquals": {"aws:PrincipalOrgID": intent.manifest.organization.id}},
            ),
        },
    )
    for event in GOVERNANCE_EVENTS:
        yield _alert(event)
    yield from _forwarding(intent)
    yield Output(
        template="hub",
        id=f"{EVENT_BUS}Arn",
        value=attribute(EVENT_BUS, "Arn"),
        description="to which members of the organization send what happens to what governs them",
    )


def _alert(event: GovernanceEvent) -> Resource:
    text = f"{event.title}: <what> in <account>, <region>, by <who>, at <when>"
    return Resource(
        template="hub",
        id=f"{event.name}Rule",
        type="AWS::Events::Rule",
        properties={
            "Description": event.title,
            "EventBusName": ref(EVENT_BUS),
            "EventPattern": event.pattern,
            "Targets": [
                {
                    "Id": "alerts",
                    "Arn": ref(ALERTS),
                    "InputTransformer": {"InputPathsMap": _TOLD, "InputTemplate": f'"{text}"'},
                }
            ],
        },
    )


def _forwarding(intent: Intent) -> Iterator[Resource]:
    """What happens to policies and the trail happens in the management account; the hub's bus gets it.

    The trail is told of where it stands, and policies of the organization in us-east-1 alone.
    """
    role = "EventForwardingRole"
    bus = sub(
        f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:{intent.hub_account}:event-bus/{EVENT_BUS_NAME}"
    )
    yield service_role(
        *("management", role, "events.amazonaws.com"),
        [allow("events:PutEvents", bus)],
        condition=None,
    )
    yield Resource(
        template="management",
        id="EventForwardingRule",
        type="AWS::Events::Rule",
        properties={
            "Description": "to the bus of the hub",
            "EventPattern": any_of(*GOVERNANCE_EVENTS),
            "Targets": [{"Id": "hub", "Arn": bus, "RoleArn": attribute(role, "Arn")}],
        },
    )


KIND: Final = Kind(name="event_bus", title="Bus of governance events", resources=_resources)
