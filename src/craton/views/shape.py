"""The rows of a panel in the shape that a chart needs: points, and the series they belong to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from craton.views.naming import title_of, without_positions
from craton.views.palette import OTHER
from craton.views.quantity import UNKNOWN, Quantity, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from craton.codec.content_file import PanelHeader
    from craton.lake.session import Rows

COLOURS: Final = 8
_NOT_ADDED: Final = frozenset(
    {"percent", "ms", "times", "tokens per second", "principals", "accounts", "Regions"}
)
"""Units whose values do not add up: averages, and counts of what is the same on another day."""

XKind = Literal["day", "time", "number", "category"]


class Series(Struct, frozen=True):
    """One series.

    `colour` is its place in the palette, None for what is grey; `total` adds up its values, and is None where
    these do not add up.
    """

    value: str | None
    label: str
    colour: int | None
    total: Quantity | None


class Point(Struct, frozen=True):
    """One value. `x` is in milliseconds for days and times, otherwise a number or a label."""

    x: int | float | str
    x_text: str
    series: int
    y: float
    y_text: str


class Shape(Struct, frozen=True):
    """What a chart draws. `categories` are the labels of x in their order, where x is a category.

    `folded` counts the series that had no place of their own: they are added up, or left out where they do
    not add up.
    """

    x_kind: XKind
    points: tuple[Point, ...]
    series: tuple[Series, ...]
    categories: tuple[str, ...]
    folded: int
    x_title: str
    y_title: str


def shape(header: PanelHeader, rows: Rows, names: Mapping[str, str]) -> Shape:
    """The points of a panel's rows, without those whose y is unknown.

    `names` are the names by which people know accounts.
    """
    at = {name: place for place, name in enumerate(rows.names)}
    x_at, y_at = at[str(header.x)], at[str(header.y)]
    series_at = at[header.series] if header.series else None
    x_kind = _kind(rows.types[x_at])
    found = [row for row in rows.rows if row[y_at] is not None]
    series, places, folded = _series(header, found, series_at, y_at, names)
    x_names = _labels([row[x_at] for row in found], names) if x_kind == "category" else {}
    points = []
    for (x, place), value in _added(found, x_at, y_at, series_at, places).items():
        points.append(
            Point(
                x=_position(x, x_kind, x_names),
                x_text=_text(x, x_kind, x_names),
                series=place,
                y=float(value),
                y_text=quantity(value, header.unit).text,
            )
        )
    return Shape(
        x_kind=x_kind,
        points=tuple(points),
        series=series,
        categories=_categories(header, points, x_names),
        folded=folded,
        x_title=title_of(str(header.x)),
        y_title=title_of(str(header.y), header.unit),
    )


def _categories(header: PanelHeader, points: Sequence[Point], names: Mapping[Any, str]) -> tuple[str, ...]:
    """The names along x as they are told; below stacks the largest first."""
    told = tuple(dict.fromkeys(names.values()))
    if header.chart != "stacked_bar":
        return told
    totals = dict.fromkeys(told, 0.0)
    for point in points:
        totals[str(point.x)] = totals.get(str(point.x), 0.0) + point.y
    return tuple(sorted(told, key=lambda name: -totals[name]))


def _kind(type_name: str) -> XKind:
    match type_name:
        case "DATE":
            return "day"
        case "TIMESTAMP":
            return "time"
        case "VARCHAR":
            return "category"
        case _:
            return "number"


def _series(
    header: PanelHeader,
    rows: Sequence[tuple[Any, ...]],
    series_at: int | None,
    y_at: int,
    names: Mapping[str, str],
) -> tuple[tuple[Series, ...], dict[Any, int], int]:
    """The series, the place of each value among them, and how many were folded or left out."""
    adds_up = header.unit not in _NOT_ADDED
    if series_at is None:
        return (Series(None, "", 0, None),), {None: 0}, 0
    totals: dict[Any, Any] = {}
    for row in rows:
        totals[row[series_at]] = totals.get(row[series_at], 0) + row[y_at]
    labels = _labels(list(totals), names)
    order = _order(header.chart, totals, labels)
    if header.chart == "heatmap":
        return (
            tuple(Series(_raw(v), labels[v], 0, None) for v in order),
            {v: i for i, v in enumerate(order)},
            0,
        )
    own = [value for value in order if value != OTHER][:COLOURS]
    rest = [value for value in order if value not in own]
    found = [
        Series(_raw(value), labels[value], place, quantity(totals[value], header.unit) if adds_up else None)
        for place, value in enumerate(own)
    ]
    places = {value: place for place, value in enumerate(own)}
    if rest and adds_up:
        found.append(Series(None, OTHER, None, quantity(sum(totals[v] for v in rest), header.unit)))
        places |= dict.fromkeys(rest, len(own))
    return tuple(found), places, len([value for value in rest if value != OTHER])


def _order(chart: str, totals: Mapping[Any, Any], labels: Mapping[Any, str]) -> list[Any]:
    """Series as they are told where they carry positions or stand side by side; else the largest first."""
    if chart in ("bar", "heatmap") or any(
        labels[value] != value for value in totals if _numbered(value, labels)
    ):
        return list(totals)
    return sorted(totals, key=lambda value: (-totals[value], str(value)))


def _numbered(value: Any, labels: Mapping[Any, str]) -> bool:
    return isinstance(value, str) and value[:1].isdigit() and value.endswith(labels[value])


def _labels(values: Sequence[Any], names: Mapping[str, str]) -> dict[Any, str]:
    plain = without_positions(str(value) for value in values if value is not None)
    return {
        value: UNKNOWN if value is None else names.get(str(value), plain[str(value)])
        for value in dict.fromkeys(values)
    }


def _raw(value: Any) -> str | None:
    return None if value is None else str(value)


def _added(
    rows: Sequence[tuple[Any, ...]], x_at: int, y_at: int, series_at: int | None, places: Mapping[Any, int]
) -> dict[tuple[Any, int], Any]:
    """The value at each x of each series; those of folded series are added up."""
    found: dict[tuple[Any, int], Any] = {}
    for row in rows:
        place = places.get(None if series_at is None else row[series_at])
        if place is not None:
            key = (row[x_at], place)
            found[key] = found[key] + row[y_at] if key in found else row[y_at]
    return found


def _position(x: Any, kind: XKind, names: Mapping[Any, str]) -> int | float | str:
    match kind:
        case "day" | "time" if isinstance(x, dt.date):
            moment = x if isinstance(x, dt.datetime) else dt.datetime.combine(x, dt.time())
            return milliseconds(moment)
        case "number" if isinstance(x, int | float):
            return x
        case _:
            return names.get(x, str(x))


def _text(x: Any, kind: XKind, names: Mapping[Any, str]) -> str:
    match kind:
        case "day" if isinstance(x, dt.date):
            return f"{x:%a} {x.day} {x:%b %Y}"
        case "time" if isinstance(x, dt.datetime):
            return f"{x:%a} {x.day} {x:%b %Y %H:%M} UTC"
        case _:
            return names.get(x, str(x))


def milliseconds(moment: dt.datetime) -> int:
    """The moment, naive UTC, as JavaScript counts time."""
    return int((moment - dt.datetime(1970, 1, 1)) / dt.timedelta(milliseconds=1))  # noqa: DTZ001 - naive UTC
