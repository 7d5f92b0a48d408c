"""A line so small that it shows a shape only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 100
HEIGHT: Final = 24
_MARGIN: Final = 2
_FEWEST: Final = 2


class Sparkline(Struct, frozen=True):
    """SVG path data within `WIDTH` x `HEIGHT`: the line, and the area below it down to the bottom."""

    line: str
    area: str


def sparkline(values: Sequence[Any]) -> Sparkline | None:
    """The shape of the values, broken where one is unknown; None where there are too few to have a shape.

    The bottom is 0, so that a small change looks small; negative values lower it.
    """
    numbers = [None if value is None else float(value) for value in values]
    known = [number for number in numbers if number is not None]
    if len(known) < _FEWEST:
        return None
    low, high = min(0.0, *known), max(0.0, *known)
    span = (high - low) or 1.0
    step = WIDTH / max(len(numbers) - 1, 1)
    strokes: list[list[tuple[float, float]]] = [[]]
    for place, number in enumerate(numbers):
        if number is None:
            strokes.append([])
        else:
            y = HEIGHT - _MARGIN - (number - low) / span * (HEIGHT - 2 * _MARGIN)
            strokes[-1].append((round(place * step, 2), round(y, 2)))
    drawn = [stroke for stroke in strokes if stroke]
    return Sparkline(
        line=" ".join(_path(stroke) for stroke in drawn),
        area=" ".join(
            f"{_path(stroke)} L{stroke[-1][0]:g} {HEIGHT} L{stroke[0][0]:g} {HEIGHT} Z" for stroke in drawn
        ),
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    dot = [(points[0][0] + 0.01, points[0][1])] if len(points) == 1 else []
    return " ".join(f"{'L' if place else 'M'}{x:g} {y:g}" for place, (x, y) in enumerate([*points, *dot]))
