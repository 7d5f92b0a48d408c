"""Operations on stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.drift import drift_of, drift_of_resource
from craton.emulator.services.cloudformation.parameters import (
    actor,
    here,
    parameters_of,
    refuse,
    tags_of,
    template_of,
)
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stacks.change import preview
from craton.emulator.stacks.library import NO_CHANGE, check_can_change, check_template
from craton.emulator.stacks.scope import given_parameters

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.stacks.deployment import Deployment
    from craton.emulator.stacks.stack import Event, Resource, Stack

_REFUSED = (
    "StackPolicyBody",
    "StackPolicyURL",
    "RollbackConfiguration",
    "ResourceTypes",
    "RetainExceptOnCreate",
    "NotificationARNs",
    "DeploymentConfig",
)


@SERVICE.operation("CreateStack")
def create_stack(call: Call) -> Result:
    """Begins to make a stack."""
    refuse(call, *_REFUSED, "TimeoutInMinutes")
    given = call.parameters
    capabilities = tuple(given.get("Capabilities") or ())
    template = template_of(call)
    check_template(template, capabilities)
    caller, role = actor(call)
    stacks = here(call)
    stack = stacks.add(
        given["StackName"],
        template,
        given_parameters(template, parameters_of(call), {}),
        caller=caller,
        region=call.region,
        role_arn=role,
        tags=tags_of(given.get("Tags")),
        capabilities=capabilities,
    )
    if given.get("DisableRollback") is not None and given.get("OnFailure"):
        raise ServiceError(
            "ValidationError", "You can specify either DisableRollback or OnFailure, but not both."
        )
    stack.disable_rollback = bool(given.get("DisableRollback"))
    stack.termination_protection = bool(given.get("EnableTerminationProtection"))
    on_failure = given.get("OnFailure") or "ROLLBACK"
    stacks.begin(stack, "CREATE_IN_PROGRESS", lambda deployment: deployment.create(on_failure))
    return {"StackId": stack.stack_id}


@SERVICE.operation("UpdateStack")
def update_stack(call: Call) -> Result:
    """Begins to change a stack."""
    refuse(call, *_REFUSED, "StackPolicyDuringUpdateBody", "StackPolicyDuringUpdateURL")
    stacks = here(call)
    stack = stacks.stack(call.parameters["StackName"])
    check_can_change(stack)
    template = template_of(call, stack)
    capabilities = tuple(call.parameters.get("Capabilities") or ())
    check_template(template, capabilities)
    parameters = given_parameters(template, parameters_of(call), stack.parameters)
    tags = stack.tags if call.parameters.get("Tags") is None else tags_of(call.parameters["Tags"])
    seen = preview(stack, template, parameters, tags=tags, inside=call.world.inside, exports=stacks.exports)
    if seen.is_nothing:
        raise ServiceError("ValidationError", NO_CHANGE)
    caller, role = actor(call, stack)
    disable_rollback = bool(call.parameters.get("DisableRollback"))

    def work(deployment: Deployment) -> None:
        stack.caller, stack.role_arn, stack.capabilities = caller, role, capabilities
        stack.disable_rollback = disable_rollback
        deployment.update(template, parameters, tags)

    stacks.begin(stack, "UPDATE_IN_PROGRESS", work)
    return {"StackId": stack.stack_id}


@SERVICE.operation("ContinueUpdateRollback")
def continue_update_rollback(call: Call) -> Result:
    """Begins to carry on with a rollback that failed."""
    stacks = here(call)
    stack = stacks.stack(call.parameters["StackName"])
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise ServiceError(
            "ValidationError",
            f"Stack:{stack.stack_id} is in {stack.status} state and can not continue rolling back.",
        )
    skipped = tuple(call.parameters.get("ResourcesToSkip") or ())
    stacks.begin(
        stack, "UPDATE_ROLLBACK_IN_PROGRESS", lambda deployment: deployment.continue_rollback(skipped)
    )
    return {}


@SERVICE.operation("DeleteStack")
def delete_stack(call: Call) -> Result:
    """Begins to remove a stack; one that is not there is gone already."""
    refuse(call, "DeletionMode", "DeploymentConfig")
    stacks = here(call)
    stack = stacks.find(call.parameters["StackName"])
    if stack is None or stack.is_gone:
        return None
    if stack.termination_protection:
        raise ServiceError(
            "ValidationError",
            f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled",
        )
    retain = tuple(call.parameters.get("RetainResources") or ())
    if retain and stack.status != "DELETE_FAILED":
        raise ServiceError(
            "ValidationError",
            "Invalid operation on stack. RetainResources is only for stacks in DELETE_FAILED state",
        )
    stack.caller, stack.role_arn = actor(call, stack)
    stacks.begin(stack, "DELETE_IN_PROGRESS", lambda deployment: deployment.delete(retain))
    return None


@SERVICE.operation("DescribeStacks")
def describe_stacks(call: Call) -> Result:
    """Tells of one stack, or of all that are there."""
    name = call.parameters.get("StackName")
    if name:
        return {"Stacks": [_described(call, here(call).stack(name))]}
    return {"Stacks": [_described(call, one) for one in here(call).all() if not one.is_gone]}


@SERVICE.operation("ListStacks")
def list_stacks(call: Call) -> Result:
    """Lists stacks by status, the deleted ones included."""
    wanted = call.parameters.get("StackStatusFilter")
    return {
        "StackSummaries": [
            {
                "StackId": one.stack_id,
                "StackName": one.name,
                "CreationTime": one.created,
                "StackStatus": one.status,
                **({"TemplateDescription": one.description} if one.description else {}),
                **({"LastUpdatedTime": one.updated} if one.updated else {}),
                **({"DeletionTime": one.deleted} if one.deleted else {}),
                **({"StackStatusReason": one.reason} if one.reason else {}),
            }
            for one in here(call).all()
            if not wanted or one.status in wanted
        ]
    }


@SERVICE.operation("DescribeStackEvents")
def describe_stack_events(call: Call) -> Result:
    """Tells what happened to a stack, the latest first."""
    stack = here(call).stack(call.parameters["StackName"])
    return {"StackEvents": [_event(stack, one) for one in reversed(stack.events)]}


@SERVICE.operation("DescribeStackResources")
def describe_stack_resources(call: Call) -> Result:
    """Tells of the resources of a stack."""
    if not call.parameters.get("StackName"):
        refuse(call, "PhysicalResourceId")
        raise ServiceError("ValidationError", "Either PhysicalResourceId or StackName must be specified")
    stack = here(call).stack(call.parameters["StackName"])
    wanted = call.parameters.get("LogicalResourceId")
    return {
        "StackResources": [
            {
                "StackName": stack.name,
                "StackId": stack.stack_id,
                "Timestamp": one.updated,
                **_resource(call, stack, one),
            }
            for one in tuple(stack.resources.values())
            if not wanted or one.logical_id == wanted
        ]
    }


@SERVICE.operation("ListStackResources")
def list_stack_resources(call: Call) -> Result:
    """Lists the resources of a stack."""
    stack = here(call).stack(call.parameters["StackName"])
    return {
        "StackResourceSummaries": [
            {"LastUpdatedTimestamp": one.updated, **_resource(call, stack, one)}
            for one in tuple(stack.resources.values())
        ]
    }


@SERVICE.operation("DescribeStackResource")
def describe_stack_resource(call: Call) -> Result:
    """Tells of one resource of a stack."""
    stack = here(call).stack(call.parameters["StackName"])
    resource = stack.resources.get(call.parameters["LogicalResourceId"])
    if resource is None:
        raise ServiceError(
            "ValidationError",
            f"Resource {call.parameters['LogicalResourceId']} does not exist for stack {stack.name}",
        )
    return {
        "StackResourceDetail": {
            "StackName": stack.name,
            "StackId": stack.stack_id,
            "LastUpdatedTimestamp": resource.updated,
            **_resource(call, stack, resource),
        }
    }


@SERVICE.operation("UpdateTerminationProtection")
def update_termination_protection(call: Call) -> Result:
    """Sets whether a stack can be deleted."""
    stack = here(call).stack(call.parameters["StackName"])
    stack.termination_protection = bool(call.parameters["EnableTerminationProtection"])
    return {"StackId": stack.stack_id}


@SERVICE.operation("ListExports")
def list_exports(call: Call) -> Result:
    """Lists what stacks export in this account and Region."""
    return {
        "Exports": [
            {"ExportingStackId": owner.stack_id, "Name": name, "Value": value}
            for name, (owner, value) in sorted(here(call).exports.by_name.items())
        ]
    }


@SERVICE.operation("ListImports")
def list_imports(call: Call) -> Result:
    """Lists the stacks that use an exported value."""
    name = call.parameters["ExportName"]
    users = here(call).exports.users.get(name)
    if not users:
        raise ServiceError("ValidationError", f"Export '{name}' is not imported by any stack.")
    return {"Imports": sorted(one.name for one in users.values())}


def _described(call: Call, stack: Stack) -> dict[str, Any]:
    told: dict[str, Any] = {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "CreationTime": stack.created,
        "StackStatus": stack.status,
        "DisableRollback": stack.disable_rollback,
        "NotificationARNs": list(stack.notification_arns),
        "Capabilities": list(stack.capabilities),
        "EnableTerminationProtection": stack.termination_protection,
        "Parameters": [
            {
                "ParameterKey": name,
                "ParameterValue": "****" if stack.template.parameters[name].get("NoEcho") else value,
            }
            for name, value in stack.parameters.items()
        ],
        "Outputs": [dict(one) for one in stack.outputs.values()],
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
        "DriftInformation": drift_of(call, stack),
    }
    further = {
        "Description": stack.description,
        "StackStatusReason": stack.reason,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "RoleARN": stack.role_arn,
        "ParentId": stack.parent_id,
        "RootId": _root_of(call, stack),
    }
    return {**told, **{key: value for key, value in further.items() if value}}


def _root_of(call: Call, stack: Stack) -> str | None:
    """The id of the stack above all others that a nested stack is in."""
    root = stack
    while root.parent_id is not None:
        root = here(call).stack(root.parent_id)
    return None if root is stack else root.stack_id


def _event(stack: Stack, event: Event) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "EventId": event.event_id,
        "Timestamp": event.time,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "ResourceStatus": event.status,
        **({"ResourceStatusReason": event.reason} if event.reason else {}),
    }


def _resource(call: Call, stack: Stack, resource: Resource) -> dict[str, Any]:
    return {
        "DriftInformation": drift_of_resource(call, stack, resource),
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.made.physical_id if resource.made else "",
        "ResourceType": resource.type,
        "ResourceStatus": resource.status,
        **({"ResourceStatusReason": resource.reason} if resource.reason else {}),
    }
