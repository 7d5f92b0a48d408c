"""Operations on stack sets themselves, and on the organization's access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.pages import page
from craton.emulator.services.cloudformation.parameters import parameters_of, refuse, tags_of, template_of
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stack_sets.drift_details import drift_details
from craton.emulator.stack_sets.execution import Execution, new_operation
from craton.emulator.stack_sets.joining import account_moved
from craton.emulator.stack_sets.library import find, sets_of
from craton.emulator.stack_sets.stack_set import AutoDeployment, Preferences, StackSet, new_id
from craton.emulator.stack_sets.targets import accounts_of
from craton.emulator.stacks.library import check_template
from craton.emulator.stacks.scope import given_parameters

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.organization import Organization
    from craton.emulator.service import Result
    from craton.emulator.stack_sets.stack_set import Instance
    from craton.emulator.stack_sets.targets import Purpose
    from craton.emulator.stacks.template import Template

TRUSTED: Final = "member.org.stacksets.cloudformation.amazonaws.com"
"""Source: "AWS CloudFormation StackSets and AWS Organizations", docs.aws.amazon.com/organizations/latest/
userguide/services-that-can-integrate-cloudformation.html, retrieved 2026-11-26."""
_NO_ACCESS: Final = "You must enable organizations access to operate a service managed stack set"


def administrator(call: Call) -> str:
    """The account whose stack sets a call is about. Raises: ServiceError for one that administers none."""
    if (call.parameters.get("CallAs") or "SELF") == "SELF":
        return call.account
    organization = call.world.organization
    delegated = organization.administrators.get(call.account, {}) if organization else {}
    if organization is None or TRUSTED not in delegated:
        raise ServiceError(
            "ValidationError", "You must be a delegated administrator to use CallAs DELEGATED_ADMIN"
        )
    return organization.management_account


def found(call: Call) -> StackSet:
    """The stack set that a call is about. Raises: ServiceError."""
    return find(call.world, administrator(call), call.region, call.parameters["StackSetName"])


def organization_of(call: Call) -> Organization:
    """The organization, if CloudFormation may act in it. Raises: ServiceError."""
    organization = call.world.organization
    if organization is None or TRUSTED not in organization.service_access:
        raise ServiceError("ValidationError", _NO_ACCESS)
    return organization


def preferences_of(call: Call) -> Preferences:
    """How the operation is to go about it."""
    given = call.parameters.get("OperationPreferences") or {}
    for one, other in (
        ("FailureToleranceCount", "FailureTolerancePercentage"),
        ("MaxConcurrentCount", "MaxConcurrentPercentage"),
    ):
        if given.get(one) is not None and given.get(other) is not None:
            raise ServiceError("ValidationError", f"Only one of {one} and {other} can be specified")
    return Preferences(
        regions_in_parallel=given.get("RegionConcurrencyType") == "PARALLEL",
        region_order=tuple(given.get("RegionOrder") or ()),
        tolerated_count=given.get("FailureToleranceCount"),
        tolerated_percentage=given.get("FailureTolerancePercentage"),
        concurrent_count=given.get("MaxConcurrentCount"),
        concurrent_percentage=given.get("MaxConcurrentPercentage"),
        is_soft=given.get("ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE",
    )


@SERVICE.operation("ActivateOrganizationsAccess")
def activate_organizations_access(call: Call) -> Result:
    """Lets CloudFormation act in the organization's accounts."""
    organization = call.world.organization
    if organization is None or call.account != organization.management_account:
        raise ServiceError("InvalidOperationException", "Only the management account can activate access")
    organization.service_access.setdefault(TRUSTED, call.time)
    return {}


@SERVICE.operation("DeactivateOrganizationsAccess")
def deactivate_organizations_access(call: Call) -> Result:
    """Takes that away."""
    organization_of(call).service_access.pop(TRUSTED, None)
    return {}


@SERVICE.operation("DescribeOrganizationsAccess")
def describe_organizations_access(call: Call) -> Result:
    """Tells whether CloudFormation may."""
    administrator(call)
    organization = call.world.organization
    is_on = organization is not None and TRUSTED in organization.service_access
    return {"Status": "ENABLED" if is_on else "DISABLED"}


