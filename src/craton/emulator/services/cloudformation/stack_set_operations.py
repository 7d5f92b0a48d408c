"""Operations on what was done, or is being done, to stack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.pages import page
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.services.cloudformation.stack_sets import found
from craton.emulator.stack_sets.drift_details import drift_details

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.stack_sets.stack_set import Operation, Preferences, StackSet


@SERVICE.operation("DescribeStackSetOperation")
def describe_stack_set_operation(call: Call) -> Result:
    """Tells of an operation."""
    stack_set = found(call)
    held = operation(stack_set, call.parameters["OperationId"])
    told: dict[str, Any] = {**_told(held), "StackSetId": stack_set.id}
    if held.action == "DELETE":
        told["RetainStacks"] = held.retains
    if not stack_set.service_managed:
        told["ExecutionRoleName"] = stack_set.execution_role
        if stack_set.administration_role:
            told["AdministrationRoleARN"] = stack_set.administration_role
    if held.targets:
        told["DeploymentTargets"] = dict(held.targets)
    if held.action == "DETECT_DRIFT":
        told["StackSetDriftDetectionDetails"] = drift_details(held)
    return {"StackSetOperation": told}


@SERVICE.operation("ListStackSetOperations")
def list_stack_set_operations(call: Call) -> Result:
    """Lists operations, the latest first."""
    rows = [_told(one) for one in reversed(list(found(call).operations.values()))]
    return page(call, "Summaries", rows)


@SERVICE.operation("ListStackSetOperationResults")
def list_stack_set_operation_results(call: Call) -> Result:
    """Lists what an operation did in each account and Region, by status where one is wanted."""
    held = operation(found(call), call.parameters["OperationId"])
    filters = {one["Name"]: one.get("Values") for one in call.parameters.get("Filters") or ()}
    rows = [
        {
            "Account": one.account,
            "Region": one.region,
            "Status": one.status,
            **({"StatusReason": one.reason} if one.reason else {}),
            **({"OrganizationalUnitId": one.unit} if one.unit else {}),
        }
        for one in held.results.values()
        if filters.get("OPERATION_RESULT_STATUS") in (None, one.status)
    ]
    return page(call, "Summaries", rows)


@SERVICE.operation("StopStackSetOperation")
def stop_stack_set_operation(call: Call) -> Result:
    """Leaves out what an operation has not begun; what is in progress is carried to its end."""
    held = operation(found(call), call.parameters["OperationId"])
    if held.status not in ("RUNNING", "QUEUED"):
        raise ServiceError(
            "InvalidOperationException", f"Operation {held.id} is not running: it is {held.status}"
        )
    held.status = "STOPPING"
    return {}


def operation(stack_set: StackSet, operation_id: str) -> Operation:
    """The operation of that id. Raises: ServiceError where there is none."""
    if operation_id not in stack_set.operations:
        raise ServiceError("OperationNotFoundException", f"Operation {operation_id} not found")
    return stack_set.operations[operation_id]


def _told(held: Operation) -> dict[str, Any]:
    failed = sum(one.status == "FAILED" for one in tuple(held.results.values()))
    told: dict[str, Any] = {
        "OperationId": held.id,
        "Action": held.action,
        "Status": held.status,
        "CreationTimestamp": held.created,
        "OperationPreferences": _preferences(held.preferences),
        "StatusDetails": {"FailedStackInstancesCount": failed},
    }
    if held.ended:
        told["EndTimestamp"] = held.ended
    return told


def _preferences(held: Preferences) -> dict[str, Any]:
    """The preferences that a call gave."""
    told = {
        "RegionConcurrencyType": "PARALLEL" if held.regions_in_parallel else "SEQUENTIAL",
        "RegionOrder": list(held.region_order),
        "FailureToleranceCount": held.tolerated_count,
        "FailureTolerancePercentage": held.tolerated_percentage,
        "MaxConcurrentCount": held.concurrent_count,
        "MaxConcurrentPercentage": held.concurrent_percentage,
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE" if held.is_soft else "STRICT_FAILURE_TOLERANCE",
    }
    return {name: value for name, value in told.items() if value is not None}
