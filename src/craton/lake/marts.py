"""Marts, built by day: a day is built again when a file of what the mart reads has changed, and only then.

Days are the grain of building, months that of files: a mart's day is small, and a query over a quarter opens
three files instead of ninety.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from craton.lake.data_files import NewFile, pieces
from craton.lake.mart_types import types_of
from craton.lake.origins import Recipe, near, origins_of, recipe_of, waves
from craton.lake.session import connection, freshness, view
from craton.lake.snapshot import Change, DataFile, Snapshot, applied
from craton.lake.staging import by_day
from craton.registry.tables import FRESHNESS, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from craton.lake.mart_types import Types
    from craton.registry.content import Mart

    Run = Callable[[str, Iterable[tuple[Any, ...]]], Iterator[Any]]

_ORDERS_AT_ONCE: Final = 2
_ROWS_AT_ONCE: Final = 200_000
"""So many rows are worked on by one query, whatever a month holds, whose size memory must not grow with."""


class Order(Struct, frozen=True):
    """Days of one month of one mart: those to build, and those that are gone."""

    recipe: Recipe
    month: str
    stale: tuple[str, ...]
    gone: tuple[str, ...]


def built(root: Path, snapshot: Snapshot, marts: Sequence[Mart], run: Run | None = None) -> Snapshot:
    """The snapshot with every mart up to date; `marts` stand in the order of their dependencies.

    `run` spreads calls of `build` over workers; without it they run here. The version stays as it is: the
    marts are of the same state as the rows they were built from.
    """
    types = types_of(marts)
    recipes = [recipe_of(mart) for mart in marts]
    for wave in waves(recipes):
        snapshot = _built_wave(root, snapshot, wave, types, run or _here)
    known = {recipe.name for recipe in recipes}
    changes = [
        Change(name, month, removed=files)
        for name in snapshot.origins
        if name not in known
        for month, files in snapshot.of(name).items()
    ]
    origins = {name: days for name, days in snapshot.origins.items() if name in known}
    return msgspec.structs.replace(_same_version(snapshot, changes), origins=origins)


def build(root: Path, snapshot: Snapshot, orders: Sequence[Order], types: Types) -> list[Change]:
    """The changes that carry out orders, which do not depend on each other and look at the same days."""
    made = _engine()
    made.execute(freshness(snapshot))
    read = sorted({name for order in orders for name in order.recipe.reads} - {FRESHNESS})
    months = [_Month(root, snapshot, order) for order in orders]
    for days in _parts(snapshot, read, orders[0].stale):
        around = {other for order in orders for day in days for other in near(day, order.recipe.neighbours)}
        for name in read:
            made.execute(view(root, snapshot, name, days=around, marts=types))
        for month in months:
            month.add(_rows_of(month.order.recipe, days, made))
    return [month.change() for month in months]


def _parts(snapshot: Snapshot, read: Iterable[str], days: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The days in order, so many together that the rows behind them are few enough to be worked on at once.

    Without days there is one part without any.
    """
    files = [snapshot.of(name) for name in read if name in tables()]
    part: list[str] = []
    rows = 0
    for day in days:
        of_day = sum(file.rows for known in files for file in known.get(day, ()))
        if part and rows + of_day > _ROWS_AT_ONCE:
            yield tuple(part)
            part, rows = [], 0
        part.append(day)
        rows += of_day
    yield tuple(part)


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    """The engine that builds all marts of this process: memory and what is known of files stay with it."""
    return connection(threads=1)


def close_engine() -> None:
    """What the engine of this process holds is free; the next mart has a new one."""
    if _engine.cache_info().currsize:
        _engine().close()
        _engine.cache_clear()


def _built_wave(root: Path, snapshot: Snapshot, wave: Sequence[Recipe], types: Types, run: Run) -> Snapshot:
    """The snapshot with marts up to date that do not depend on each other."""
    orders: list[Order] = []
    origins = dict(snapshot.origins)
    for recipe in wave:
        wanted = origins_of(snapshot, recipe)
        present = snapshot.origins.get(recipe.name, {})
        stale = {day for day, origin in wanted.items() if present.get(day) != origin}
        gone = present.keys() - wanted.keys()
        for month, days in itertools.groupby(sorted(stale | gone), key=_month):
            changed = tuple(days)
            of_month = (tuple(d for d in changed if d in stale), tuple(d for d in changed if d in gone))
            orders.append(Order(recipe, month, *of_month))
        origins[recipe.name] = wanted
    tasks = ((root, snapshot, together, types) for together in _together(orders))
    changes = [change for made in run("build", tasks) for change in made]
    return msgspec.structs.replace(_same_version(snapshot, changes), origins=dict(sorted(origins.items())))