@SERVICE.operation("CreateStackSet")
def create_stack_set(call: Call) -> Result:
    """Makes a stack set that is nowhere yet."""
    refuse(call, "StackId")
    given = call.parameters
    owner = administrator(call)
    held = sets_of(call.world, owner, call.region)
    if any(one.name == given["StackSetName"] and not one.is_deleted for one in held.values()):
        raise ServiceError("NameAlreadyExistsException", f"StackSet {given['StackSetName']} already exists")
    is_managed = given.get("PermissionModel") == "SERVICE_MANAGED"
    if is_managed:
        organization_of(call)
    elif given.get("AutoDeployment"):
        raise ServiceError("ValidationError", "AutoDeployment is only for service managed stack sets")
    capabilities = tuple(given.get("Capabilities") or ())
    template = template_of(call)
    check_template(template, capabilities)
    _check_not_nested(template, is_managed=is_managed)
    set_id = new_id(given["StackSetName"])
    made = StackSet(
        id=set_id,
        name=given["StackSetName"],
        arn=f"arn:aws:cloudformation:{call.region}:{owner}:stackset/{set_id}",
        administrator=owner,
        region=call.region,
        service_managed=is_managed,
        template=template,
        parameters=given_parameters(template, parameters_of(call), {}),
        tags=tags_of(given.get("Tags")),
        capabilities=capabilities,
        description=given.get("Description"),
        auto_deployment=_auto_deployment(call),
        managed_execution=bool((given.get("ManagedExecution") or {}).get("Active")),
        administration_role=given.get("AdministrationRoleARN"),
        execution_role=given.get("ExecutionRoleName") or "AWSCloudFormationStackSetExecutionRole",
    )
    held[made.id] = made
    _watch(call)
    return {"StackSetId": made.id}


def _check_not_nested(template: Template, *, is_managed: bool) -> None:
    """Refuses nested stacks in service-managed sets.

    Source: "Prerequisites and considerations for using StackSets", docs.aws.amazon.com/AWSCloudFormation/
    latest/UserGuide/stacksets-prereqs.html, retrieved 2026-11-26.
    Raises: ServiceError.
    """
    if is_managed and any(one.type == "AWS::CloudFormation::Stack" for one in template.resources.values()):
        raise ServiceError(
            "ValidationError", "Nested stacks are not supported with the permission model SERVICE_MANAGED"
        )


def _watch(call: Call) -> None:
    """From now on stack sets hear of accounts that come and go."""
    organization, world = call.world.organization, call.world
    if (
        organization is not None
        and not world.held(organization.id, "", "stack sets watch", lambda: [False])[0]
    ):
        world.held(organization.id, "", "stack sets watch", lambda: [False])[0] = True
        organization.moved.append(lambda account, _source, _destination: account_moved(world, account))


def _auto_deployment(call: Call) -> AutoDeployment | None:
    given = call.parameters.get("AutoDeployment")
    if not given:
        return None
    if given.get("DependsOn"):
        refuse(call, "AutoDeployment")
    return AutoDeployment(bool(given.get("Enabled")), bool(given.get("RetainStacksOnAccountRemoval")))


@SERVICE.operation("UpdateStackSet")
def update_stack_set(call: Call) -> Result:
    """Changes a stack set, and begins to change its instances."""
    given, stack_set = call.parameters, found(call)
    refuse(call, "PermissionModel")
    check_idle(stack_set, given.get("OperationId"))
    template = stack_set.template if given.get("UsePreviousTemplate") else template_of(call)
    capabilities = tuple(given.get("Capabilities") or ())
    check_template(template, capabilities or stack_set.capabilities)
    _check_not_nested(template, is_managed=stack_set.service_managed)
    stack_set.parameters = given_parameters(template, parameters_of(call), stack_set.parameters)
    stack_set.template = template
    stack_set.capabilities = capabilities or stack_set.capabilities
    stack_set.tags = tags_of(given["Tags"]) if given.get("Tags") is not None else stack_set.tags
    stack_set.description = given.get("Description") or stack_set.description
    stack_set.auto_deployment = _auto_deployment(call) or stack_set.auto_deployment
    _settle_execution(call, stack_set)
    for instance in tuple(stack_set.instances.values()):
        if instance.status != "INOPERABLE":
            instance.status = "OUTDATED"
    operation = new_operation(
        call.world,
        "UPDATE",
        preferences_of(call),
        operation_id=given.get("OperationId"),
        targets=given.get("DeploymentTargets"),
    )
    Execution(call.world, stack_set).begin(operation, _chosen(call, stack_set))
    return {"OperationId": operation.id}


def _settle_execution(call: Call, stack_set: StackSet) -> None:
    """The set is carried out as the call says, from now on.

    Raises: ServiceError where operations are under way, which keep how they are carried out.
    """
    given = call.parameters
    managed = given.get("ManagedExecution")
    if managed is not None and bool(managed.get("Active")) != stack_set.managed_execution:
        if stack_set.is_busy:
            raise ServiceError(
                "InvalidOperationException", "Operations on the StackSet are running or queued"
            )
        stack_set.managed_execution = bool(managed.get("Active"))
    if not stack_set.service_managed:
        stack_set.administration_role = given.get("AdministrationRoleARN") or stack_set.administration_role
        stack_set.execution_role = given.get("ExecutionRoleName") or stack_set.execution_role


