"""Operations that look for drift of stacks."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.parameters import here
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stacks.drift import Drift, drifts

CAN_CHECK: Final = frozenset(
    {
        *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"),
        *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"),
    }
)
"""States in which drift can be looked for.

Source: "Detect unmanaged configuration changes to stacks", docs.aws.amazon.com/AWSCloudFormation/latest/
UserGuide/using-cfn-stack-drift.html, retrieved 2026-11-26.
"""

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.stacks.stack import Stack


@SERVICE.operation("DetectStackDrift")
def detect_stack_drift(call: Call) -> Result:
    """Looks at every resource of a stack; the result is there at once."""
    stack = here(call).stack(call.parameters["StackName"])
    if stack.status not in CAN_CHECK:
        raise ServiceError(
            "ValidationError", f"Drift detection cannot be performed on a stack in the state {stack.status}"
        )
    wanted = call.parameters.get("LogicalResourceIds")
    found = [one for one in drifts(stack, call.world) if not wanted or one.resource.logical_id in wanted]
    detection = str(uuid.uuid4())
    _detections(call)[detection] = (stack, call.time, found)
    call.world.shelf(call.account, call.region, "drift")[stack.stack_id] = (call.time, found)
    return {"StackDriftDetectionId": detection}


@SERVICE.operation("DescribeStackDriftDetectionStatus")
def describe_stack_drift_detection_status(call: Call) -> Result:
    """Tells how a detection ended."""
    detection = call.parameters["StackDriftDetectionId"]
    if detection not in _detections(call):
        raise ServiceError("ValidationError", f"Drift detection {detection} does not exist")
    stack, time, found = _detections(call)[detection]
    drifted = [one for one in found if one.status != "IN_SYNC"]
    return {
        "StackId": stack.stack_id,
        "StackDriftDetectionId": detection,
        "StackDriftStatus": "DRIFTED" if drifted else "IN_SYNC",
        "DetectionStatus": "DETECTION_COMPLETE",
        "DriftedStackResourceCount": len(drifted),
        "Timestamp": time,
    }


@SERVICE.operation("DescribeStackResourceDrifts")
def describe_stack_resource_drifts(call: Call) -> Result:
    """Tells what the latest detection found of each resource."""
    stack = here(call).stack(call.parameters["StackName"])
    held = call.world.shelf(call.account, call.region, "drift").get(stack.stack_id)
    if held is None:
        return {"StackResourceDrifts": []}
    time, found = held
    wanted = call.parameters.get("StackResourceDriftStatusFilters")
    return {
        "StackResourceDrifts": [
            {"StackId": stack.stack_id, "Timestamp": time, **_told(one)}
            for one in found
            if not wanted or one.status in wanted
        ]
    }


def drift_of(call: Call, stack: Stack) -> dict[str, Any]:
    """What the latest detection found of a stack as a whole."""
    held = call.world.shelf(call.account, call.region, "drift").get(stack.stack_id)
    if held is None:
        return {"StackDriftStatus": "NOT_CHECKED"}
    time, found = held
    is_drifted = any(one.status != "IN_SYNC" for one in found)
    return {"StackDriftStatus": "DRIFTED" if is_drifted else "IN_SYNC", "LastCheckTimestamp": time}


def _detections(call: Call) -> dict[str, tuple[Stack, Any, list[Drift]]]:
    held: dict[str, tuple[Stack, Any, list[Drift]]] = call.world.shelf(
        call.account, call.region, "drift detection"
    )
    return held


def _told(one: Drift) -> dict[str, Any]:
    resource = one.resource
    return {
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.made.physical_id if resource.made else "",
        "ResourceType": resource.type,
        "ExpectedProperties": json.dumps(resource.properties, sort_keys=True),
        "ActualProperties": json.dumps(one.actual, sort_keys=True, default=str) if one.actual else "{}",
        "PropertyDifferences": [
            {
                "PropertyPath": each.path,
                "ExpectedValue": json.dumps(each.expected, default=str),
                "ActualValue": json.dumps(each.actual, default=str),
                "DifferenceType": each.kind,
            }
            for each in one.differences
        ],
        "StackResourceDriftStatus": one.status,
    }
