"""Everything that was applied, by whom and why, and every plan that was not; as far as the lake knows it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from craton.engine.deployment_log import DeploymentLog
from craton.engine.deployment_records import OutcomeRecord, PlanRecord, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.board import Present
    from craton.engine.deployment_records import ApplyRecord, SnapshotRecord

Ending = Literal["whole", "partial", "open", "planned", "overtaken"]
"""All is as the plan wants it; something remains; it goes on or was killed; nobody applied the plan yet; or
nobody can any more, for another was applied since."""


class Happening(Struct, frozen=True, kw_only=True):
    """A run of an apply, or a plan that nobody applied.

    `number` counts what was brought into AWS; None where that is not known. `done`, `failed` and `left` are
    changes; None where this lake does not know them, because another machine applied. `purpose` is None where
    the plan is not known either. `ended` is None where no end is known.
    """

    at: dt.datetime
    ended: dt.datetime | None
    by: str
    why: str
    ending: Ending
    number: int | None
    plan: str
    is_plan_known: bool
    purpose: Purpose | None
    commit: str | None
    planned: int | None
    done: int | None
    failed: tuple[OutcomeRecord, ...] = ()
    left: int | None = None


class History(Struct, frozen=True):
    """What happened, the newest first; `damaged` names the records that are left out."""

    happenings: tuple[Happening, ...]
    damaged: tuple[str, ...]


def history(present: Present) -> History:
    """Every apply and every plan that waits for one."""
    log = DeploymentLog(present.root)
    plans = {one.digest: one for one in log.plans()}
    applies, snapshots = list(log.applies()), list(log.snapshots())
    found = [
        *_runs(applies, plans),
        *_elsewhere(snapshots, applies, plans),
        *_waiting(plans, applies, snapshots),
    ]
    return History(tuple(sorted(found, key=lambda one: one.at, reverse=True)), log.damaged)


def _runs(applies: list[ApplyRecord], plans: dict[str, PlanRecord]) -> Iterator[Happening]:
    for one in applies:
        plan = plans.get(one.plan)
        good = sum(each.result in ("done", "already") for each in one.outcomes)
        yield Happening(
            at=one.begun,
            ended=one.ended,
            by=one.by,
            why=one.why,
            ending="open" if one.ended is None else "whole" if one.is_whole else "partial",
            number=one.number,
            plan=one.plan,
            is_plan_known=plan is not None,
            purpose=plan.purpose if plan else None,
            commit=plan.commit if plan else None,
            planned=one.planned,
            done=good,
            failed=tuple(each for each in one.outcomes if each.result not in ("done", "already")),
            left=len(one.remaining) if one.ended is not None else None,
        )


def _elsewhere(
    snapshots: list[SnapshotRecord], applies: list[ApplyRecord], plans: dict[str, PlanRecord]
) -> Iterator[Happening]:
    """What the hub knows of applies whose records are in another lake, or in none."""
    own = {one.number for one in applies}
    for one in snapshots:
        if one.number not in own:
            plan = plans.get(one.plan)
            yield Happening(
                at=one.at,
                ended=one.at,
                by=one.by,
                why=one.why,
                ending="whole" if one.is_whole else "partial",
                number=one.number,
                plan=one.plan,
                is_plan_known=plan is not None,
                purpose=plan.purpose if plan else None,
                commit=plan.commit if plan else None,
                planned=len(plan.open_changes) if plan else None,
                done=None,
            )


def _waiting(
    plans: dict[str, PlanRecord], applies: list[ApplyRecord], snapshots: list[SnapshotRecord]
) -> Iterator[Happening]:
    """Plans that somebody made, that have something to do, and that nobody applied.

    Those that mend drift are made with every look for it, and are told by what drifted.
    """
    newest = max((one.at for one in snapshots), default=None)
    applied = {*(one.plan for one in applies), *(one.plan for one in snapshots)}
    for plan in plans.values():
        if plan.digest not in applied and plan.purpose not in ("after", "mend") and plan.open_changes:
            yield Happening(
                at=plan.at,
                ended=None,
                by=plan.by,
                why="",
                ending="planned" if newest is None or plan.at > newest else "overtaken",
                number=None,
                plan=plan.digest,
                is_plan_known=True,
                purpose=plan.purpose,
                commit=plan.commit,
                planned=len(plan.open_changes),
                done=None,
            )