def targeted(call: Call, stack_set: StackSet, *, purpose: Purpose) -> dict[str, str | None]:
    """The accounts that a call names, each with the OU through which it was named. Raises: ServiceError."""
    given = call.parameters
    targets = given.get("DeploymentTargets") or {}
    if stack_set.service_managed:
        if given.get("Accounts"):
            raise ServiceError("ValidationError", "Use DeploymentTargets with a service managed stack set")
        organization = organization_of(call)
        return dict(accounts_of(organization, targets, purpose=purpose))
    if targets.get("OrganizationalUnitIds"):
        raise ServiceError("ValidationError", "OUs are for service managed stack sets")
    return dict.fromkeys(given.get("Accounts") or targets.get("Accounts") or ())


def _chosen(call: Call, stack_set: StackSet) -> list[Instance]:
    """The instances that an update is about: those that the call names, or all that can be worked on."""
    held = [one for one in tuple(stack_set.instances.values()) if one.status != "INOPERABLE"]
    given = call.parameters
    names = bool(given.get("Accounts") or given.get("DeploymentTargets"))
    if names != bool(given.get("Regions")):
        raise ServiceError("ValidationError", "Accounts and Regions must be specified together")
    if not names:
        return held
    accounts = targeted(call, stack_set, purpose="update")
    return [one for one in held if one.account in accounts and one.region in given["Regions"]]


def check_idle(stack_set: StackSet, operation_id: str | None) -> None:
    """Raises: ServiceError where an operation of that id was asked for before, or another is under way."""
    if operation_id and operation_id in stack_set.operations:
        raise ServiceError(
            "OperationIdAlreadyExistsException", f"The operation {operation_id} exists already"
        )
    if stack_set.is_busy and not stack_set.managed_execution:
        raise ServiceError(
            "OperationInProgressException", f"Another Operation on StackSet {stack_set.arn} is in progress"
        )


@SERVICE.operation("DeleteStackSet")
def delete_stack_set(call: Call) -> Result:
    """Removes a stack set that is nowhere."""
    stack_set = found(call)
    if stack_set.instances:
        raise ServiceError("StackSetNotEmptyException", "StackSet is not empty")
    if stack_set.is_busy:
        raise ServiceError("OperationInProgressException", "Another operation is in progress")
    stack_set.is_deleted = True
    return {}


@SERVICE.operation("DescribeStackSet")
def describe_stack_set(call: Call) -> Result:
    """Tells of a stack set."""
    one = found(call)
    told: dict[str, Any] = {
        **_summary(one),
        "TemplateBody": one.template.text,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in one.parameters.items()
        ],
        "Capabilities": list(one.capabilities),
        "Tags": [{"Key": key, "Value": value} for key, value in one.tags.items()],
        "StackSetARN": one.arn,
        "OrganizationalUnitIds": sorted(one.units),
        "Regions": sorted({region for _, region in tuple(one.instances)}),
    }
    if not one.service_managed:
        told["ExecutionRoleName"] = one.execution_role
        if one.administration_role:
            told["AdministrationRoleARN"] = one.administration_role
    if one.last_detection:
        told["StackSetDriftDetectionDetails"] = drift_details(one.last_detection)
    return {"StackSet": told}


@SERVICE.operation("ListStackSets")
def list_stack_sets(call: Call) -> Result:
    """Lists stack sets by status."""
    wanted = call.parameters.get("Status")
    held = tuple(sets_of(call.world, administrator(call), call.region).values())
    rows = [_summary(one) for one in held]
    return page(call, "Summaries", [row for row in rows if not wanted or row["Status"] == wanted])


@SERVICE.operation("ListStackSetAutoDeploymentTargets")
def list_stack_set_auto_deployment_targets(call: Call) -> Result:
    """Lists the OUs whose accounts the set follows, each with the Regions."""
    rows = [
        {"OrganizationalUnitId": unit, "Regions": sorted(regions)}
        for unit, regions in sorted(found(call).units.items())
    ]
    return page(call, "Summaries", rows)


def _summary(one: StackSet) -> dict[str, Any]:
    told: dict[str, Any] = {
        "StackSetName": one.name,
        "StackSetId": one.id,
        "Status": "DELETED" if one.is_deleted else "ACTIVE",
        "PermissionModel": "SERVICE_MANAGED" if one.service_managed else "SELF_MANAGED",
        "ManagedExecution": {"Active": one.managed_execution},
    }
    if one.description:
        told["Description"] = one.description
    if one.auto_deployment:
        told["AutoDeployment"] = {
            "Enabled": one.auto_deployment.enabled,
            "RetainStacksOnAccountRemoval": one.auto_deployment.retains,
        }
    return told
