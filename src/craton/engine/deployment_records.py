"""What plans, applies and looks for drift leave for those who read of them later; small, and no secrets.

Units: all times are naive UTC.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from msgspec import Struct

from craton.core.deployment import Phase
from craton.engine.applying import Result
from craton.engine.drift_doers import Doer
from craton.planner.difference import Difference
from craton.planner.effect import PolicyEffect
from craton.planner.onboarding import State
from craton.planner.plan import Action, Change

Purpose = Literal["plan", "undo", "destroy", "mend", "after"]
"""Why a plan was made: to bring a manifest about, to go back, to take all away, to mend drift, or to see what
is left after an apply."""


class PlanRecord(Struct, frozen=True, kw_only=True):
    """A plan without the files that it would bring about.

    `digest` is that of the plan, `deployment` that of what it wants. `commit` is that of the manifest's
    repository, where it is in one.
    """

    digest: str
    at: dt.datetime
    by: str
    purpose: Purpose
    organization: str
    management_account: str
    hub_account: str
    regions: tuple[str, ...]
    deployment: str
    prior: str | None
    changes: tuple[Change, ...]
    effect: PolicyEffect | None = None
    commit: str | None = None

    @property
    def open_changes(self) -> tuple[Change, ...]:
        """What is to be done, and what could not be told."""
        return tuple(one for one in self.changes if one.is_open)


class OutcomeRecord(Struct, frozen=True, kw_only=True):
    """What became of one change, and when."""

    at: dt.datetime
    address: str
    phase: Phase
    action: Action
    result: Result
    detail: str = ""


class ApplyRecord(Struct, frozen=True, kw_only=True):
    """One run of an apply. `ended` is None while it goes on, and for ever where it was killed.

    `planned` are the open changes that it was to make. `after` is the digest of the plan made at its end, and
    `remaining` are the addresses that are open in that. `number` counts what was brought into AWS.
    """

    plan: str
    begun: dt.datetime
    by: str
    why: str
    planned: int
    ended: dt.datetime | None = None
    number: int | None = None
    is_whole: bool | None = None
    outcomes: tuple[OutcomeRecord, ...] = ()
    after: str | None = None
    remaining: tuple[str, ...] = ()


class SnapshotRecord(Struct, frozen=True, kw_only=True):
    """What the hub keeps of an apply, whoever made it and from where."""

    number: int
    at: dt.datetime
    by: str
    why: str
    plan: str
    is_whole: bool
    deployment: str


class DriftEntry(Struct, frozen=True, kw_only=True):
    """One thing that drifted, as `craton drift` tells it."""

    address: str
    account: str
    region: str
    action: Action
    because: str
    before: Any
    after: Any
    differences: tuple[Difference, ...]
    unknown: str | None
    doers: tuple[Doer, ...]
    opens: tuple[str, ...] = ()


class Ungoverned(Struct, frozen=True, kw_only=True):
    """An account without rules, or a Region of one in which calls were made though no rules stand there.

    `calls` were made in `region` up to `last`, that none refused; both are None for a whole account.
    """

    account: str
    name: str
    detail: str
    region: str | None = None
    calls: int | None = None
    last: dt.datetime | None = None


class DriftRecord(Struct, frozen=True, kw_only=True):
    """What looks for drift found. `first_at` is when it was found first, `last_at` when it was so last.

    `applied` is the number of the apply that it was compared with, `things` are those that were looked at.
    """

    first_at: dt.datetime
    last_at: dt.datetime
    by: str
    applied: int
    things: int
    drifts: tuple[DriftEntry, ...]
    not_looked_at: tuple[str, ...]
    accounts: tuple[Ungoverned, ...] = ()
    regions: tuple[Ungoverned, ...] = ()
    regions_unknown: str | None = None


class StepRecord(Struct, frozen=True, kw_only=True):
    """One step of an account's checklist. `since` is when it was first seen to be so."""

    title: str
    state: State
    detail: str
    since: dt.datetime


class ChecklistRecord(Struct, frozen=True, kw_only=True):
    """How far an account was when it was looked at last. `begun` is when it was looked at first."""

    account: str
    name: str
    organizational_unit: str | None
    environment: str | None
    begun: dt.datetime
    looked_at: dt.datetime
    steps: tuple[StepRecord, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing remains to be done or waited for."""
        return all(one.state in ("done", "not_needed") for one in self.steps)
