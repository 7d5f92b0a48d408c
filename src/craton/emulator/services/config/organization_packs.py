"""Conformance packs of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.config.organization_rollout import (
    PACKS,
    PRINCIPAL,
    FailedError,
    asked_for,
    delete,
    details,
    existing,
    put,
    rollouts,
)
from craton.emulator.services.config.pack_template import inputs_of, template_of
from craton.emulator.services.config.packs import deploy, new_pack, packs, remove
from craton.emulator.services.config.service import SERVICE, page
from craton.emulator.stacks.template import Template

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

MOST_PACKS: Final = 50
_MISSING: Final = "NoSuchOrganizationConformancePackException"


class _Pack(Struct, frozen=True):
    """The template of a pack and its parameters."""

    template: Template
    inputs: dict[str, str | None]

    def deploy(self, world: World, account: str, region: str, name: str) -> None:
        """The pack is in the account. Raises: FailedError."""
        pack = packs(world, account, region).get(name)
        if pack is None:
            pack = new_pack(world, account, region, name, created_by=PRINCIPAL)
        else:
            pack.state, pack.requested = "UPDATE_IN_PROGRESS", world.now()
        deploy(world, pack, self.template, self.inputs)
        if pack.state.endswith("_FAILED"):
            raise FailedError(pack.state, str(pack.reason))

    def remove(self, world: World, account: str, region: str, name: str) -> None:
        """The pack is not in the account. Raises: FailedError."""
        pack = packs(world, account, region).get(name)
        if pack is None:
            return
        pack.state = "DELETE_IN_PROGRESS"
        remove(world, pack)
        if pack.state == "DELETE_FAILED":
            raise FailedError(pack.state, str(pack.reason))


@SERVICE.operation("PutOrganizationConformancePack")
def put_organization_conformance_pack(call: Call) -> Result:
    """Sets a pack, and has it made in every account behind the call."""
    check_parameters(call)
    given = call.parameters
    for lacking in ("DeliveryS3Bucket", "DeliveryS3KeyPrefix"):
        if given.get(lacking):
            raise NotEmulatedError(f"the parameter {lacking}")
    template = template_of(call, "OrganizationConformancePackTemplateValidationException")
    name = str(given["OrganizationConformancePackName"])
    held = rollouts(call.world, call.account, call.region, PACKS)
    if name not in held and len(held) >= MOST_PACKS:
        raise ServiceError(
            "MaxNumberOfOrganizationConformancePacksExceededException",
            f"There are {MOST_PACKS} organization conformance packs.",
        )
    made = put(call, PACKS, name, "OrgConformsPack", _Pack(template, inputs_of(given)))
    return {"OrganizationConformancePackArn": made.arn}


@SERVICE.operation("DescribeOrganizationConformancePacks")
def describe_organization_conformance_packs(call: Call) -> Result:
    """Tells packs."""
    found = asked_for(call, PACKS, "OrganizationConformancePackNames", _MISSING)
    rows: list[dict[str, Any]] = [
        {
            "OrganizationConformancePackName": one.name,
            "OrganizationConformancePackArn": one.arn,
            "ConformancePackInputParameters": list(one.told.get("ConformancePackInputParameters") or ()),
            "ExcludedAccounts": sorted(one.excluded),
            "LastUpdateTime": one.updated,
        }
        for one in found
    ]
    return page(call, "OrganizationConformancePacks", rows)


@SERVICE.operation("DescribeOrganizationConformancePackStatuses")
def describe_organization_conformance_pack_statuses(call: Call) -> Result:
    """Tells how packs stand as a whole."""
    found = asked_for(call, PACKS, "OrganizationConformancePackNames", _MISSING)
    rows = [
        {"OrganizationConformancePackName": one.name, "Status": one.status, **one.standing().told()}
        for one in found
    ]
    return page(call, "OrganizationConformancePackStatuses", rows)


@SERVICE.operation("GetOrganizationConformancePackDetailedStatus")
def get_organization_conformance_pack_detailed_status(call: Call) -> Result:
    """Tells how a pack stands in each account."""
    found = existing(call, PACKS, str(call.parameters["OrganizationConformancePackName"]), _MISSING)
    key = "OrganizationConformancePackDetailedStatuses"
    return details(call, found, key, name="ConformancePackName", status="Status")


@SERVICE.operation("DeleteOrganizationConformancePack")
def delete_organization_conformance_pack(call: Call) -> Result:
    """Has a pack removed from every account behind the call."""
    name = str(call.parameters["OrganizationConformancePackName"])
    delete(call, existing(call, PACKS, name, _MISSING))
    return {}
