"""Operations on the instances of stack sets, and on what was done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.drift import told
from craton.emulator.services.cloudformation.pages import page
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.services.cloudformation.stack_set_operations import operation
from craton.emulator.services.cloudformation.stack_sets import check_idle, found, preferences_of, targeted
from craton.emulator.stack_sets.execution import Execution, new_operation
from craton.emulator.stack_sets.stack_set import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.stack_sets.stack_set import Action, StackSet


@SERVICE.operation("CreateStackInstances")
def create_stack_instances(call: Call) -> Result:
    """Begins to deploy a stack set to accounts and Regions."""
    stack_set = found(call)
    check_idle(stack_set, call.parameters.get("OperationId"))
    chosen: list[Instance] = []
    overrides = _overrides(call, {})
    accounts = targeted(call, stack_set, purpose="create")
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
    check_idle(stack_set, call.parameters.get("OperationId"))
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
    check_idle(stack_set, call.parameters.get("OperationId"))
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
    check_idle(stack_set, call.parameters.get("OperationId"))
    return _begun(call, stack_set, "DETECT_DRIFT", list(stack_set.instances.values()))


def _begun(
    call: Call, stack_set: StackSet, action: Action, chosen: list[Instance], *, retains: bool = False
) -> Result:
    begun = new_operation(
        call.world,
        action,
        preferences_of(call),
        operation_id=call.parameters.get("OperationId"),
        targets=call.parameters.get("DeploymentTargets"),
        retains=retains,
    )
    Execution(call.world, stack_set).begin(begun, chosen)
    return {"OperationId": begun.id}


def _held(call: Call, stack_set: StackSet, *, is_for_removal: bool = False) -> list[Instance]:
    """The instances that exist of those that a call names. Raises: ServiceError where there is none."""
    accounts = targeted(call, stack_set, purpose="remove" if is_for_removal else "update")
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
    return page(call, "Summaries", rows)


@SERVICE.operation("DescribeStackInstance")
def describe_stack_instance(call: Call) -> Result:
    """Tells of one instance."""
    stack_set, given = found(call), call.parameters
    one = _existing(stack_set, given)
    overrides = [{"ParameterKey": key, "ParameterValue": value} for key, value in one.overrides.items()]
    return {"StackInstance": {**_instance(stack_set, one), "ParameterOverrides": overrides}}


@SERVICE.operation("ListStackInstanceResourceDrifts")
def list_stack_instance_resource_drifts(call: Call) -> Result:
    """Tells what an operation that looked for drift found of each resource, if no later one has looked."""
    stack_set, given = found(call), call.parameters
    one = _existing(stack_set, given)
    operation(stack_set, given["OperationId"])
    wanted = given.get("StackInstanceResourceDriftStatuses")
    report = one.report if one.report_operation == given["OperationId"] else None
    rows = [
        {**told(each), "StackId": one.stack_id, "Timestamp": report.time}
        for each in (report.found if report else ())
        if report and (not wanted or each.status in wanted)
    ]
    return page(call, "Summaries", rows)


def _existing(stack_set: StackSet, given: Mapping[str, Any]) -> Instance:
    held = stack_set.instances.get((given["StackInstanceAccount"], given["StackInstanceRegion"]))
    if held is None:
        raise ServiceError("StackInstanceNotFoundException", "No such stack instance")
    return held


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
        "LastDriftCheckTimestamp": one.report.time if one.report else None,
        "LastOperationId": one.last_operation,
    }
    return {**told, **{key: value for key, value in further.items() if value}}
