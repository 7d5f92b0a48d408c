"""Which policies are in force for a caller: those of the organization, of IAM, and of its session."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from moto.iam.models import iam_backends
from msgspec import Struct

from craton.codec.policy_source import read_policy
from craton.emulator.organization import RCP, SCP
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from moto.iam.models import IAMBackend, ManagedPolicy, Role, User

    from craton.core.policy import Policy
    from craton.emulator.credentials import Caller
    from craton.emulator.organization import Organization

EVERYTHING: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


class Named(Struct, frozen=True):
    """A policy's text under the name by which a refusal tells it."""

    name: str
    text: str


class InForce(Struct, frozen=True, kw_only=True):
    """The texts of every policy on the way of a caller's requests."""

    account: str
    resource_account: str | None
    management_account: bool
    service_linked_role: bool
    scps: tuple[tuple[Named, ...], ...]
    rcps: tuple[tuple[Named, ...], ...]
    identity: tuple[Named, ...]
    boundaries: tuple[Named, ...]
    sessions: tuple[Named, ...]
    endpoints: tuple[Named, ...] = ()
    resource: Named | None = None


def of_resource(text: str | None) -> Named | None:
    """The policy of a resource; what it stands at is told by the request, so that many share one."""
    return None if text is None else Named("", text)


def organization_levels(
    organization: Organization | None, account: str, kind: str
) -> tuple[tuple[Named, ...], ...]:
    """The policies of a type at each level from the root to the account; none where it is not enabled."""
    if organization is None or kind not in organization.policy_types:
        return ()
    return tuple(
        tuple(Named(one.arn, one.content) for one in organization.attached(target, kind))
        for target in organization.way(account)
    )


def in_force(
    organization: Organization | None,
    caller: Caller,
    *,
    resource_account: str | None = None,
    resource: Named | None = None,
    endpoints: tuple[Named, ...] = (),
) -> InForce:
    """Every policy on the way of a request of this caller on a resource of that account."""
    identity, boundaries = _of_iam(caller)
    owner = resource_account or caller.account
    return InForce(
        account=caller.account,
        resource_account=resource_account,
        management_account=bool(organization and caller.account == organization.management_account),
        service_linked_role=caller.service_linked_role,
        scps=organization_levels(organization, caller.account, SCP),
        rcps=organization_levels(organization, owner, RCP),
        identity=identity,
        boundaries=boundaries,
        sessions=tuple(
            Named(f"session policy {n}", text) for n, text in enumerate(caller.session_policies, 1)
        ),
        endpoints=endpoints,
        resource=resource,
    )


@functools.lru_cache(maxsize=4096)
def authorizer(policies: InForce) -> Authorizer:
    """What decides by these policies; made once for the same texts."""
    return Authorizer(
        PolicySet(
            account=policies.account,
            resource_account=policies.resource_account,
            management_account=policies.management_account,
            service_linked_role=policies.service_linked_role,
            scps=tuple(tuple(map(_policy, level)) for level in policies.scps),
            rcps=tuple(tuple(map(_policy, level)) for level in policies.rcps),
            identity=tuple(map(_policy, policies.identity)),
            boundaries=tuple(map(_policy, policies.boundaries)),
            sessions=tuple(map(_policy, policies.sessions)),
            endpoints=tuple(map(_policy, policies.endpoints)),
            resource=_policy(policies.resource) if policies.resource else None,
        )
    )


@functools.lru_cache(maxsize=4096)
def _policy(named: Named) -> Policy:
    policy, problems = read_policy(named.text.encode(), named.name, named.name)
    if policy is None:
        raise ValueError(f"{named.name} is in force and no policy: {problems[0] if problems else ''}")
    return policy


def _of_iam(caller: Caller) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The identity policies and the boundary of a caller, as IAM holds them."""
    if caller.is_root or caller.type == "AWSService":
        return (Named("root", EVERYTHING),), ()
    backend: IAMBackend = iam_backends[caller.account]["aws"]
    name = caller.principal_arn.rpartition("/")[2]
    if caller.type == "User":
        user: User = backend.get_user(name)
        identity = (*_attached(user), *_inline(user.policies), *_of_groups(backend, name))
        return identity, _boundary(backend, getattr(user, USER_BOUNDARY, None))
    role = next((one for one in tuple(backend.roles.values()) if one.arn == caller.principal_arn), None)
    if role is None:
        return (), ()
    return (*_attached(role), *_inline(role.policies)), _boundary(backend, role.permissions_boundary_arn)


def _attached(holder: User | Role) -> tuple[Named, ...]:
    return tuple(Named(arn, document_of(policy)) for arn, policy in sorted(holder.managed_policies.items()))


def _inline(policies: Mapping[str, str]) -> tuple[Named, ...]:
    return tuple(Named(name, _text(held)) for name, held in sorted(policies.items()))


def _of_groups(backend: IAMBackend, user: str) -> Iterator[Named]:
    for group in backend.get_groups_for_user(user):
        for arn, policy in sorted(group.managed_policies.items()):
            yield Named(arn, document_of(policy))
        yield from _inline(group.policies)


USER_BOUNDARY: Final = "permissions_boundary_arn"
"""Under this name the emulator keeps the boundary of a user with moto's user, which knows none."""


def _boundary(backend: IAMBackend, arn: str | None) -> tuple[Named, ...]:
    if not arn:
        return ()
    policy = backend.managed_policies.get(arn)
    return (Named(arn, document_of(policy) if policy else NOTHING_ALLOWED),)


NOTHING_ALLOWED: Final = '{"Version":"2012-10-17","Statement":[]}'
"""What a boundary that does not exist any more allows."""


def _text(held: object) -> str:
    """The text of an inline policy; moto keeps some as they came over the wire."""
    if not isinstance(held, str):
        return json.dumps(held)
    return unquote(held) if held.startswith("%7B") else held


def document_of(policy: ManagedPolicy) -> str:
    """The text of a managed policy's default version."""
    return next((str(one.document) for one in policy.versions if one.is_default), NOTHING_ALLOWED)
