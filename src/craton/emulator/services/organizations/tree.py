"""Operations on the organization itself, its root and its OUs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.organization import new_organization
from craton.emulator.services.organizations.service import (
    SERVICE,
    for_management,
    for_readers,
    organization_of,
    page,
)
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.organization import Organization, Unit
    from craton.emulator.service import Result


@SERVICE.operation("CreateOrganization")
def create_organization(call: Call) -> Result:
    """Makes the caller's account the management account of a new organization."""
    if call.world.organization is not None:
        raise ServiceError("AlreadyInOrganizationException", "The account is already in an organization.")
    if (call.parameters.get("FeatureSet") or "ALL") != "ALL":
        raise ServiceError("InvalidInputException", "Only the feature set ALL is emulated.")
    call.world.organization = new_organization(call.account, "management@organization.example", call.time)
    return {"Organization": _described(call.world.organization)}


@SERVICE.operation("DescribeOrganization")
def describe_organization(call: Call) -> Result:
    """Tells every member of its organization."""
    return {"Organization": _described(organization_of(call))}


@SERVICE.operation("ListRoots")
def list_roots(call: Call) -> Result:
    """Tells the root and which policy types are enabled."""
    organization = for_readers(call)
    root = organization.root
    types = [{"Type": kind, "Status": "ENABLED"} for kind in organization.policy_types]
    return page(call, "Roots", [{"Id": root.id, "Arn": root.arn, "Name": root.name, "PolicyTypes": types}])


@SERVICE.operation("CreateOrganizationalUnit")
def create_organizational_unit(call: Call) -> Result:
    """Adds an OU."""
    organization = for_management(call)
    parent, name = call.parameters["ParentId"], call.parameters["Name"]
    organization.parent(parent)
    if _depth(organization, parent) >= quota("ou_levels").limit:
        raise ServiceError("ConstraintViolationException", "OU_DEPTH_LIMIT_EXCEEDED")
    made = organization.add_unit(parent, name)
    organization.tags[made.id] = {one["Key"]: one["Value"] for one in call.parameters.get("Tags") or ()}
    return {"OrganizationalUnit": _unit(made)}


@SERVICE.operation("DescribeOrganizationalUnit")
def describe_organizational_unit(call: Call) -> Result:
    """Tells of an OU."""
    return {"OrganizationalUnit": _unit(for_readers(call).unit(call.parameters["OrganizationalUnitId"]))}


@SERVICE.operation("UpdateOrganizationalUnit")
def update_organizational_unit(call: Call) -> Result:
    """Renames an OU."""
    organization = for_management(call)
    unit = organization.unit(call.parameters["OrganizationalUnitId"])
    name = call.parameters.get("Name") or unit.name
    if any(
        one.parent == unit.parent and one.name == name and one is not unit
        for one in organization.units.values()
    ):
        raise ServiceError("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
    unit.name = name
    return {"OrganizationalUnit": _unit(unit)}


@SERVICE.operation("DeleteOrganizationalUnit")
def delete_organizational_unit(call: Call) -> Result:
    """Removes an OU that is empty."""
    organization = for_management(call)
    unit = organization.unit(call.parameters["OrganizationalUnitId"])
    holds = any(one.parent == unit.id for one in organization.units.values()) or any(
        one.parent == unit.id for one in organization.members.values()
    )
    if holds:
        raise ServiceError("OrganizationalUnitNotEmptyException", "The OU is not empty.")
    for policy in organization.policies.values():
        if unit.id in policy.targets:
            policy.targets.remove(unit.id)
    del organization.units[unit.id]
    return None


@SERVICE.operation("ListOrganizationalUnitsForParent")
def list_organizational_units_for_parent(call: Call) -> Result:
    """Lists the OUs right below a root or OU."""
    organization = for_readers(call)
    parent = organization.parent(call.parameters["ParentId"])
    rows = [_unit(one) for one in organization.units.values() if one.parent == parent.id]
    return page(call, "OrganizationalUnits", rows)


@SERVICE.operation("ListChildren")
def list_children(call: Call) -> Result:
    """Lists the OUs or the accounts right below a root or OU."""
    organization = for_readers(call)
    parent, kind = organization.parent(call.parameters["ParentId"]), call.parameters["ChildType"]
    held = organization.members if kind == "ACCOUNT" else organization.units
    return page(
        call, "Children", [{"Id": one.id, "Type": kind} for one in held.values() if one.parent == parent.id]
    )


@SERVICE.operation("ListParents")
def list_parents(call: Call) -> Result:
    """Tells where an account or OU stands."""
    organization = for_readers(call)
    child = call.parameters["ChildId"]
    held = organization.members.get(child) or organization.units.get(child)
    if held is None:
        raise ServiceError("ChildNotFoundException", "We can't find the child that you specified.")
    above = str(held.parent)
    kind = "ROOT" if above == organization.root.id else "ORGANIZATIONAL_UNIT"
    return page(call, "Parents", [{"Id": above, "Type": kind}])


def _depth(organization: Organization, unit_id: str) -> int:
    depth, above = 0, organization.unit(unit_id)
    while above.parent is not None:
        depth, above = depth + 1, organization.unit(above.parent)
    return depth


def _unit(unit: Unit) -> dict[str, Any]:
    return {"Id": unit.id, "Arn": unit.arn, "Name": unit.name}


def _described(organization: Organization) -> dict[str, Any]:
    management = organization.members[organization.management_account]
    return {
        "Id": organization.id,
        "Arn": organization.arn,
        "FeatureSet": "ALL",
        "MasterAccountArn": management.arn,
        "MasterAccountId": management.id,
        "MasterAccountEmail": management.email,
        "AvailablePolicyTypes": [{"Type": kind, "Status": "ENABLED"} for kind in organization.policy_types],
    }
