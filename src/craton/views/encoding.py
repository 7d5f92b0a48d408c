"""What the marks of a chart stand for: the data, its axes, colours and tooltips."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from craton.views.naming import title_of
from craton.views.palette import SCREEN
from craton.views.shape import milliseconds

if TYPE_CHECKING:
    from craton.views.chart import Chart
    from craton.views.palette import Palette
    from craton.views.shape import Point

DAY_MS: Final = 86_400_000
_PX_OF_A_DATE: Final = 62
_PX_OF_A_COLUMN: Final = 92
_PX_OF_A_NAME: Final = 170
_PX_OF_A_LETTER: Final = 7
_LONGEST_NAME: Final = 270
_FEW_POINTS: Final = 31
_SHOWS_HOURS: Final = 2
_SHOWS_DAYS: Final = 330
_STEPS: Final = (1, 2, 3, 7, 14, 28, 56, 91, 182, 364, 728)
_COUNTED: Final = "replace(replace(format(datum.value, '~s'), 'G', 'B'), 'k', 'K')"
_SMALL_OR_COUNTED: Final = f"abs(datum.value) < 1 ? format(datum.value, '~g') : {_COUNTED}"
_AXIS_TEXT: Final = {
    "USD": f"'$' + ({_SMALL_OR_COUNTED})",
    "percent": "format(datum.value, '~g') + ' %'",
    "ms": "datum.value >= 1000 ? format(datum.value / 1000, '~g') + ' s' : format(datum.value, '~g') + ' ms'",
    "bytes": f"({_COUNTED}) + 'B'",
}


def width_px(columns: int) -> int:
    """How many pixels a panel that is so many columns wide gives its chart on a wide page and on paper."""
    return _PX_OF_A_COLUMN * columns


def values_of(drawn: Chart, *, gaps: bool = False, impute: bool = False) -> list[dict[str, Any]]:
    """The points as rows of data.

    With `gaps`, a series has an empty point at each x where another has a value, and at each day of which
    nothing is known, so that no line is drawn over what is unknown. With `impute`, a series counts as 0 where
    another has a value, as stacking needs.
    """
    labels = labels_of(drawn)
    values: list[dict[str, Any]] = [
        {
            "x": point.x,
            "d": point.x_text,
            "s": labels[point.series],
            "o": point.series,
            "y": point.y,
            "t": point.y_text,
            "c": text_in_cell(point),
        }
        for point in drawn.shape.points
    ]
    if not gaps:
        return values
    known = {(point.x, point.series) for point in drawn.shape.points}
    at_some = {point.x for point in drawn.shape.points}
    for x in sorted({*at_some, *_every_day(drawn)}, key=float):
        for place, label in enumerate(labels):
            if (x, place) not in known:
                y = 0 if impute and x in at_some else None
                values.append({"x": x, "s": label, "o": place, "y": y})
    return sorted(values, key=lambda row: (row["o"], row["x"]))


def text_in_cell(point: Point) -> str:
    """The value as it is written where there is little room: without its unit."""
    return point.y_text.split("\u202f")[0]


def _every_day(drawn: Chart) -> list[int]:
    if drawn.shape.x_kind != "day":
        return []
    days = [int(point.x) for point in drawn.shape.points]
    return list(range(min(days), max(days) + 1, DAY_MS))


def is_sparse(drawn: Chart) -> bool:
    """Whether some point may stand alone between gaps, where a line would not show it."""
    return len({point.x for point in drawn.shape.points}) <= _FEW_POINTS


def labels_of(drawn: Chart) -> list[str]:
    """The names of the series, in their order."""
    return [series.label for series in drawn.shape.series]


def x_of(drawn: Chart, *, band: bool = False) -> dict[str, Any]:
    """The horizontal axis; with `band`, each value takes the room of its day, hour or number."""
    kind = drawn.shape.x_kind
    if kind in ("category", "number"):
        axis = {"title": drawn.shape.x_title, "labelLimit": 110, **_slant(drawn)}
        ordinal = band or kind == "category"
        return {"field": "x", "type": "ordinal" if ordinal else "quantitative", "axis": axis}
    x: dict[str, Any] = {"field": "x", "type": "temporal", "scale": {"type": "utc"}}
    if band:
        x["timeUnit"] = "utcyearmonthdate" if kind == "day" else "utcyearmonthdatehours"
    first, last = _range_of(drawn)
    # As expressions: a plain number in the domain of a time does not come through the interpreter that a
    # strict content security policy asks for.
    end = last + (DAY_MS if band or kind == "time" else 0)
    x["scale"] |= {"domainMin": {"expr": str(first)}, "domainMax": {"expr": str(end)}}
    x["axis"] = {
        "title": None,
        "labelOverlap": "greedy",
        "labelSeparation": 10,
        **_ticks(drawn, first, last, band=band),
    }
    return x


def _slant(drawn: Chart) -> dict[str, Any]:
    """Names stand upright below their columns where they have no room to lie there."""
    names = drawn.shape.categories
    if not names:
        return {"labelAngle": 0, "labelOverlap": True}
    needed = (max(map(len, names)) * _PX_OF_A_LETTER + 8) * len(names)
    return {"labelAngle": {"expr": f"width < {needed} ? -40 : 0"}, "labelOverlap": False}


def _range_of(drawn: Chart) -> tuple[int, int]:
    """The first and the last day that the axis shows: those asked for, or else those that have points."""
    points = [float(point.x) for point in drawn.shape.points]
    days = drawn.days
    first = _midnight(days.first) if days.first else int(min(points) // DAY_MS) * DAY_MS
    last = _midnight(days.last) if days.last else int(max(points) // DAY_MS) * DAY_MS
    return first, max(first, last)


def _midnight(day: dt.date) -> int:
    return milliseconds(dt.datetime.combine(day, dt.time()))


def _ticks(drawn: Chart, first: int, last: int, *, band: bool) -> dict[str, Any]:
    """Dates at equal distances up to the last one, as many as there is room for."""
    days = (last - first) // DAY_MS + 1
    if drawn.shape.x_kind == "time" and days <= _SHOWS_HOURS:
        return {"format": "%H:%M"}
    room = max(2, width_px(drawn.columns) // _PX_OF_A_DATE)
    step = next(step for step in _STEPS if days <= step * room or step == _STEPS[-1])
    middle = DAY_MS // 2 if band and drawn.shape.x_kind == "day" else 0
    values = [last - number * step * DAY_MS + middle for number in range((days - 1) // step + 1)]
    return {
        "format": "%-d %b" if days <= _SHOWS_DAYS else "%-d %b %y",
        "values": {"expr": str(values[::-1])},
        "ticks": not band,
    }


def y_of(drawn: Chart) -> dict[str, Any]:
    """The axis of values, in their unit."""
    unit = drawn.header.unit or ""
    axis: dict[str, Any] = {
        "title": None,
        "tickCount": 4,
        "domain": False,
        "ticks": False,
        "labelExpr": _AXIS_TEXT.get(unit, _SMALL_OR_COUNTED),
    }
    if unit not in _AXIS_TEXT:
        axis["tickMinStep"] = 1
    return {"field": "y", "type": "quantitative", "axis": axis, "scale": {"zero": True, "nice": 4}}


def axis_of_names(drawn: Chart, palette: Palette) -> dict[str, Any]:
    """The axis of a chart whose rows have names: these get up to six tenths of its width."""
    shown = "containerSize()[0]" if palette is SCREEN else str(width_px(drawn.columns))
    limit = {"expr": f"clamp(0.6 * {shown}, 120, {_LONGEST_NAME})"}
    return {"title": None, "domain": False, "ticks": False, "labelLimit": limit, "labelPadding": 8}


def colour_of(drawn: Chart, palette: Palette, *, legend: bool) -> dict[str, Any]:
    """The colour of each series; the page has a legend of its own, a file needs one in the picture."""
    if not drawn.has_legend:
        return {"value": palette.series[0]}
    shades = [
        palette.other if series.colour is None else palette.series[series.colour]
        for series in drawn.shape.series
    ]
    columns = max(1, width_px(drawn.columns) // _PX_OF_A_NAME)
    shown = {"orient": "top", "title": None, "columns": columns} if legend else None
    return {
        "field": "s",
        "type": "nominal",
        "scale": {"domain": labels_of(drawn), "range": shades},
        "legend": shown,
    }


def tooltip_of(drawn: Chart) -> list[dict[str, Any]]:
    """What is told of the mark under the pointer."""
    told = [{"field": "d", "type": "nominal", "title": drawn.shape.x_title}]
    if drawn.header.series:
        told.append({"field": "s", "type": "nominal", "title": title_of(drawn.header.series)})
    return [*told, {"field": "t", "type": "nominal", "title": drawn.shape.y_title}]