def _together(orders: Iterable[Order]) -> list[list[Order]]:
    """The orders in small groups that read the same days, the longest work first, so that all end at once."""

    def days(order: Order) -> tuple[tuple[str, ...], int]:
        return order.stale, order.recipe.neighbours

    groups = []
    for _, alike in itertools.groupby(sorted(orders, key=days), key=days):
        heaviest = sorted(alike, key=_work, reverse=True)
        groups += [
            heaviest[start : start + _ORDERS_AT_ONCE] for start in range(0, len(heaviest), _ORDERS_AT_ONCE)
        ]
    return sorted(groups, key=lambda group: sum(map(_work, group)), reverse=True)


def _work(order: Order) -> int:
    """How much there is to do, roughly: the more a mart tells apart, the more rows it has."""
    return len(order.stale) * len(order.recipe.key)


def _here(_: str, tasks: Iterable[tuple[Any, ...]]) -> Iterator[list[Change]]:
    return (build(*task) for task in tasks)


def _month(day: str) -> str:
    return day[: len("2026-01")]


def _rows_of(recipe: Recipe, days: Sequence[str], made: Any) -> pa.Table:
    """The mart's rows of the days, in canonical order."""
    order = ", ".join(f'"{column}"' for column in dict.fromkeys(("day", *recipe.key)))
    found: pa.Table = made.sql(
        f"SELECT * FROM ({recipe.sql}){_only(recipe, days)} ORDER BY {order}"
    ).to_arrow_table()
    wanted = _are_of(days, found)
    return found if pc.all(wanted, min_count=0).as_py() else found.filter(wanted)


class _Month:
    """The month's file with the order's days built anew, in canonical order; they come day by day."""

    def __init__(self, root: Path, snapshot: Snapshot, order: Order) -> None:
        self.order = order
        self._root = root
        self._before = snapshot.of(order.recipe.name).get(order.month, ())
        self._kept: Iterator[tuple[dt.date, pa.Table]] = iter(())
        self._next: tuple[dt.date, pa.Table] | None = None
        self._file: NewFile | None = None

    def add(self, rows: pa.Table) -> None:
        """Rows of the next days; kept ones of days before these go first."""
        if self._file is None:
            self._file = NewFile(self._root, self.order.recipe.name, self.order.month, rows.schema)
            self._kept = self._days_kept(rows.schema)
            self._next = next(self._kept, None)
        for day, of_day in by_day(rows).items():
            self._keep_until(self._file, day)
            self._file.add(of_day)

    def change(self) -> Change:
        """What the month's file is now."""
        added: tuple[DataFile, ...] = ()
        if self._file is not None:
            self._keep_until(self._file, dt.date.max)
            if self._file.rows:
                added = (self._file.written(),)
            else:
                self._file.dropped()
        return Change(self.order.recipe.name, self.order.month, removed=self._before, added=added)

    def _keep_until(self, file: NewFile, day: dt.date) -> None:
        while self._next is not None and self._next[0] < day:
            file.add(self._next[1])
            self._next = next(self._kept, None)

    def _days_kept(self, schema: pa.Schema) -> Iterator[tuple[dt.date, pa.Table]]:
        """The rows of other days; none of a mart whose columns have changed, as all its days are built."""
        others = {*self.order.stale, *self.order.gone}
        for file in self._before:
            if pq.read_schema(self._root / file.path).names == schema.names:
                for piece in pieces(self._root, file, schema):
                    yield from ((day, rows) for day, rows in by_day(piece).items() if f"{day}" not in others)


def _only(recipe: Recipe, wanted: Sequence[str]) -> str:
    """The condition that leaves out the days that are read but not to be built.

    None is needed where no others are read; pushed below an UNNEST it would cost many times the rest.
    """
    if wanted and not recipe.neighbours and tables().keys() >= set(recipe.reads):
        return ""
    days = ", ".join(f"DATE '{day}'" for day in wanted)
    return f" WHERE day IN ({days or 'NULL'})"


def _are_of(days: Iterable[str], rows: pa.Table) -> pa.ChunkedArray:
    """Which rows are of one of the days."""
    wanted = pa.array([dt.date.fromisoformat(day) for day in sorted(days)], pa.date32())
    return pc.is_in(rows["day"], value_set=wanted)


def _same_version(snapshot: Snapshot, changes: Sequence[Change]) -> Snapshot:
    return msgspec.structs.replace(applied(snapshot, changes), version=snapshot.version)
