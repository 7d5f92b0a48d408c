"""What stands on the way of a request once the compiled policies are attached: root, OUs, account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.codec.full_access import allowing_all
from craton.codec.policy_source import read_policy
from craton.core.manifest import FullAccess, PolicyType
from craton.core.manifest_policy_checks import ALLOWS_ALL
from craton.core.organization import ROOT, up_from
from craton.core.policy import Policy
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.compiler.organization_policies import OrganizationPolicy
    from craton.core.intent import EnvironmentIntent

NOBODY: Final = "000000000000"
"""The account of which is asked where an environment has none yet."""


class InForce(Struct, frozen=True, kw_only=True):
    """A policy that the manifest says is in force already. `replaces` is AWS's own that it stands for."""

    policy: Policy
    type: PolicyType
    at: str
    replaces: FullAccess | None = None


class Placed(Struct, frozen=True):
    """An account, or where one would stand, and the names of what is attached on the way to it."""

    account: str
    ou: str
    chain: tuple[tuple[str, ...], ...]


class Standing:
    """The policies of an organization as they will stand."""

    def __init__(self, compiled: Sequence[OrganizationPolicy], in_force: Sequence[InForce]) -> None:
        """Raises: ValueError where a compiled document cannot be read back."""
        self._in_force = list(in_force)
        for one in compiled:
            policy, problems = read_policy(one.content, one.path, one.path)
            if policy is None or problems:
                raise ValueError(f"`{one.path}` is no policy: {problems}")
            self._in_force += [InForce(policy=policy, type=one.type, at=at) for at in one.at]

    def places(self, environment: EnvironmentIntent) -> Iterator[Placed]:
        """One account of each sort: those with the same policies on the way are decided alike."""
        accounts = [(one.id, one.ou) for one in environment.accounts]
        if not accounts:
            accounts = [(NOBODY, unit) for unit in environment.organizational_units]
        seen = set()
        for account, unit in accounts:
            chain = tuple(
                tuple(one.policy.name for one in self._in_force if one.at == at) for at in _way(account, unit)
            )
            if chain not in seen:
                seen.add(chain)
                yield Placed(account, unit, chain)

    def policy_set(
        self, place: Placed, identity: tuple[Policy, ...] = (), boundaries: tuple[Policy, ...] = ()
    ) -> PolicySet:
        """Everything on the way of an account's requests; without own policies, principals may do all."""
        way = _way(place.account, place.ou)
        return PolicySet(
            account=place.account,
            scps=tuple(self._level(at, "SERVICE_CONTROL_POLICY") for at in way),
            rcps=tuple(self._level(at, "RESOURCE_CONTROL_POLICY") for at in way),
            identity=identity or (allowing_all("FullAWSAccess"),),
            boundaries=boundaries,
        )

    def _level(self, at: str, kind: PolicyType) -> tuple[Policy, ...]:
        here = [one for one in self._in_force if (one.at, one.type) == (at, kind)]
        own = () if any(one.replaces for one in here) else (allowing_all(ALLOWS_ALL[kind]),)
        return (*own, *(one.policy for one in here))


def _way(account: str, unit: str) -> tuple[str, ...]:
    units = () if unit == ROOT else tuple(reversed(list(up_from(unit))))
    return (ROOT, *units, account)
