"""Panels as pages show them: a card each, with its figure, its table, its legend and its links."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from msgspec import Struct

from craton.core.filters import DIMENSIONS, NONE, Between, Last
from craton.core.plural import plural
from craton.engine.pages import account_names, choices
from craton.engine.panels import Figure, drawn_figure
from craton.views.chart import Chart, chart, specification
from craton.views.quantity import Quantity, change, quantity
from craton.views.sparkline import Sparkline, sparkline
from craton.views.table import Table, pivot, table
from craton.web.page import Visit, with_query, words_of

_DIMENSION_OF: Final = {column: dimension for dimension, column in DIMENSIONS.items()} | {"model": "model"}


class LegendEntry(Struct, frozen=True):
    """A series of a chart: its name, its colour by the name of the style sheet, and where it leads."""

    label: str
    colour: str
    dash: int
    total: Quantity | None
    href: str | None


class Stat(Struct, frozen=True):
    """A single figure. `since` says what it is compared with."""

    value: Quantity
    change: Quantity | None
    since: str
    trend: Sparkline | None
    trend_text: str
    is_moment: bool


class Card(Struct, frozen=True):
    """A panel on a page."""

    figure: Figure
    stat: Stat | None
    chart: Chart | None
    specification: str | None
    legend: tuple[LegendEntry, ...]
    table: Table | None
    not_filtered_by: tuple[str, ...]
    links: Mapping[str, str]

    @property
    def id(self) -> str:
        """The panel's id."""
        return self.figure.panel.id


def card(visit: Visit, panel_id: str, *, alone: bool = False) -> Card:
    """The panel of that id under the visit's filters; `alone` on a page, with all the room there is."""
    present = visit.present
    figure = drawn_figure(present, present.panel(panel_id), visit.filters)
    header = figure.panel.header
    names = account_names(present)
    drawn = chart(header, figure.rows, figure.days, names, columns=12 if alone else None)
    units = {name: header.unit_of(name) for name in figure.rows.names}
    shown: Table | None = None
    if drawn is not None:
        shown = pivot(drawn.shape, header.unit)
    elif header.chart == "table" and figure.rows.rows:
        shown = table(
            figure.rows, units=units, names=names, link=lambda c, v: link(visit, c, v), short=not alone
        )
    return Card(
        figure=figure,
        stat=_stat(visit, figure) if header.chart == "stat" else None,
        chart=drawn,
        specification=script_json(specification(drawn)) if drawn else None,
        legend=_legend(visit, drawn) if drawn and drawn.has_legend else (),
        table=shown,
        not_filtered_by=tuple(words_of(dimension) for dimension in figure.not_filtered_by),
        links=links(panel_id, visit.filters.pairs()),
    )


def links(panel_id: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The addresses of a panel's twins by their format, and of the panel alone."""
    formats = {"csv": ".csv", "json": ".json", "svg": ".svg", "page": ""}
    return {name: with_query(f"/panels/{quote(panel_id)}{ending}", pairs) for name, ending in formats.items()}


def link(visit: Visit, column: str, value: str) -> str | None:
    """Where a value leads: an account to its page, what can be filtered by to this page narrowed to it."""
    if column == "account_id":
        return visit.elsewhere(f"/accounts/{quote(value, safe='')}")
    dimension = _DIMENSION_OF.get(column)
    if dimension is None or not visit.page.filtered or dimension in visit.pinned:
        return None
    known = visit.present.once(_known_values)
    if (dimension, value) not in known and value == f"no {words_of(dimension)}":
        value = NONE
    return visit.narrowed(dimension, value) if (dimension, value) in known else None


def script_json(value: Any) -> str:
    """The value as JSON that may stand in an HTML `script` element, whatever its texts are."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _known_values(present: Any) -> frozenset[tuple[str, str]]:
    return frozenset(
        (dimension, choice.value) for dimension, found in choices(present).items() for choice in found
    )


def _stat(visit: Visit, figure: Figure) -> Stat | None:
    if figure.value is None:
        return None
    header = figure.panel.header
    trend = sparkline([value for _, value in figure.trend])
    known = [value for _, value in figure.trend if value is not None]
    return Stat(
        value=quantity(figure.value, header.unit),
        change=change(figure.value, figure.previous, header.unit),
        since=_since(visit),
        trend=trend,
        trend_text=(
            f"from {quantity(min(known), header.unit).text} to {quantity(max(known), header.unit).text}"
            if trend
            else ""
        ),
        is_moment=isinstance(figure.value, dt.date),
    )


def _since(visit: Visit) -> str:
    match visit.filters.time:
        case Last(days):
            return f"vs {plural(days, 'day')} before" if days else ""
        case Between():
            count = visit.filters.days(visit.present.today).count
            return f"vs {plural(count, 'day')} before" if count else ""


def _legend(visit: Visit, drawn: Chart) -> tuple[LegendEntry, ...]:
    column = str(drawn.header.series)
    dashed = drawn.header.chart == "line"
    return tuple(
        LegendEntry(
            label=series.label,
            colour="other" if series.colour is None else str(series.colour + 1),
            dash=(place + 1) if dashed else 0,
            total=series.total,
            href=link(visit, column, series.value) if series.value is not None else None,
        )
        for place, series in enumerate(drawn.shape.series)
    )
