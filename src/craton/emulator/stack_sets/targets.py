"""Which accounts an operation on a stack set is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.organization import Organization


Purpose = Literal["create", "update", "remove"]


def accounts_of(
    organization: Organization, targets: Mapping[str, Any], *, purpose: Purpose
) -> dict[str, str]:
    """The accounts of deployment targets, each with the OU that was named and holds it.

    The management account is never one, nor, but for a removal, is an account that is suspended or closed.
    Stacks are created by OU, which accounts narrow; all else may also name accounts beside OUs.
    Source: "DeploymentTargets", docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
    API_DeploymentTargets.html, retrieved 2026-11-26.
    Raises: ServiceError where an OU or an account does not exist.
    """
    if targets.get("AccountsUrl"):
        raise NotEmulatedError("the parameter AccountsUrl")
    units = [str(one) for one in targets.get("OrganizationalUnitIds") or ()]
    named = [str(one) for one in targets.get("Accounts") or ()]
    kind = targets.get("AccountFilterType") or "UNION"
    _check(targets, purpose)
    below: dict[str, str] = {}
    for unit in units:
        if unit != organization.root.id and unit not in organization.units:
            raise ServiceError("ValidationError", f"OU {unit} does not exist in the organization")
        for member in organization.below(unit):
            below.setdefault(member.id, unit)
    known = {one: organization.members[one].parent for one in named if one in organization.members}
    match kind:
        case "INTERSECTION":
            chosen = {one: unit for one, unit in below.items() if one in named}
        case "DIFFERENCE":
            chosen = {one: unit for one, unit in below.items() if one not in named}
        case "UNION":
            chosen = {**below, **known}
        case _:
            chosen = below
    return {
        account: unit
        for account, unit in sorted(chosen.items())
        if account != organization.management_account
        and (purpose == "remove" or organization.members[account].state == "ACTIVE")
    }


def _check(targets: Mapping[str, Any], purpose: Purpose) -> None:
    """Raises: ServiceError where accounts and OUs are named in a way that the operation does not take."""
    units, named = bool(targets.get("OrganizationalUnitIds")), bool(targets.get("Accounts"))
    kind = targets.get("AccountFilterType")
    if not units and (purpose == "create" or not named or kind not in (None, "UNION")):
        raise ServiceError("ValidationError", "OrganizationalUnitIds are required")
    if kind == "NONE" and named:
        raise ServiceError("ValidationError", "Accounts cannot be given with AccountFilterType NONE")
    if purpose == "create" and (kind == "UNION" or (named and kind is None)):
        raise ServiceError("ValidationError", "AccountFilterType UNION is not supported for this operation")


def unit_of(organization: Organization, units: Mapping[str, set[str]], account: str) -> str | None:
    """The target OU that holds an account: the nearest above it."""
    return next((unit for unit in reversed(organization.way(account)[:-1]) if unit in units), None)


def holds(organization: Organization, units: Mapping[str, set[str]], account: str) -> set[str]:
    """The Regions in which an account is a target, because an OU above it is."""
    way = organization.way(account)[:-1]
    return {region for unit, regions in units.items() if unit in way for region in regions}
