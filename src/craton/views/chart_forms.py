"""The forms of charts: lines, areas, bars and heat maps as layers of Vega-Lite marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.views.encoding import (
    axis_of_names,
    colour_of,
    is_sparse,
    labels_of,
    text_in_cell,
    tooltip_of,
    values_of,
    x_of,
    y_of,
)
from craton.views.palette import LIGHT

if TYPE_CHECKING:
    from craton.views.chart import Chart
    from craton.views.palette import Palette

_BAR: Final = 26
_BAR_BESIDE: Final = 17
_CELL: Final = 24
_PX_OF_A_LETTER: Final = 7
_PX_OF_A_SMALL_LETTER: Final = 5.6
_COVERAGE: Final = "coverage"
_WHOLE: Final = 99.95
_IS_GAP: Final = f"datum.y < {_WHOLE}"
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 4], [1, 3], [10, 3, 1, 3, 1, 3])


def line(drawn: Chart, palette: Palette, *, legend: bool) -> dict[str, Any]:
    """Lines that break where nothing is known, told apart by colour and dashes."""
    colour, many = colour_of(drawn, palette, legend=legend), drawn.header.series is not None
    encoding = {"x": x_of(drawn), "y": y_of(drawn)}
    dash = {
        "strokeDash": {
            "field": "s",
            "type": "nominal",
            "scale": {"domain": labels_of(drawn), "range": [list(dash) for dash in _DASHES] + [[1, 0]]},
            "legend": None,
        }
    }
    line = {
        "mark": {"type": "line", "strokeWidth": 1.75, "invalid": "break-paths-show-domains"},
        "encoding": {**encoding, "color": colour, **(dash if many else {})},
    }
    points = {
        "transform": [{"filter": "isValid(datum.y)"}],
        "mark": {"type": "point", "filled": True, "size": 14 if is_sparse(drawn) else 0, "opacity": 1},
        "encoding": {**encoding, "color": colour},
    }
    return {"data": {"values": values_of(drawn, gaps=True)}, "layer": [line, points, _hover(drawn, palette)]}


def area(drawn: Chart, palette: Palette, *, legend: bool) -> dict[str, Any]:
    """An area, or areas on top of each other."""
    many = drawn.header.series is not None
    mark = {"type": "area", "opacity": 0.85 if many else 0.18, "invalid": "break-paths-show-domains"}
    area = {
        "mark": {**mark, "line": False if many else {"strokeWidth": 1.75}},
        "encoding": {
            "x": x_of(drawn),
            "y": y_of(drawn),
            "color": colour_of(drawn, palette, legend=legend),
            **({"order": {"field": "o", "type": "quantitative"}} if many else {}),
        },
    }
    return {
        "data": {"values": values_of(drawn, gaps=True, impute=many)},
        "layer": [area, _hover(drawn, palette)],
    }


def _hover(drawn: Chart, palette: Palette) -> dict[str, Any]:
    """An upright line at the nearest x, which tells the value of every series there."""
    rows: dict[Any, dict[str, Any]] = {}
    for point in drawn.shape.points:
        row = rows.setdefault(point.x, {"x": point.x, "d": point.x_text})
        row[f"v{point.series}"] = point.y_text
    told = [{"field": "d", "type": "nominal", "title": drawn.shape.x_title}]
    told += [
        {"field": f"v{place}", "type": "nominal", "title": series.label or drawn.shape.y_title}
        for place, series in enumerate(drawn.shape.series)
    ]
    return {
        "data": {"values": list(rows.values())},
        "params": [
            {
                "name": "hover",
                "select": {
                    "type": "point",
                    "fields": ["x"],
                    "nearest": True,
                    "on": "pointermove",
                    "clear": "pointerout",
                },
            }
        ],
        "mark": {"type": "rule", "color": palette.muted, "strokeWidth": 1},
        "encoding": {
            "x": x_of(drawn),
            "opacity": {"condition": {"param": "hover", "empty": False, "value": 0.7}, "value": 0},
            "tooltip": told,
        },
    }


def bars(drawn: Chart, palette: Palette, *, legend: bool) -> dict[str, Any]:
    """Bars: upright over days and numbers, lying over names."""
    stacked = drawn.header.chart == "stacked_bar"
    encoding: dict[str, Any] = {
        "color": colour_of(drawn, palette, legend=legend),
        "tooltip": tooltip_of(drawn),
    }
    if stacked:
        encoding["order"] = {"field": "o", "type": "quantitative"}
    if drawn.shape.x_kind != "category":
        return {
            "data": {"values": values_of(drawn)},
            "mark": {"type": "bar", "stroke": palette.surface, "strokeWidth": 0.5},
            "encoding": {"x": x_of(drawn, band=True), "y": y_of(drawn), **encoding},
        }
    return _rows_of_bars(drawn, palette, encoding, stacked=stacked)


def _rows_of_bars(
    drawn: Chart, palette: Palette, encoding: dict[str, Any], *, stacked: bool
) -> dict[str, Any]:
    """Categories below each other, so that long names can be read, with values written at the bars' ends."""
    side_by_side = drawn.header.series is not None and not stacked
    y = {
        "field": "x",
        "type": "nominal",
        "sort": list(drawn.shape.categories),
        "axis": axis_of_names(drawn, palette),
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.1},
    }
    offset = {"yOffset": {"field": "s", "type": "nominal", "sort": labels_of(drawn)}} if side_by_side else {}
    x = {**y_of(drawn), "axis": {**y_of(drawn)["axis"], "grid": stacked, "labels": stacked, "domain": False}}
    if not stacked:
        x["scale"] = {"range": _with_room(drawn), "nice": False}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "cornerRadiusEnd": 2, "stroke": palette.surface, "strokeWidth": 0.5},
            "encoding": {"y": y, "x": x, **offset, **encoding},
        }
    ]
    if not stacked:
        layers.append(
            {
                "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 5, "fontSize": 11},
                "encoding": {
                    "y": y,
                    "x": x,
                    **offset,
                    "text": {"field": "t", "type": "nominal"},
                    "color": {"value": palette.ink},
                },
            }
        )
    per_row = _BAR_BESIDE * len(drawn.shape.series) + 8 if side_by_side else _BAR
    height = per_row * max(len(drawn.shape.categories), 1) + (24 if stacked else 4)
    return {"data": {"values": values_of(drawn)}, "layer": layers, "height": max(height, 60)}


