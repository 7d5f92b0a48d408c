"""The rule that sends what is changed of an account's governance to the bus of the hub.

Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Resource, attribute, sub
from craton.core.statement import allow
from craton.kinds.parts.governance_events import CREDENTIALS, GUARDRAILS, LOGGING, TRAILS, any_of
from craton.kinds.parts.hub import EVENT_BUS_NAME
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

_ROLE: Final = "EventForwardingRole"
_TOLD: Final = (LOGGING, GUARDRAILS, TRAILS, CREDENTIALS)
"""What can happen in an account that is no management account."""


def _resources(intent: Intent) -> Iterator[Resource]:
    bus = sub(
        f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:{intent.hub_account}:event-bus/{EVENT_BUS_NAME}"
    )
    yield service_role(
        "member", _ROLE, "events.amazonaws.com", [allow("events:PutEvents", bus)], condition=None
    )
    yield Resource(
        template="member",
        id="EventForwardingRule",
        type="AWS::Events::Rule",
        properties={
            "Description": "to the bus of the hub",
            "EventPattern": any_of(*_TOLD),
            "Targets": [{"Id": "hub", "Arn": bus, "RoleArn": attribute(_ROLE, "Arn")}],
        },
    )


KIND: Final = Kind(name="event_rule", title="Events for the hub", resources=_resources)
