"""A plan as people read it in a terminal: by phase, what is to be done, why, and where it differs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from craton.core.plural import plural
from craton.views.effect_text import effect_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.planner.difference import Difference
    from craton.planner.plan import Change, Plan

PHASES: Final = {
    "management": "phase 1, the management account",
    "hub": "phase 2, the hub",
    "members": "phase 3, the members",
}
_MARKS: Final = {"create": "+", "update": "~", "delete": "-", "unknown": "?"}
_MOST_DIFFERENCES: Final = 12
_LONGEST_VALUE: Final = 80


def plan_lines(plan: Plan) -> Iterator[str]:
    """The open changes of a plan, and how many there are of each action."""
    for phase in dict.fromkeys(one.phase for one in plan.open_changes):
        yield PHASES[phase]
        for change in plan.open_changes:
            if change.phase == phase:
                yield from change_lines(change)
        yield ""
    if plan.effect is not None:
        yield f"all changes of policies together: {effect_text(plan.effect)}"
    yield summary(plan)


def summary(plan: Plan) -> str:
    """How many changes there are of each action, in one line."""
    counts = Counter(one.action for one in plan.changes)
    if not plan.open_changes:
        are = "is as it" if len(plan.changes) == 1 else "are as they"
        things = plural(len(plan.changes), "thing")
        return f"no changes: {counts['no-op']:,} of {things} {are} should be"
    told = [f"{counts[action]:,} to {action}" for action in ("create", "update", "delete") if counts[action]]
    if counts["unknown"]:
        told.append(f"{counts['unknown']:,} unknown")
    return f"{', '.join(told)}; {counts['no-op']:,} as they should be"


def change_lines(change: Change) -> Iterator[str]:
    """One change, why it is made, and where the thing differs."""
    risk = f" ({change.risk} risk)" if change.risk != "none" else ""
    yield f"  {_MARKS[change.action]} {change.address}{risk}: {change.because}"
    if change.unknown is not None:
        yield f"      it cannot be told what it is: {change.unknown}"
    if change.effect is not None:
        yield f"      {effect_text(change.effect)}"
    for one in change.differences[:_MOST_DIFFERENCES]:
        yield f"      {_difference(one)}"
    more = len(change.differences) - _MOST_DIFFERENCES + change.left_out
    if more > 0:
        yield f"      and {plural(more, 'more place')}"


def _difference(one: Difference) -> str:
    if one.before is None:
        return f"{one.path}: {value_text(one.after)} is added"
    if one.after is None:
        return f"{one.path}: {value_text(one.before)} is taken away"
    return f"{one.path}: {value_text(one.before)} becomes {value_text(one.after)}"


def value_text(value: Any) -> str:
    """A value on part of a line."""
    told = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)
    return told if len(told) <= _LONGEST_VALUE else f"{told[: _LONGEST_VALUE - 1]}…"
