"""As what calls of Organizations are authorised: everything that a call names, by its ARN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.emulator.services.organizations.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.organization import Organization

_NAMES: Final = (
    *("PolicyId", "TargetId", "AccountId", "ChildId", "ParentId", "SourceParentId", "DestinationParentId"),
    *("OrganizationalUnitId", "RootId", "ResourceId"),
)


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """The account, OU, root and policy that a call names, each by itself.

    Source: "Actions, resources, and condition keys for AWS Organizations", docs.aws.amazon.com/
    service-authorization/latest/reference/list_awsorganizations.html, retrieved 2026-11-26.
    """
    organization, given, name = call.world.organization, call.parameters, call.operation.name
    if organization is None:
        return None
    stem = f"arn:aws:organizations::{organization.management_account}"
    action = f"organizations:{name}"
    if name == "CreatePolicy":
        return [(action, f"{stem}:policy/{organization.id}/{str(given['Type']).lower()}/p-*")]
    if name == "PutResourcePolicy":
        return [(action, f"{stem}:resourcepolicy/{organization.id}/rp-*")]
    named = [str(given[one]) for one in _NAMES if given.get(one)]
    found = [_arn(organization, stem, one) for one in named]
    return [(action, arn) for arn in dict.fromkeys(found)] or None


def _arn(organization: Organization, stem: str, named: str) -> str:
    if named in organization.policies:
        return organization.policies[named].arn
    kinds = {"r-": "root", "ou-": "ou", "p-": "policy", "rp-": "resourcepolicy"}
    kind = next((kind for prefix, kind in kinds.items() if named.startswith(prefix)), "account")
    middle = f"{organization.id}/*" if kind == "policy" else organization.id
    return f"{stem}:{kind}/{middle}/{named}"


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """The service that a call names, and the type of policy that it is about.

    Source: the same page.
    """
    organization, given = call.world.organization, call.parameters
    keys: dict[str, tuple[str, ...]] = {}
    if given.get("ServicePrincipal"):
        keys["organizations:ServicePrincipal"] = (str(given["ServicePrincipal"]),)
    policy = organization.policies.get(str(given.get("PolicyId"))) if organization else None
    kind = policy.type if policy else given.get("PolicyType") or given.get("Type") or given.get("Filter")
    if kind:
        keys["organizations:PolicyType"] = (str(kind),)
    return keys
