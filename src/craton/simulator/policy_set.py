"""All policies that stand on the way of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.core.policy import Policy, PolicyKind, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator


class PolicySet(Struct, frozen=True, kw_only=True):
    """The policies that decide what principals of one account may do.

    `account` is the principal's account. `resource_account` owns the resource; where it is None, the
    account that the resource's ARN names does, or else the principal's. `scps` and `rcps` hold one tuple a
    level, from the root over the OUs to the account; no level at all means that no such policy is in force.
    `management_account` is said of the principal's account.
    """

    account: str
    resource_account: str | None = None
    management_account: bool = False
    service_linked_role: bool = False
    scps: tuple[tuple[Policy, ...], ...] = ()
    rcps: tuple[tuple[Policy, ...], ...] = ()
    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    sessions: tuple[Policy, ...] = ()
    endpoints: tuple[Policy, ...] = ()
    resource: Policy | None = None

    def attached(self) -> Iterator[Attached]:
        """Every statement with the place on the way of a request where its policy stands."""
        for number, level in enumerate(self.scps, start=1):
            yield from _statements("scp", number, level)
        for number, level in enumerate(self.rcps, start=1):
            yield from _statements("rcp", number, level)
        yield from _statements("endpoint", None, self.endpoints)
        yield from _statements("resource", None, (self.resource,) if self.resource else ())
        yield from _statements("identity", None, self.identity)
        yield from _statements("boundary", None, self.boundaries)
        yield from _statements("session", None, self.sessions)


class Attached(Struct, frozen=True):
    """A statement where it is in force. `level` counts from 1, the root; None where there are no levels."""

    kind: PolicyKind
    level: int | None
    policy: Policy
    statement: Statement


def _statements(kind: PolicyKind, level: int | None, policies: tuple[Policy, ...]) -> Iterator[Attached]:
    for policy in policies:
        for statement in policy.statements:
            yield Attached(kind, level, policy, statement)
