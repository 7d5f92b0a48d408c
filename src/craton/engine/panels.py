"""Panels and their rows under filters: what pages draw, and what their twins in CSV and JSON hold."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.core.filters import Days
from craton.engine.narrowing import Buckets, narrowed, narrowed_by_bucket
from craton.lake.session import QueryError, Rows
from craton.lake.snapshot import WHOLE
from craton.registry.content import Panel
from craton.registry.tables import tables

if TYPE_CHECKING:
    from craton.core.filters import Filters
    from craton.engine.board import Present

_MOST_BUCKETS: Final = 45
_FEWEST_BUCKETS: Final = 2
_LIMIT: Final = re.compile(r"\bLIMIT (\d+)\s*\Z")


class Figure(Struct, frozen=True):
    """A panel with its rows under some filters.

    `days` is the range asked for, open where it reaches as far as the data. `not_filtered_by` names active
    filters that narrow none of its rows. `previous` is the value of a compared `stat`
    over as many days before, None where there is none; `trend` is the same value over each of the buckets
    that the range is cut into. `problem` says why there are no rows where the query cannot run. `has_data`
    is whether the lake has records of every source that the panel rests on: without them, that there are no
    rows says nothing.
    """

    panel: Panel
    rows: Rows
    days: Days
    not_filtered_by: tuple[str, ...]
    previous: Any = None
    trend: tuple[tuple[dt.date, Any], ...] = ()
    problem: str | None = None
    has_data: bool = True

    @property
    def value(self) -> Any:
        """The value of a `stat`; None where there is no data."""
        return self.column(self.panel.header.y)[0] if self.rows.rows else None

    @property
    def cut(self) -> int | None:
        """After how many rows the panel's query ended the answer; None where it told all that there are."""
        found = _LIMIT.search(self.panel.sql)
        most = int(found[1]) if found else None
        return most if len(self.rows.rows) == most else None

    def column(self, name: str | None) -> list[Any]:
        """The values of a column, row by row."""
        at = self.rows.names.index(name or self.rows.names[0])
        return [row[at] for row in self.rows.rows]


def figure(present: Present, panel: Panel, filters: Filters) -> Figure:
    """The panel's rows, without what is only drawn beside them."""
    days = filters.days(present.today)
    asked = narrowed(panel.sql, panel.reads, present.columns, filters, days)
    try:
        rows = present.query(asked.sql, asked.parameters)
    except QueryError as error:
        problem = str(error).partition("\n")[0]
        return Figure(panel, Rows((), (), []), days, asked.not_filtered_by, problem=problem)
    return Figure(panel, rows, days, asked.not_filtered_by, has_data=_has_data(present, panel, days))


def drawn_figure(present: Present, panel: Panel, filters: Filters) -> Figure:
    """The panel's rows, and for a `stat` the value before and the trend."""
    found = figure(present, panel, filters)
    if panel.header.chart != "stat" or found.value is None or isinstance(found.value, dt.date):
        return found
    return Figure(
        panel,
        found.rows,
        found.days,
        found.not_filtered_by,
        previous=_before(present, panel, filters, found.days) if panel.header.compare else None,
        trend=_trend(present, panel, filters, found.days),
    )


def _has_data(present: Present, panel: Panel, days: Days) -> bool:
    needed = [panel, *present.content.upstream(panel)]
    # What could not be read is a table of its own, empty where all was well: the files tell of both.
    sources = {
        "ingested_file" if name == "quarantine" else name
        for one in needed
        for name in one.reads
        if name in tables()
    }
    return all(_has_records(present, source, days) for source in sources)


def _has_records(present: Present, source: str, days: Days) -> bool:
    first, last = days.first or dt.date.min, days.last or dt.date.max
    return any(
        day == WHOLE or first <= dt.date.fromisoformat(day) <= last
        for day, files in present.snapshot.of(source).items()
        if files
    )


def _before(present: Present, panel: Panel, filters: Filters, days: Days) -> Any:
    """The value over as many days before; None where the lake does not reach back so far."""
    before = days.before()
    if before is None or before.first is None or before.first < present.first_day:
        return None
    asked = narrowed(panel.sql, panel.reads, present.columns, filters, before)
    rows = present.query(asked.sql, asked.parameters)
    return Figure(panel, rows, before, ()).value


def _trend(present: Present, panel: Panel, filters: Filters, days: Days) -> tuple[tuple[dt.date, Any], ...]:
    buckets = _buckets(present, days)
    if buckets.count < _FEWEST_BUCKETS:
        return ()
    asked = narrowed_by_bucket(panel.sql, panel.reads, present.columns, filters, buckets)
    if asked is None:
        return ()
    try:
        rows = present.query(asked.sql, asked.parameters)
    except QueryError:
        # Not every query can be asked once a bucket in one statement; the value itself was found.
        return ()
    at = rows.names.index(str(panel.header.y), 1)
    found = {row[0]: row[at] for row in rows.rows}
    return tuple(
        (buckets.first + dt.timedelta(days=number * buckets.length), found.get(number))
        for number in range(buckets.count)
    )


def _buckets(present: Present, days: Days) -> Buckets:
    """The range cut into whole buckets that end with its last day; what does not fill one is left out."""
    first = max(days.first or present.first_day, present.first_day)
    last = min(days.last or present.today, present.today)
    count = (last - first).days + 1
    length = -(-count // _MOST_BUCKETS) if count > 0 else 1
    whole = max(count, 0) // length
    return Buckets(last - dt.timedelta(days=whole * length - 1) if whole else first, length, whole)
