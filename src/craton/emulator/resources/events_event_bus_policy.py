"""AWS::Events::EventBusPolicy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class EventBusPolicy:
    """One statement of the policy of a bus; Ref is the bus and the id of the statement."""

    type = "AWS::Events::EventBusPolicy"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the statement among those that the bus has."""
        events, bus, sid = site.client("events"), _bus(properties), str(properties["StatementId"])
        if "Statement" not in properties:
            told = {
                name: properties[name] for name in ("Action", "Principal", "Condition") if name in properties
            }
            events.put_permission(EventBusName=bus, StatementId=sid, **told)
            return Made(f"{bus}|{sid}")
        told = properties["Statement"]
        statement = {"Sid": sid, **(json.loads(told) if isinstance(told, str) else told)}
        others = [one for one in _statements(events, bus) if one.get("Sid") != sid]
        policy = {"Version": "2012-10-17", "Statement": [*others, statement]}
        events.put_permission(EventBusName=bus, Policy=json.dumps(policy))
        return Made(f"{bus}|{sid}")

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts the statement anew."""
        return self.create(site, properties)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Takes the statement away."""
        events = site.client("events")
        bus, _, sid = made.physical_id.partition("|")
        try:
            events.remove_permission(EventBusName=bus, StatementId=sid)
        except events.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """The statement as the bus has it."""
        events = site.client("events")
        bus, _, sid = made.physical_id.partition("|")
        try:
            found = next((one for one in _statements(events, bus) if one.get("Sid") == sid), None)
        except events.exceptions.ResourceNotFoundException:
            return None
        if found is None:
            return None
        told: dict[str, Any] = {"StatementId": sid}
        if "EventBusName" in properties:
            told["EventBusName"] = properties["EventBusName"]
        if "Statement" in properties:
            own = properties["Statement"]
            given = json.loads(own) if isinstance(own, str) else own
            shown = {name: one for name, one in found.items() if name != "Sid" or "Sid" in given}
            told["Statement"] = json.dumps(shown) if isinstance(own, str) else shown
        return told


def _bus(properties: Properties) -> str:
    return str(properties.get("EventBusName") or "default")


def _statements(events: Any, bus: str) -> list[dict[str, Any]]:
    policy = events.describe_event_bus(Name=bus).get("Policy")
    return list(json.loads(policy)["Statement"]) if policy else []


KIND = EventBusPolicy()
