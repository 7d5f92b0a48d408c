"""Rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import ServiceError
from craton.emulator.observation.buses import DEFAULT, Rule
from craton.emulator.observation.call_events import watch
from craton.emulator.observation.event_pattern import PatternError, matches, read_pattern
from craton.emulator.observation.schedules import arm, read_schedule
from craton.emulator.services.events.service import (
    SERVICE,
    existing_bus,
    existing_rule,
    refuse,
    rule_arn,
    tags_of,
)

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_TOLD: Final = ("Description", "EventPattern", "ScheduleExpression", "RoleArn")


@SERVICE.operation("PutRule")
def put_rule(call: Call) -> Result:
    """Sets a rule; its targets stay."""
    check_parameters(call)
    given = call.parameters
    bus, name = existing_bus(call, given.get("EventBusName")), str(given["Name"])
    pattern, schedule = given.get("EventPattern"), given.get("ScheduleExpression")
    if not pattern and not schedule:
        raise ServiceError(
            "ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified."
        )
    if schedule and bus.name != DEFAULT:
        raise ServiceError(
            "ValidationException", "ScheduleExpression is supported only on the default event bus."
        )
    read = _pattern(str(pattern)) if pattern else None
    if schedule:
        read_schedule(str(schedule))
    before = bus.rules.get(name)
    told = {one: given[one] for one in _TOLD if given.get(one)}
    told["State"] = given.get("State") or "ENABLED"
    rule = Rule(name=name, arn=rule_arn(bus, name), told=told, pattern=read)
    if before is not None:
        rule.targets = before.targets
    bus.rules[name] = rule
    tags_of(call, rule.arn).update({str(one["Key"]): str(one["Value"]) for one in given.get("Tags") or ()})
    watch(call.world)
    if schedule:
        arm(call.world, bus, rule)
    return {"RuleArn": rule.arn}


def _pattern(text: str) -> dict[str, Any]:
    try:
        return read_pattern(text)
    except PatternError as error:
        raise ServiceError("InvalidEventPatternException", str(error)) from error


@SERVICE.operation("DeleteRule")
def delete_rule(call: Call) -> Result:
    """Removes a rule without targets; one that is not there is no error."""
    bus = existing_bus(call, call.parameters.get("EventBusName"))
    rule = bus.rules.get(str(call.parameters["Name"]))
    if rule is None:
        return {}
    if rule.targets:
        raise ServiceError("ValidationException", "Rule can't be deleted since it has targets.")
    del bus.rules[rule.name]
    tags_of(call, rule.arn).clear()
    return {}


@SERVICE.operation("DescribeRule")
def describe_rule(call: Call) -> Result:
    """Tells a rule."""
    bus, rule = existing_rule(call, str(call.parameters["Name"]), call.parameters.get("EventBusName"))
    return _row(rule, bus.name)


@SERVICE.operation("ListRules")
def list_rules(call: Call) -> Result:
    """Lists the rules of a bus."""
    refuse(call.parameters, ("NextToken", "Limit"))
    bus = existing_bus(call, call.parameters.get("EventBusName"))
    prefix = str(call.parameters.get("NamePrefix") or "")
    return {
        "Rules": [_row(rule, bus.name) for name, rule in sorted(bus.rules.items()) if name.startswith(prefix)]
    }


@SERVICE.operation("ListRuleNamesByTarget")
def list_rule_names_by_target(call: Call) -> Result:
    """Lists the rules of a bus that have a target."""
    refuse(call.parameters, ("NextToken", "Limit"))
    bus, arn = existing_bus(call, call.parameters.get("EventBusName")), call.parameters["TargetArn"]
    found = [
        name
        for name, rule in sorted(bus.rules.items())
        if any(one["Arn"] == arn for one in rule.targets.values())
    ]
    return {"RuleNames": found}


def _row(rule: Rule, bus: str) -> dict[str, Any]:
    return {"Name": rule.name, "Arn": rule.arn, "EventBusName": bus, **rule.told}


@SERVICE.operation("EnableRule", "DisableRule")
def switch_rule(call: Call) -> Result:
    """Lets a rule fire, or not."""
    _, rule = existing_rule(call, str(call.parameters["Name"]), call.parameters.get("EventBusName"))
    rule.told["State"] = "ENABLED" if call.operation.name == "EnableRule" else "DISABLED"
    return {}


@SERVICE.operation("TestEventPattern")
def test_event_pattern(call: Call) -> Result:
    """Tells whether a pattern is about an event."""
    try:
        event = json.loads(call.parameters["Event"])
    except ValueError as error:
        raise ServiceError("ValidationException", "Parameter Event is not valid.") from error
    return {"Result": matches(_pattern(str(call.parameters["EventPattern"])), event)}
