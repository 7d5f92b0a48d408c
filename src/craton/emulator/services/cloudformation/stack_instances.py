"""Operations on the instances of stack sets, and on what was done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.services.cloudformation.stack_sets import found, preferences_of, targeted
from craton.emulator.stack_sets.execution import Execution, new_operation
from craton.emulator.stack_sets.stack_set import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.stack_sets.stack_set import Action, Operation, StackSet


@SERVICE.operation("CreateStackInstances")
def create_stack_instances(call: Call) -> Result:
    """Begins to deploy a stack set to accounts and Regions."""
    stack_set = found(call)
    chosen: list[Instance] = []
    overrides = _overrides(call, {})
    accounts = targeted(call, stack_set)
    for region in call.parameters["Regions"]:
        for account, unit in accounts.items():
            held = stack_set.instances.get((account, region))
            if held is None:
                held = Instance(account=account, region=region, unit=unit, overrides=overrides or {})
                stack_set.instances[account, region] = held
            elif overrides is not None:
                held.overrides = overrides
            chosen.append(held)
    for unit in (call.parameters.get("DeploymentTargets") or {}).get("OrganizationalUnitIds") or ():
        stack_set.units.setdefault(unit, set()).update(call.parameters["Regions"])
    return _begun(call, stack_set, "CREATE", chosen)


@SERVICE.operation("UpdateStackInstances")
def update_stack_instances(call: Call) -> Result:
    """Begins to give instances other parameters."""
    stack_set = found(call)
    chosen = _held(call, stack_set)
    for instance in chosen:
        overrides = _overrides(call, instance.overrides)
        if overrides is not None:
            instance.overrides = overrides
    return _begun(call, stack_set, "UPDATE", chosen)


@SERVICE.operation("DeleteStackInstances")
def delete_stack_instances(call: Call) -> Result:
    """Begins to remove a stack set from accounts and Regions."""
    stack_set = found(call)
    chosen = _held(call, stack_set, is_for_removal=True)
    for unit in (call.parameters.get("DeploymentTargets") or {}).get("OrganizationalUnitIds") or ():
        regions = stack_set.units.get(unit, set())
        regions.difference_update(call.parameters["Regions"])
        if not regions:
            stack_set.units.pop(unit, None)
    return _begun(call, stack_set, "DELETE", chosen, retains=bool(call.parameters["RetainStacks"]))


@SERVICE.operation("DetectStackSetDrift")
def detect_stack_set_drift(call: Call) -> Result:
    """Begins to look for drift in every instance."""
    stack_set = found(call)
    return _begun(call, stack_set, "DETECT_DRIFT", list(stack_set.instances.values()))


def _begun(
    call: Call, stack_set: StackSet, action: Action, chosen: list[Instance], *, retains: bool = False
) -> Result:
    operation_id = call.parameters.get("OperationId")
    if operation_id and operation_id in stack_set.operations:
        raise ServiceError(
            "OperationIdAlreadyExistsException", f"The operation {operation_id} exists already"
        )
    if stack_set.is_busy and not stack_set.managed_execution:
        raise ServiceError(
            "OperationInProgressException", f"Another Operation on StackSet {stack_set.arn} is in progress"
        )
    operation = new_operation(
        call.world,
        action,
        preferences_of(call),
        operation_id=operation_id,
        targets=call.parameters.get("DeploymentTargets"),
        retains=retains,
    )
    Execution(call.world, stack_set).begin(operation, chosen)
    return {"OperationId": operation.id}


def _held(call: Call, stack_set: StackSet, *, is_for_removal: bool = False) -> list[Instance]:
    """The instances that exist of those that a call names. Raises: ServiceError where there is none."""
    accounts = targeted(call, stack_set, is_for_removal=is_for_removal)
    units = set((call.parameters.get("DeploymentTargets") or {}).get("OrganizationalUnitIds") or ())
    has_filter = bool((call.parameters.get("DeploymentTargets") or {}).get("Accounts"))
    chosen = [
        one
        for one in tuple(stack_set.instances.values())
        if one.region in call.parameters["Regions"]
        and (one.account in accounts or (is_for_removal and not has_filter and one.unit in units))
    ]
    if not chosen and not stack_set.service_managed:
        raise ServiceError("StackInstanceNotFoundException", "No such stack instance")
    return chosen


def _overrides(call: Call, earlier: Mapping[str, str]) -> dict[str, str] | None:
    """The overrides that a call asks for, of which some may stay as they were; None where it says nothing."""
    given = call.parameters.get("ParameterOverrides")
    if given is None:
        return None
    return {
        one["ParameterKey"]: earlier.get(one["ParameterKey"], "")
        if one.get("UsePreviousValue")
        else str(one.get("ParameterValue", ""))
        for one in given
    }


@SERVICE.operation("ListStackInstances")
def list_stack_instances(call: Call) -> Result:
    """Lists instances, by account and Region where these are given."""
    stack_set, given = found(call), call.parameters
    filters = {one["Name"]: one.get("Values") for one in given.get("Filters") or ()}
    rows = [
        _instance(stack_set, one)
        for one in sorted(stack_set.instances.values(), key=lambda one: (one.account, one.region))
        if given.get("StackInstanceAccount") in (None, one.account)
        and given.get("StackInstanceRegion") in (None, one.region)
        and filters.get("DETAILED_STATUS") in (None, one.detail)
        and filters.get("LAST_OPERATION_ID") in (None, one.last_operation)
        and filters.get("DRIFT_STATUS") in (None, one.drift)
    ]
    return _page(call, rows)


@SERVICE.operation("DescribeStackInstance")
def describe_stack_instance(call: Call) -> Result:
    """Tells of one instance."""
    stack_set, given = found(call), call.parameters
    one = stack_set.instances.get((given["StackInstanceAccount"], given["StackInstanceRegion"]))
    if one is None:
        raise ServiceError("StackInstanceNotFoundException", "No such stack instance")
    overrides = [{"ParameterKey": key, "ParameterValue": value} for key, value in one.overrides.items()]
    return {"StackInstance": {**_instance(stack_set, one), "ParameterOverrides": overrides}}


@SERVICE.operation("DescribeStackSetOperation")
def describe_stack_set_operation(call: Call) -> Result:
    """Tells of an operation."""
    stack_set = found(call)
    operation = _operation(stack_set, call.parameters["OperationId"])
    told: dict[str, Any] = {
        **_told(operation),
        "StackSetId": stack_set.id,
        "RetainStacks": operation.retains,
        "StatusDetails": {
            "FailedStackInstancesCount": sum(one.status == "FAILED" for one in operation.results.values())
        },
    }
    if operation.targets:
        told["DeploymentTargets"] = dict(operation.targets)
    if operation.action == "DETECT_DRIFT" and stack_set.drift:
        told["StackSetDriftDetectionDetails"] = dict(stack_set.drift)
    return {"StackSetOperation": told}


@SERVICE.operation("ListStackSetOperations")
def list_stack_set_operations(call: Call) -> Result:
    """Lists operations, the latest first."""
    rows = [_told(one) for one in reversed(list(found(call).operations.values()))]
    return _page(call, rows)


@SERVICE.operation("ListStackSetOperationResults")
def list_stack_set_operation_results(call: Call) -> Result:
    """Lists what an operation did in each account and Region."""
    operation = _operation(found(call), call.parameters["OperationId"])
    rows = [
        {
            "Account": one.account,
            "Region": one.region,
            "Status": one.status,
            **({"StatusReason": one.reason} if one.reason else {}),
            **({"OrganizationalUnitId": one.unit} if one.unit else {}),
        }
        for one in operation.results.values()
    ]
    return _page(call, rows)


@SERVICE.operation("StopStackSetOperation")
def stop_stack_set_operation(call: Call) -> Result:
    """Leaves out what an operation has not begun."""
    operation = _operation(found(call), call.parameters["OperationId"])
    if operation.status not in ("RUNNING", "QUEUED"):
        raise ServiceError("InvalidOperationException", "The operation is over")
    operation.status = "STOPPING"
    return {}


def _operation(stack_set: StackSet, operation_id: str) -> Operation:
    if operation_id not in stack_set.operations:
        raise ServiceError("OperationNotFoundException", f"Operation {operation_id} not found")
    return stack_set.operations[operation_id]


def _told(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "OperationId": operation.id,
        "Action": operation.action,
        "Status": operation.status,
        "CreationTimestamp": operation.created,
    }
    if operation.ended:
        told["EndTimestamp"] = operation.ended
    return told


def _instance(stack_set: StackSet, one: Instance) -> dict[str, Any]:
    told: dict[str, Any] = {
        "StackSetId": stack_set.id,
        "Region": one.region,
        "Account": one.account,
        "Status": one.status,
        "StackInstanceStatus": {"DetailedStatus": one.detail},
        "DriftStatus": one.drift,
    }
    further = {
        "StackId": one.stack_id,
        "StatusReason": one.reason,
        "OrganizationalUnitId": one.unit,
        "LastDriftCheckTimestamp": one.drift_checked,
        "LastOperationId": one.last_operation,
    }
    return {**told, **{key: value for key, value in further.items() if value}}


def _page(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    size = int(call.parameters.get("MaxResults") or 100)
    start = int(call.parameters.get("NextToken") or 0)
    told: dict[str, Any] = {"Summaries": rows[start : start + size]}
    if start + size < len(rows):
        told["NextToken"] = str(start + size)
    return told
