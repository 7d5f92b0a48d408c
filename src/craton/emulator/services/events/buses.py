"""Event buses and who may put events on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.codec.policy_source import read_policy
from craton.emulator.errors import ServiceError
from craton.emulator.observation.buses import DEFAULT, Bus, buses
from craton.emulator.services.events.service import (
    SERVICE,
    bus_arn,
    existing_bus,
    not_found,
    refuse,
    tags_of,
)

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_NOT_KEPT: Final = ("EventSourceName", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")


@SERVICE.operation("CreateEventBus")
def create_event_bus(call: Call) -> Result:
    """Makes a bus that only its own account may use."""
    given = call.parameters
    refuse(given, _NOT_KEPT)
    held, name = buses(call.world, call.account, call.region), str(given["Name"])
    if name in held:
        raise ServiceError("ResourceAlreadyExistsException", f"Event bus {name} already exists.")
    arn = bus_arn(call, name)
    description = {"Description": given["Description"]} if given.get("Description") else {}
    held[name] = Bus(
        name=name, arn=arn, account=call.account, region=call.region, created=call.time, told=description
    )
    tags_of(call, arn).update({str(one["Key"]): str(one["Value"]) for one in given.get("Tags") or ()})
    return {"EventBusArn": arn, **description}


@SERVICE.operation("UpdateEventBus")
def update_event_bus(call: Call) -> Result:
    """Describes a bus otherwise."""
    refuse(call.parameters, _NOT_KEPT)
    bus = existing_bus(call, call.parameters.get("Name"))
    if call.parameters.get("Description") is not None:
        bus.told["Description"] = call.parameters["Description"]
    return {"Arn": bus.arn, "Name": bus.name, **bus.told}


@SERVICE.operation("DeleteEventBus")
def delete_event_bus(call: Call) -> Result:
    """Removes a bus without rules; one that is not there is no error."""
    name = str(call.parameters["Name"])
    if name == DEFAULT:
        raise ServiceError("ValidationException", "Cannot delete event bus default.")
    held = buses(call.world, call.account, call.region)
    if name in held and held[name].rules:
        raise ServiceError("ValidationException", "Event bus can't be deleted since it has rules.")
    if held.pop(name, None) is not None:
        tags_of(call, bus_arn(call, name)).clear()
    return {}


@SERVICE.operation("DescribeEventBus")
def describe_event_bus(call: Call) -> Result:
    """Tells a bus and its policy."""
    return _row(existing_bus(call, call.parameters.get("Name")))


@SERVICE.operation("ListEventBuses")
def list_event_buses(call: Call) -> Result:
    """Lists the buses of the account."""
    refuse(call.parameters, ("NextToken", "Limit"))
    prefix = str(call.parameters.get("NamePrefix") or "")
    held = buses(call.world, call.account, call.region)
    return {"EventBuses": [_row(one) for name, one in sorted(held.items()) if name.startswith(prefix)]}


def _row(bus: Bus) -> dict[str, Any]:
    told = {"Name": bus.name, "Arn": bus.arn, "CreationTime": bus.created, **bus.told}
    return {**told, "Policy": bus.policy} if bus.policy else told


@SERVICE.operation("PutPermission")
def put_permission(call: Call) -> Result:
    """Lets somebody put events: by a whole policy, or by one more statement."""
    given = call.parameters
    bus = existing_bus(call, given.get("EventBusName"))
    if given.get("Policy"):
        bus.statements = _statements(str(given["Policy"]), bus.arn)
        return {}
    for name in ("Action", "Principal", "StatementId"):
        if not given.get(name):
            raise ServiceError("ValidationException", f"The parameter {name} is required without a policy.")
    principal = str(given["Principal"])
    statement: dict[str, Any] = {
        "Sid": given["StatementId"],
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        "Action": given["Action"],
        "Resource": bus.arn,
    }
    condition = given.get("Condition")
    if condition:
        statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    bus.statements = [one for one in bus.statements if one.get("Sid") != given["StatementId"]]
    bus.statements.append(statement)
    return {}


def _statements(text: str, arn: str) -> list[dict[str, Any]]:
    policy, problems = read_policy(text.encode(), arn, arn)
    if policy is None:
        why = problems[0].message if problems else "it is no policy"
        raise ServiceError("ValidationException", f"The policy is invalid: {why}")
    told = json.loads(text)["Statement"]
    return list(told) if isinstance(told, list) else [told]


@SERVICE.operation("RemovePermission")
def remove_permission(call: Call) -> Result:
    """Takes a statement away, or all of them."""
    given = call.parameters
    bus = existing_bus(call, given.get("EventBusName"))
    if given.get("RemoveAllPermissions"):
        bus.statements = []
        return {}
    named = given.get("StatementId")
    if all(one.get("Sid") != named for one in bus.statements):
        raise not_found("Statement with the provided id does not exist.")
    bus.statements = [one for one in bus.statements if one.get("Sid") != named]
    return {}
