"""How an apply goes on, and what became of a plan, for people and for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from craton.views.plan_text import plan_lines, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.applying import Applied, Telling

RESULTS: Final = {
    "done": "done",
    "already": "so already",
    "failed": "failed",
    "moved": "not what the plan saw",
    "skipped": "left out",
    "waits": "waits",
    "kept": "kept",
    "unknown": "unknown",
}
"""What became of a change, in words."""


def telling_line(telling: Telling) -> str:
    """One line on how an apply goes on."""
    change, outcome = telling.change, telling.outcome
    head = f"{telling.number}/{telling.count} {change.action} {change.address}"
    if outcome is None:
        return f"{head}: begun"
    return f"{head}: {RESULTS[outcome.result]}{f': {outcome.detail}' if outcome.detail else ''}"


def applied_lines(applied: Applied) -> Iterator[str]:
    """What became of a plan, and what remains."""
    for one in applied.outcomes:
        if not one.is_good:
            yield f"{RESULTS[one.result]}: {one.change.action} {one.change.address}: {one.detail}"
    counts = Counter(one.result for one in applied.outcomes)
    yield ", ".join(f"{count:,} {RESULTS[result]}" for result, count in counts.items()) or "nothing to do"
    if applied.remaining.open_changes:
        yield "what remains:"
        yield from plan_lines(applied.remaining)
    else:
        yield f"planned again: {summary(applied.remaining)}"


def applied_as_json(applied: Applied) -> str:
    """The same for programs."""
    told = {
        "is_whole": applied.is_whole,
        "outcomes": [
            {"address": one.change.address, "result": one.result, "detail": one.detail}
            for one in applied.outcomes
        ],
        "remaining": [one.address for one in applied.remaining.open_changes],
    }
    return msgspec.json.format(msgspec.json.encode(told)).decode()
