"""The service, and who may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.permissions import action_of
from craton.emulator.service import Service
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from craton.emulator.call import Call
    from craton.emulator.organization import Organization

SERVICE = Service("organizations")

_PAGE: Final = 20


def organization_of(call: Call) -> Organization:
    """The caller's organization. Raises: ServiceError where its account is in none."""
    organization = call.world.organization
    if organization is None or call.account not in organization.members:
        raise ServiceError(
            "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
        )
    return organization


def for_management(call: Call) -> Organization:
    """The organization, for the management account alone. Raises: ServiceError for all others."""
    organization = organization_of(call)
    if call.account != organization.management_account:
        raise _denied()
    return organization


def for_readers(call: Call) -> Organization:
    """The organization, for the management account and delegated administrators. Raises: ServiceError."""
    organization = organization_of(call)
    if call.account != organization.management_account and call.account not in organization.administrators:
        raise _denied()
    return organization


_NAMING: Final = (
    *("PolicyId", "AccountId", "TargetId", "OrganizationalUnitId", "ParentId", "SourceParentId"),
    *("DestinationParentId", "RootId", "ResourceId", "ChildId"),
)
"""Parameters that name a part of the organization."""


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """The action of a call with every part of the organization that it names."""
    name = action_of(call.operation)
    action = iam_reference().action(name) if name else None
    organization = call.world.organization
    if name is None or action is None or action.is_wildcard_only or organization is None:
        return None
    if call.operation.name == "CreatePolicy":
        kind = str(call.parameters["Type"]).lower()
        owner = f"{organization.management_account}:policy/{organization.id}"
        return ((name, f"arn:aws:organizations::{owner}/{kind}/*"),)
    ids = [str(call.parameters[one]) for one in _NAMING if call.parameters.get(one)]
    arns = dict.fromkeys(arn for one in ids if (arn := _arn(organization, one)))
    return tuple((name, arn) for arn in arns) or None


def _arn(organization: Organization, name: str) -> str | None:
    """The ARN of what has that id; None where nothing has."""
    held = organization.members.get(name) or organization.units.get(name) or organization.policies.get(name)
    if held is not None:
        return held.arn
    return organization.root.arn if name == organization.root.id else None


def _denied() -> ServiceError:
    return ServiceError("AccessDeniedException", "You don't have permissions to access this resource.")


def page(call: Call, key: str, rows: Sequence[Any]) -> dict[str, Any]:
    """A page of rows, in their order, with the token of the next."""
    size = int(call.parameters.get("MaxResults") or _PAGE)
    token = call.parameters.get("NextToken")
    if token and not str(token).isdigit():
        raise ServiceError("InvalidInputException", "You specified an invalid value for NextToken.")
    start = int(token or 0)
    told: dict[str, Any] = {key: list(rows[start : start + size])}
    if start + size < len(rows):
        told["NextToken"] = str(start + size)
    return told
