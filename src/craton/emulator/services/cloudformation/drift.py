"""Operations that look for drift of stacks."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.pages import page
from craton.emulator.services.cloudformation.parameters import PRINCIPAL, here
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stacks.drift import Report, check_can_look, look, reports

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.stacks.drift import Drift
    from craton.emulator.stacks.stack import Resource, Stack


@SERVICE.operation("DetectStackDrift")
def detect_stack_drift(call: Call) -> Result:
    """Looks at every resource of a stack; the result is there at once."""
    stack = here(call).stack(call.parameters["StackName"])
    check_can_look(stack)
    detection = str(uuid.uuid4())
    caller = replace(call.caller, via=(*call.caller.via, PRINCIPAL))
    made = look(stack, call.world, caller, call.parameters.get("LogicalResourceIds") or None)
    _detections(call)[detection] = (stack, made)
    return {"StackDriftDetectionId": detection}


@SERVICE.operation("DescribeStackDriftDetectionStatus")
def describe_stack_drift_detection_status(call: Call) -> Result:
    """Tells how a detection ended."""
    detection = call.parameters["StackDriftDetectionId"]
    if detection not in _detections(call):
        raise ServiceError("ValidationError", f"Drift detection {detection} does not exist")
    stack, made = _detections(call)[detection]
    told: dict[str, Any] = {
        "StackId": stack.stack_id,
        "StackDriftDetectionId": detection,
        "StackDriftStatus": made.status,
        "DetectionStatus": "DETECTION_FAILED" if made.problem else "DETECTION_COMPLETE",
        "Timestamp": made.time,
    }
    if made.problem:
        return {**told, "DetectionStatusReason": made.problem}
    return {**told, "DriftedStackResourceCount": made.drifted}


@SERVICE.operation("DescribeStackResourceDrifts")
def describe_stack_resource_drifts(call: Call) -> Result:
    """Tells what the latest detection found of each resource."""
    stack = here(call).stack(call.parameters["StackName"])
    held = reports(call.world, stack).get(stack.stack_id)
    wanted = call.parameters.get("StackResourceDriftStatusFilters")
    rows = [
        {**told(one), "StackId": stack.stack_id, "Timestamp": held.time, **_properties(one)}
        for one in (held.found if held else ())
        if held and (not wanted or one.status in wanted)
    ]
    return page(call, "StackResourceDrifts", rows)


def drift_of(call: Call, stack: Stack) -> dict[str, Any]:
    """What the latest detection found of a stack as a whole."""
    held = reports(call.world, stack).get(stack.stack_id)
    if held is None:
        return {"StackDriftStatus": "NOT_CHECKED"}
    return {"StackDriftStatus": held.status, "LastCheckTimestamp": held.time}


def drift_of_resource(call: Call, stack: Stack, resource: Resource) -> dict[str, Any]:
    """What the latest detection found of a resource: nothing, where its type is not looked at."""
    held = reports(call.world, stack).get(stack.stack_id)
    for one in held.found if held else ():
        if held and one.resource.logical_id == resource.logical_id:
            return {"StackResourceDriftStatus": one.status, "LastCheckTimestamp": held.time}
    return {"StackResourceDriftStatus": "NOT_CHECKED"}


def _detections(call: Call) -> dict[str, tuple[Stack, Report]]:
    held: dict[str, tuple[Stack, Report]] = call.world.shelf(call.account, call.region, "drift detection")
    return held


def told(one: Drift) -> dict[str, Any]:
    """What was found of a resource, as both stacks and stack instances tell it."""
    resource = one.resource
    row: dict[str, Any] = {
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.made.physical_id if resource.made else "",
        "ResourceType": resource.type,
        "StackResourceDriftStatus": one.status,
    }
    if one.status == "MODIFIED":
        row["PropertyDifferences"] = [
            {
                "PropertyPath": each.path,
                "ExpectedValue": json.dumps(each.expected, default=str),
                "ActualValue": json.dumps(each.actual, default=str),
                "DifferenceType": each.kind,
            }
            for each in one.differences
        ]
    return row


def _properties(one: Drift) -> dict[str, Any]:
    if one.status == "DELETED":
        return {}
    row = {"ExpectedProperties": json.dumps(one.resource.properties, sort_keys=True)}
    if one.actual is not None:
        row["ActualProperties"] = json.dumps(one.actual, sort_keys=True, default=str)
    return {**row, **({"DriftStatusReason": one.reason} if one.reason else {})}
