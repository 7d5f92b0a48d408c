"""Operations on change sets: an update looked at before it is carried out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.parameters import (
    actor,
    here,
    parameters_of,
    refuse,
    tags_of,
    template_of,
)
from craton.emulator.services.cloudformation.resource_changes import told
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stacks.change import preview
from craton.emulator.stacks.drift import drifts, status_of
from craton.emulator.stacks.library import check_can_change, check_template
from craton.emulator.stacks.live import live
from craton.emulator.stacks.scope import given_parameters

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.credentials import Caller
    from craton.emulator.service import Result
    from craton.emulator.stacks.change import Change
    from craton.emulator.stacks.deployment import Deployment
    from craton.emulator.stacks.drift import Drift
    from craton.emulator.stacks.stack import Stack
    from craton.emulator.stacks.template import Template

_NOTHING = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


@dataclass(slots=True, kw_only=True)
class ChangeSet:
    """A change set of one stack; `drifts` is what was found of it where drift is to be reverted."""

    arn: str
    name: str
    kind: str
    stack: Stack
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    caller: Caller
    role_arn: str | None
    on_failure: str
    changes: tuple[Change, ...]
    drifts: tuple[Drift, ...] | None
    created: dt.datetime
    description: str | None
    status: str
    reason: str | None
    execution: str


@SERVICE.operation("CreateChangeSet")
def create_change_set(call: Call) -> Result:
    """Works out what a call would change, and keeps it."""
    refuse(call, "ResourcesToImport", "IncludeNestedStacks", "ImportExistingResources")
    refuse(call, "RollbackConfiguration", "NotificationARNs", "ResourceTypes", "DeploymentConfig")
    given = call.parameters
    kind = given.get("ChangeSetType") or "UPDATE"
    if kind == "CREATE":
        refuse(call, "DeploymentMode")
    if kind == "IMPORT":
        refuse(call, "ChangeSetType")
    stacks = here(call)
    capabilities = tuple(given.get("Capabilities") or ())
    found = stacks.find(given["StackName"])
    if kind == "CREATE":
        if found is not None and found.status != "REVIEW_IN_PROGRESS":
            raise ServiceError(
                "ValidationError",
                f"Stack [{found.name}] already exists",
            )
    else:
        found = stacks.stack(given["StackName"])
        check_can_change(found)
    template = template_of(call, found)
    check_template(template, capabilities)
    parameters = given_parameters(template, parameters_of(call), found.parameters if found else {})
    caller, role = actor(call, found)
    if found is None:
        found = stacks.add(
            given["StackName"],
            template,
            parameters,
            caller=caller,
            region=call.region,
            role_arn=role,
            tags=tags_of(given.get("Tags")),
            capabilities=capabilities,
        )
    held = _change_sets(call, found)
    if given["ChangeSetName"] in held:
        raise ServiceError("AlreadyExistsException", f"ChangeSet {given['ChangeSetName']} already exists")
    tags = found.tags if given.get("Tags") is None else tags_of(given["Tags"])
    drifted = tuple(drifts(found, call.world, caller)) if given.get("DeploymentMode") else None
    seen = preview(
        found,
        template,
        parameters,
        tags=tags,
        inside=call.world.inside,
        exports=stacks.exports,
        live=live(drifted or ()),
    )
    is_empty = kind == "UPDATE" and seen.is_nothing
    made = ChangeSet(
        arn=f"arn:aws:cloudformation:{call.region}:{call.account}:changeSet/{given['ChangeSetName']}/{uuid.uuid4()}",
        name=given["ChangeSetName"],
        kind=kind,
        stack=found,
        template=template,
        parameters=parameters,
        tags=tags,
        capabilities=capabilities,
        caller=caller,
        role_arn=role,
        on_failure=given.get("OnStackFailure") or "ROLLBACK",
        changes=seen.changes,
        drifts=drifted,
        created=call.time,
        description=given.get("Description"),
        status="FAILED" if is_empty else "CREATE_COMPLETE",
        reason=_NOTHING if is_empty else None,
        execution="UNAVAILABLE" if is_empty else "AVAILABLE",
    )
    held[made.name] = made
    return {"Id": made.arn, "StackId": found.stack_id}


@SERVICE.operation("DescribeChangeSet")
def describe_change_set(call: Call) -> Result:
    """Tells what a change set would do."""
    one = _found(call)
    with_values = bool(call.parameters.get("IncludePropertyValues"))
    found = None if one.drifts is None else {each.resource.logical_id: each for each in one.drifts}
    row: dict[str, Any] = {
        **_summary(one),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in one.parameters.items()
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in one.tags.items()],
        "Capabilities": list(one.capabilities),
        "NotificationARNs": [],
        "Changes": [
            told(change, found=found, time=one.created, with_values=with_values) for change in one.changes
        ],
    }
    if one.drifts is not None:
        row |= {"DeploymentMode": "REVERT_DRIFT", "StackDriftStatus": status_of(one.drifts)}
    return row


@SERVICE.operation("ListChangeSets")
def list_change_sets(call: Call) -> Result:
    """Lists the change sets of a stack."""
    stack = here(call).stack(call.parameters["StackName"])
    return {"Summaries": [_summary(one) for one in _change_sets(call, stack).values()]}


@SERVICE.operation("DeleteChangeSet")
def delete_change_set(call: Call) -> Result:
    """Forgets a change set."""
    one = _found(call)
    _change_sets(call, one.stack).pop(one.name)
    return {}


@SERVICE.operation("ExecuteChangeSet")
def execute_change_set(call: Call) -> Result:
    """Begins to carry out a change set; the others of its stack are gone with it."""
    refuse(call, "RetainExceptOnCreate")
    one = _found(call)
    if one.execution != "AVAILABLE":
        raise ServiceError(
            "InvalidChangeSetStatus",
            f"ChangeSet [{one.arn}] cannot be executed in its current status of [{one.status}]",
        )
    stack, stacks = one.stack, here(call)
    disable_rollback = bool(call.parameters.get("DisableRollback")) or one.on_failure == "DO_NOTHING"

    def work(deployment: Deployment) -> None:
        stack.caller, stack.role_arn, stack.capabilities = one.caller, one.role_arn, one.capabilities
        stack.disable_rollback = disable_rollback
        if one.kind == "CREATE":
            stack.template, stack.parameters, stack.tags = one.template, one.parameters, one.tags
            stack.description = one.template.description
            deployment.create(one.on_failure)
        else:
            deployment.update(one.template, one.parameters, one.tags, live(one.drifts or ()))

    stacks.begin(stack, f"{one.kind}_IN_PROGRESS", work)
    _change_sets(call, stack).clear()
    return {}


def _change_sets(call: Call, stack: Stack) -> dict[str, ChangeSet]:
    held: dict[str, ChangeSet] = call.world.shelf(
        call.account, call.region, f"change sets of {stack.stack_id}"
    )
    return held


def _found(call: Call) -> ChangeSet:
    wanted = call.parameters["ChangeSetName"]
    name = call.parameters.get("StackName")
    stacks = here(call)
    for stack in [stacks.stack(name)] if name else stacks.all():
        for one in _change_sets(call, stack).values():
            if wanted in (one.name, one.arn):
                return one
    raise ServiceError("ChangeSetNotFound", f"ChangeSet [{wanted}] does not exist")


def _summary(one: ChangeSet) -> dict[str, Any]:
    return {
        "ChangeSetId": one.arn,
        "ChangeSetName": one.name,
        "StackId": one.stack.stack_id,
        "StackName": one.stack.name,
        "CreationTime": one.created,
        "Status": one.status,
        "ExecutionStatus": one.execution,
        **({"StatusReason": one.reason} if one.reason else {}),
        **({"Description": one.description} if one.description else {}),
    }
