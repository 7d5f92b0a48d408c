"""Which organization policies stand above each account today, and which would with the candidates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from craton.core.policy import Policy
from craton.simulator.masks import StatementMasks
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.simulator.policy_set import Attached

Side = Literal["today", "candidate"]
SIDES: tuple[Side, Side] = ("today", "candidate")


class PolicyLevel(Struct, frozen=True):
    """What is attached at one place on the way from the root to an account."""

    at: str
    scps: tuple[Policy, ...]
    rcps: tuple[Policy, ...]


class AccountLevels(Struct, frozen=True, kw_only=True):
    """The levels above one account, the root first; both sides have the same places.

    Accounts below one place share its levels: the same values, not equal ones.
    """

    account: str
    is_management: bool
    today: tuple[PolicyLevel, ...]
    candidate: tuple[PolicyLevel, ...]

    def of(self, side: Side) -> tuple[PolicyLevel, ...]:
        """The levels of one side."""
        return self.today if side == "today" else self.candidate


class Replayed(Struct, frozen=True, kw_only=True):
    """The organization that calls are replayed against. `models` says what application profiles stand for."""

    organization: str
    accounts: Mapping[str, AccountLevels]
    models: Mapping[str, str]


class StatementBook:
    """The statements of many policies, each policy once, numbered over all.

    Bit `n` of every number stands for `statements[n]`.
    Raises: UserError, where a condition has an operator that does not exist.
    """

    def __init__(self, accounts: Iterable[AccountLevels]) -> None:
        scps: dict[Policy, None] = {}
        rcps: dict[Policy, None] = {}
        levels = {id(level): level for one in accounts for level in (*one.today, *one.candidate)}
        for level in levels.values():
            scps |= dict.fromkeys(level.scps)
            rcps |= dict.fromkeys(level.rcps)
        self.policies = (*scps, *rcps)
        self.masks = StatementMasks(PolicySet(account="", scps=(tuple(scps),), rcps=(tuple(rcps),)))
        self.statements: tuple[Attached, ...] = self.masks.statements
        self.numbers = {
            (one.kind, one.policy, one.statement.number): number for number, one in enumerate(self.statements)
        }


def alike(accounts: Mapping[str, AccountLevels]) -> dict[str, str]:
    """For each account, one that stands below the very same policies, so that it stands for all of these.

    The level of the account itself has a name of its own, which tells where a statement is attached: accounts
    where nothing is attached beside what AWS attaches everywhere are alike there.
    """
    first: dict[object, str] = {}
    found: dict[str, str] = {}
    for account, one in accounts.items():
        above = tuple(id(level) for side in SIDES for level in one.of(side)[:-1])
        own = [kind for side in SIDES for kind in (one.of(side)[-1].scps, one.of(side)[-1].rcps)]
        is_bare = all(len(policies) == 1 for policies in own)
        key = (above, tuple(id(policies[0]) for policies in own), one.is_management) if is_bare else account
        found[account] = first.setdefault(key, account)
    return found
