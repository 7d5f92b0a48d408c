"""What a replay found, as plain values: what is printed, drawn and sent."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from craton.core.policy import Effect, PolicyKind

Outcome = Literal["newly_denied", "newly_allowed", "unchanged", "unknown"]
OUTCOMES: tuple[Outcome, ...] = ("newly_denied", "newly_allowed", "unchanged", "unknown")


class Tally(Struct, frozen=True, kw_only=True):
    """How many calls came out how. Units: calls."""

    newly_denied: int = 0
    newly_allowed: int = 0
    unchanged: int = 0
    unknown: int = 0

    @property
    def calls(self) -> int:
        """All of them."""
        return self.newly_denied + self.newly_allowed + self.unchanged + self.unknown


class Share(Struct, frozen=True, kw_only=True):
    """The calls of one account, principal, model or day. `account` is that of a principal, or None."""

    name: str
    account: str | None
    tally: Tally


class DecidingStatement(Struct, frozen=True, kw_only=True):
    """A statement that a decision rests on, where it is attached and where it stands."""

    kind: PolicyKind
    at: str | None
    policy: str
    sid: str | None
    number: int
    effect: Effect
    file: str
    line: int


class Reason(Struct, frozen=True, kw_only=True):
    """Why calls came out otherwise.

    For what is newly denied, the candidate's side denies: by `statements`, or because nothing allows at the
    `levels`. For what is newly allowed, today's side did. `refused` of the `calls` were refused when they
    were made, and `examples` are ids of their events.
    """

    outcome: Outcome
    statements: tuple[DecidingStatement, ...]
    levels: tuple[str, ...]
    calls: int
    refused: int
    examples: tuple[str, ...]


class UnknownKey(Struct, frozen=True, kw_only=True):
    """What is not known of calls that are unknown for it, and why: a condition key, or something else."""

    key: str
    calls: int
    reason: str
    examples: tuple[str, ...]


class UnknownOperation(Struct, frozen=True, kw_only=True):
    """An operation of which it is not known what authorises it."""

    event_source: str
    event_name: str
    calls: int


class Recorded(Struct, frozen=True, kw_only=True):
    """Where the record of calls and today's policies do not say the same. Units: calls.

    `made_but_denied` succeeded or failed otherwise, and would be denied today; `refused_but_allowed` were
    refused, and no organization policy of today refuses them: other policies do, or those were others then.
    """

    made_but_denied: int
    refused_but_allowed: int


class ReplaySummary(Struct, frozen=True, kw_only=True):
    """The answer to a replay. Times are naive UTC; `calls` are counted in `tally`.

    `no_calls` are events that no principal made, such as those that services report; `exempt` are calls of
    the management account and of service-linked roles, which no SCP meets, and are counted in `tally` too.
    `simulated` are statements of which a part cannot be said in SQL.
    """

    since: dt.datetime | None
    first: dt.datetime | None
    last: dt.datetime | None
    attached: tuple[str, ...]
    removed: tuple[str, ...]
    statements: int
    tally: Tally
    denied_today: int
    denied_by_candidate: int
    exempt: int
    no_calls: int
    recorded: Recorded
    accounts: tuple[Share, ...]
    principals: tuple[Share, ...]
    principals_left_out: int
    models: tuple[Share, ...]
    days: tuple[Share, ...]
    reasons: tuple[Reason, ...]
    unknown_keys: tuple[UnknownKey, ...]
    unknown_operations: tuple[UnknownOperation, ...]
    simulated: tuple[str, ...]

    @property
    def would_change(self) -> bool:
        """Whether some call would come out otherwise, or may."""
        return bool(self.tally.newly_denied or self.tally.newly_allowed)
