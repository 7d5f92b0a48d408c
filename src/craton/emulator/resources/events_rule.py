"""AWS::Events::Rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_OF_RULE: Final = (
    "EventPattern",
    "ScheduleExpression",
    "State",
    "Description",
    "RoleArn",
    "EventBusName",
    "Tags",
)


class Rule:
    """A rule with its targets; Ref is its name, with that of its bus before it if that is not the default."""

    type = "AWS::Events::Rule"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the rule and its targets."""
        return _put(site, str(properties.get("Name") or site.name(64)), properties)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Puts both anew; targets and tags that the template no longer has are taken away."""
        events, name = site.client("events"), str(made.attributes["RuleName"])
        kept = {one["Id"] for one in properties.get("Targets", ())}
        gone = sorted({one["Id"] for one in previous.get("Targets", ())} - kept)
        if gone:
            events.remove_targets(Rule=name, Ids=gone, **_bus(previous))
        tags = {one["Key"] for one in properties.get("Tags", ())}
        untagged = sorted({one["Key"] for one in previous.get("Tags", ())} - tags)
        if untagged:
            events.untag_resource(ResourceARN=made.attributes["Arn"], TagKeys=untagged)
        return _put(site, name, properties)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the targets and the rule."""
        events, name = site.client("events"), str(made.attributes["RuleName"])
        try:
            held = events.list_targets_by_rule(Rule=name, **_bus(properties))["Targets"]
        except events.exceptions.ResourceNotFoundException:
            return
        if held:
            events.remove_targets(Rule=name, Ids=[one["Id"] for one in held], **_bus(properties))
        events.delete_rule(Name=name, **_bus(properties))

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What EventBridge tells of the rule and its targets."""
        events, name = site.client("events"), str(made.attributes["RuleName"])
        try:
            told = events.describe_rule(Name=name, **_bus(properties))
            targets = events.list_targets_by_rule(Rule=name, **_bus(properties))["Targets"]
        except events.exceptions.ResourceNotFoundException:
            return None
        if "EventPattern" in told and isinstance(properties.get("EventPattern"), dict):
            told["EventPattern"] = json.loads(told["EventPattern"])
        if "EventBusName" in properties:
            told["EventBusName"] = properties["EventBusName"]
        return to_properties(self.type, {**told, "Targets": targets})


def _put(site: Site, name: str, properties: Properties) -> Made:
    events = site.client("events")
    own = {part: properties[part] for part in _OF_RULE if part in properties}
    arn = events.put_rule(**to_parameters(events, "put_rule", {**own, "Name": name}))["RuleArn"]
    targets = properties.get("Targets") or ()
    if targets:
        told = {"Rule": name, "Targets": targets, **_bus(properties)}
        events.put_targets(**to_parameters(events, "put_targets", told))
    return Made(arn.partition(":rule/")[2].replace("/", "|"), {"Arn": arn, "RuleName": name})


def _bus(properties: Properties) -> dict[str, Any]:
    return {"EventBusName": properties["EventBusName"]} if "EventBusName" in properties else {}


KIND = Rule()
