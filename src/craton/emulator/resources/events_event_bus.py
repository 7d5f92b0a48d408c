"""AWS::Events::EventBus."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class EventBus:
    """A bus; Ref is its name."""

    type = "AWS::Events::EventBus"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the bus and sets its policy."""
        events, name = site.client("events"), str(properties["Name"])
        own = {part: value for part, value in properties.items() if part != "Policy"}
        arn = events.create_event_bus(**to_parameters(events, "create_event_bus", own))["EventBusArn"]
        _set_policy(site, name, properties)
        return Made(name, {"Arn": arn, "Name": name})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Describes it otherwise, and sets policy and tags anew."""
        events, arn = site.client("events"), str(made.attributes["Arn"])
        events.update_event_bus(Name=made.physical_id, Description=str(properties.get("Description") or ""))
        if properties.get("Policy") != previous.get("Policy"):
            _set_policy(site, made.physical_id, properties)
        kept = {one["Key"] for one in properties.get("Tags", ())}
        gone = sorted({one["Key"] for one in previous.get("Tags", ())} - kept)
        if gone:
            events.untag_resource(ResourceARN=arn, TagKeys=gone)
        if properties.get("Tags"):
            events.tag_resource(ResourceARN=arn, Tags=list(properties["Tags"]))
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the bus."""
        site.client("events").delete_event_bus(Name=made.physical_id)

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What EventBridge tells of the bus."""
        events = site.client("events")
        try:
            told = events.describe_event_bus(Name=made.physical_id)
        except events.exceptions.ResourceNotFoundException:
            return None
        found = to_properties(self.type, {part: one for part, one in told.items() if part != "Policy"})
        if "Policy" in properties:
            found["Policy"] = json.loads(told["Policy"]) if told.get("Policy") else {}
        return found


def _set_policy(site: Site, name: str, properties: Properties) -> None:
    events, policy = site.client("events"), properties.get("Policy")
    if policy:
        text = policy if isinstance(policy, str) else json.dumps(policy)
        events.put_permission(EventBusName=name, Policy=text)
    else:
        events.remove_permission(EventBusName=name, RemoveAllPermissions=True)


KIND = EventBus()
