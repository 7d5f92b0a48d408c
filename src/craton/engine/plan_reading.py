"""A recorded plan as people read it: what differs, line by line, and what became of it."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from craton.core.errors import DataError, UserError
from craton.core.plural import plural
from craton.engine.deployment_log import DeploymentLog
from craton.engine.deployment_records import ApplyRecord, OutcomeRecord, PlanRecord
from craton.planner.plan import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.deployment import Phase
    from craton.engine.board import Present

Kind = Literal["added", "gone", "same", "skip"]

_CONTEXT: Final = 2
_MOST_LINES: Final = 400
_LONGEST: Final = 2_000
_SIGNS: Final[dict[str, Kind]] = {"+": "added", "-": "gone", " ": "same"}


class DiffLine(Struct, frozen=True):
    """One line of what differs. `skip` stands for lines that are the same or left out."""

    kind: Kind
    text: str


class ReadChange(Struct, frozen=True):
    """A change with what differs, and what the newest apply of its plan made of it."""

    change: Change
    lines: tuple[DiffLine, ...]
    outcome: OutcomeRecord | None


class ReadPlan(Struct, frozen=True):
    """A plan with its changes by phase, and the runs of an apply that carried it out, the newest first.

    `damaged` names the records that are left out.
    """

    plan: PlanRecord
    changes: tuple[ReadChange, ...]
    applies: tuple[ApplyRecord, ...]
    damaged: tuple[str, ...]

    def of(self, phase: Phase) -> tuple[ReadChange, ...]:
        """The changes of one phase, in their order."""
        return tuple(one for one in self.changes if one.change.phase == phase)


def read_plan(present: Present, digest: str) -> ReadPlan:
    """The plan whose digest begins so.

    Raises: UserError where the lake knows of none; DataError where it is damaged.
    """
    log = DeploymentLog(present.root)
    plan = log.plan_of(digest) if digest.isalnum() else None
    if plan is None and log.damaged:
        raise DataError(log.damaged[0])
    if plan is None:
        raise UserError("there is no such plan in this lake", hint="the page History lists those that are")
    applies = tuple(one for one in log.applies() if one.plan == plan.digest)
    outcomes = {one.address: one for run in reversed(applies) for one in run.outcomes}
    return ReadPlan(
        plan,
        tuple(
            ReadChange(one, tuple(diff_lines(one)) if one.is_open else (), outcomes.get(one.address))
            for one in plan.changes
        ),
        applies,
        log.damaged,
    )


def diff_lines(change: Change) -> Iterator[DiffLine]:
    """What differs, as lines of JSON; of templates the places, for they are told by their digests."""
    if change.action == "unknown":
        return
    if change.action == "update" and change.differences and _is_template(change):
        yield from _places(change)
        return
    before, after = _lines(change.before), _lines(change.after)
    told = difflib.unified_diff(before, after, lineterm="", n=_CONTEXT)
    for number, line in enumerate(line for line in told if not line.startswith(("---", "+++"))):
        if number >= _MOST_LINES:
            yield DiffLine("skip", "…")
            return
        if line.startswith("@@"):
            if number:
                yield DiffLine("skip", "…")
            continue
        yield DiffLine(_SIGNS[line[0]], f"{line[0]} {line[1:][:_LONGEST]}")


def _is_template(change: Change) -> bool:
    return any("template" in (body or {}) for body in (change.before, change.after))


def _places(change: Change) -> Iterator[DiffLine]:
    for one in change.differences:
        yield DiffLine("same", f"  {one.path}")
        if one.before is not None:
            yield from (DiffLine("gone", f"- {text}") for text in _lines(one.before))
        if one.after is not None:
            yield from (DiffLine("added", f"+ {text}") for text in _lines(one.after))
    if change.left_out:
        yield DiffLine("skip", f"… and {plural(change.left_out, 'more place')}")


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).splitlines()
