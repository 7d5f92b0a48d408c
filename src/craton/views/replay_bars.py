"""Replayed days as bars: what comes out otherwise, day by day, as parts of a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.replay.summary import Share

WIDTH: Final = 720.0
HEIGHT: Final = 96.0
_GAP: Final = 0.22


class Bar(Struct, frozen=True):
    """A part of a day's bar: what it stands for, how many calls, and where it is drawn."""

    outcome: str
    day: str
    calls: int
    x: float
    y: float
    width: float
    height: float


class Bars(Struct, frozen=True):
    """The drawing: its parts, how many calls the highest bar is, and the first and last day."""

    bars: tuple[Bar, ...]
    highest: int
    first: str
    last: str
    width: float = WIDTH
    height: float = HEIGHT


def bars(days: Sequence[Share]) -> Bars | None:
    """The days with what is newly denied, newly allowed and unknown upon each other; None without any."""
    if not days:
        return None
    parts = [
        (
            ("newly_denied", one.tally.newly_denied),
            ("newly_allowed", one.tally.newly_allowed),
            ("unknown", one.tally.unknown),
        )
        for one in days
    ]
    highest = max(sum(count for _, count in day) for day in parts)
    if not highest:
        return None
    step = WIDTH / len(days)
    found = []
    for place, (share, day) in enumerate(zip(days, parts, strict=True)):
        top = HEIGHT
        for outcome, count in day:
            if count:
                height = HEIGHT * count / highest
                top -= height
                x = place * step + step * _GAP / 2
                found.append(Bar(outcome, share.name, count, x, top, step * (1 - _GAP), height))
    return Bars(tuple(found), highest, days[0].name, days[-1].name)
