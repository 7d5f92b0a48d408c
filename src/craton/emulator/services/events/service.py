"""The service, and how calls name buses and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.core.arn import Arn
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.buses import DEFAULT, Bus, Rule, bus_of
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.emulator.call import Call

SERVICE = Service("events")


def bus_arn(call: Call, name: str | None) -> str:
    """The ARN of a bus that is named by name or ARN; the default one where none is."""
    told = name or DEFAULT
    return (
        told if told.startswith("arn:") else f"arn:aws:events:{call.region}:{call.account}:event-bus/{told}"
    )


def existing_bus(call: Call, name: str | None) -> Bus:
    """The bus of a call. Raises: ServiceError."""
    found = bus_of(call.world, bus_arn(call, name))
    if found is None:
        raise not_found(f"Event bus {name} does not exist.")
    return found


def existing_rule(call: Call, name: str, bus: str | None) -> tuple[Bus, Rule]:
    """A rule with its bus. Raises: ServiceError."""
    held = existing_bus(call, bus)
    rule = held.rules.get(name)
    if rule is None:
        raise not_found(f"Rule {name} does not exist on EventBus {held.name}.")
    return held, rule


def rule_arn(bus: Bus, name: str) -> str:
    """The ARN of a rule: the default bus is not in it."""
    own = name if bus.name == DEFAULT else f"{bus.name}/{name}"
    return f"arn:aws:events:{bus.region}:{bus.account}:rule/{own}"


def not_found(message: str) -> ServiceError:
    """The refusal for what is not there."""
    return ServiceError("ResourceNotFoundException", message)


def refuse(given: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises: NotEmulatedError for parameters that would do more."""
    for name in names:
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Events are authorised by the bus that they go to, rules by their own ARNs."""
    given, name = call.parameters, call.operation.name
    action = f"events:{name}"
    if name == "PutEvents":
        arns = [bus_arn(call, one.get("EventBusName")) for one in given.get("Entries") or ()]
        return [(action, arn) for arn in dict.fromkeys(arns)]
    if name == "TestEventPattern":
        return [(action, "*")]
    if name in ("TagResource", "UntagResource", "ListTagsForResource"):
        return [(action, str(given["ResourceARN"]))]
    if name in _OF_BUSES:
        return [(action, bus_arn(call, given.get("EventBusName") or given.get("Name")))]
    rule = given.get("Rule") or (given.get("Name") if name.endswith("Rule") else None)
    if rule:
        told = bus_of(call.world, bus_arn(call, given.get("EventBusName")))
        if told is not None:
            return [(action, rule_arn(told, str(rule)))]
    return [(action, "*")]


_OF_BUSES = ("CreateEventBus", "DeleteEventBus", "DescribeEventBus", "PutPermission", "RemovePermission")


@SERVICE.policy_of("events")
def bus_policy(call: Call, arn: str) -> str | None:
    """The policy of a bus."""
    found = bus_of(call.world, arn) if ":event-bus/" in arn else None
    return found.policy if found else None


def tags_of(call: Call, arn: str) -> dict[str, str]:
    """The tags of a bus or a rule, to be read and changed."""
    told = Arn.parse(arn)
    account, region = (told.account, told.region) if told else ("", "")
    kept: dict[str, str] = call.world.shelf(account, region, "events tags").setdefault(arn, {})
    return kept


@SERVICE.tags_of("events")
def resource_tags(call: Call, arn: str) -> dict[str, str]:
    """The tags of a bus or a rule."""
    return dict(tags_of(call, arn))