def _with_room(drawn: Chart) -> list[Any]:
    """Where bars begin and end, with room for the text behind the longest one, however wide the chart is."""
    text = _PX_OF_A_LETTER * max(len(point.y_text) for point in drawn.shape.points) + 10
    return [0, {"expr": f"max(width - {text}, width * 0.35)"}]


def heatmap(drawn: Chart, palette: Palette, *, legend: bool) -> dict[str, Any]:  # noqa: ARG001 - no legend
    """Cells whose strength is their value; written out where there is room, so that colour is not needed.

    Of a coverage, what is missing is the news: full cells are faint, and those with gaps stand out.
    """
    columns = len({point.x for point in drawn.shape.points})
    gaps = str(drawn.header.y).startswith(_COVERAGE)
    is_written = not gaps or any(point.y < _WHOLE for point in drawn.shape.points)
    most = max(point.y for point in drawn.shape.points) or 1
    place = {
        "x": x_of(drawn, band=True),
        "y": {
            "field": "s",
            "type": "nominal",
            "sort": labels_of(drawn),
            "axis": axis_of_names(drawn, palette),
        },
    }
    cells = {
        "mark": {"type": "rect", "stroke": palette.surface, "strokeWidth": 1, "cornerRadius": 2},
        "encoding": {
            **place,
            "color": _gap_colour(palette) if gaps else {"value": palette.series[0]},
            "opacity": {
                "field": "y",
                "type": "quantitative",
                "scale": {"domain": [0, 99.9, 100], "range": [1, 0.45, 0.2]}
                if gaps
                else {"domain": [0, most], "range": [0.06, 0.92]},
                "legend": None,
            },
            "tooltip": tooltip_of(drawn),
        },
    }
    # Where a cell is so strong that its theme's ink would be lost on it. Strong gaps are warm and light in
    # both themes, so that dark ink reads best on them.
    strong = (
        {"test": "datum.y < 70", "value": LIGHT.ink}
        if gaps
        else {"test": f"datum.y > {0.88 * most}", "value": palette.surface}
    )
    texts = {
        "transform": [{"filter": _IS_GAP}] if gaps else [],
        "mark": {"type": "text", "fontSize": 9.5},
        "encoding": {
            **place,
            "x": {**place["x"], "bandPosition": 0.5},
            "text": {"field": "c", "type": "nominal"},
            "color": {"condition": strong, "value": palette.ink},
            "opacity": {
                "condition": {"test": f"width >= {columns * _px_of_texts(drawn)}", "value": 1},
                "value": 0,
            },
        },
    }
    return {
        "data": {"values": values_of(drawn)},
        "layer": [cells, *([texts] if is_written else [])],
        "height": max(_CELL * len(drawn.shape.series) + 24, 72),
    }


def _gap_colour(palette: Palette) -> dict[str, Any]:
    return {"condition": {"test": _IS_GAP, "value": palette.series[1]}, "value": palette.series[0]}


def _px_of_texts(drawn: Chart) -> float:
    return _PX_OF_A_SMALL_LETTER * max(len(text_in_cell(point)) for point in drawn.shape.points) + 4
