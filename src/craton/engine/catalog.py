"""The lake's tables and marts as a reader wants them: what one row is, what each column means, some rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.errors import UserError
from craton.core.spelling import did_you_mean
from craton.engine.narrowing import narrowed
from craton.lake.session import Rows
from craton.registry.tables import tables

if TYPE_CHECKING:
    from craton.core.filters import Filters
    from craton.engine.board import Present
    from craton.registry.content import Mart

ROWS_OF_A_SAMPLE: Final = 50
DEEPEST: Final = 10_000
"""So far into a table do samples reach; beyond, a question to `craton sql` finds what is wanted sooner."""

_TEXTS: Final = frozenset({"input_text", "output_text"})
"""What people wrote to models, which no page shows even where the manifest lets the lake keep it."""


class DescribedColumn(Struct, frozen=True):
    """A column: its DuckDB type, its unit where the name does not say it, its meaning where it is told."""

    name: str
    type: str
    unit: str | None
    meaning: str | None
    values: tuple[str, ...]


class Described(Struct, frozen=True):
    """A table or mart. `explains` says what a mart's rows mean; `read_by` names the panels that read it."""

    name: str
    kind: str
    grain: str
    explains: str | None
    key: tuple[str, ...]
    rows: int
    columns: tuple[DescribedColumn, ...]
    reads: tuple[str, ...]
    read_by: tuple[str, ...]


class Sample(Struct, frozen=True):
    """Some rows of a table or mart, the latest first, from the row `offset` on, counted from 0."""

    rows: Rows
    offset: int
    more: bool
    not_filtered_by: tuple[str, ...]


def catalog(present: Present) -> tuple[Described, ...]:
    """Every table, then every mart."""
    return tuple(described(present, name) for name in (*tables(), *sorted(present.content.marts)))


def described(present: Present, name: str) -> Described:
    """The table or mart of that name.

    Raises: UserError where there is none.
    """
    table, mart = tables().get(name), present.content.marts.get(name)
    if table is None and mart is None:
        known = [*tables(), *present.content.marts]
        raise UserError(f"there is no table or mart `{name}`", hint=did_you_mean(name, known))
    types = dict(present.types.get(name, {}))
    if table is not None:
        types = {column.name: column.type for column in table.columns} | (
            {"day": "DATE"} if table.day_of else {}
        )
    return Described(
        name=name,
        kind="table" if table else "mart",
        grain=table.grain if table else mart.header.grain if mart else "",
        explains=mart.header.explains.strip() if mart else None,
        key=table.key if table else mart.header.key if mart else (),
        rows=present.count(name),
        columns=tuple(_column(present, name, column, kind) for column, kind in types.items()),
        reads=mart.reads if mart else (),
        read_by=tuple(
            one.id
            for one in (*present.content.marts.values(), *present.content.panels.values())
            if name in one.reads
        ),
    )


def sample(present: Present, name: str, filters: Filters, *, offset: int) -> Sample:
    """Rows of a table or mart under the filters, without what people wrote to models.

    Raises: UserError where there is no such table, or the offset lies too deep.
    """
    about = described(present, name)
    if not 0 <= offset <= DEEPEST:
        raise UserError(f"a sample begins at a row from 0 to {DEEPEST:,}", hint="ask with `craton sql`")
    shown = ", ".join(f'"{column.name}"' for column in about.columns if column.name not in _TEXTS)
    order = ", ".join(f'"{column}" DESC' for column in _latest_first(about))
    asked = narrowed(
        f"SELECT {shown} FROM {name} ORDER BY {order} "  # noqa: S608 - names of our own tables and columns
        f"LIMIT {ROWS_OF_A_SAMPLE + 1} OFFSET {offset}",
        (name,),
        present.columns,
        filters,
        filters.days(present.today),
    )
    found = present.query(asked.sql, asked.parameters)
    return Sample(
        rows=type(found)(found.names, found.types, found.rows[:ROWS_OF_A_SAMPLE]),
        offset=offset,
        more=len(found.rows) > ROWS_OF_A_SAMPLE and offset + ROWS_OF_A_SAMPLE <= DEEPEST,
        not_filtered_by=asked.not_filtered_by,
    )


def _latest_first(about: Described) -> tuple[str, ...]:
    times = [name for name in ("event_time", "ingested_at", "day") if name in (c.name for c in about.columns)]
    return (*times[:1], *about.key) if times[:1] != list(about.key[:1]) else about.key


def _column(present: Present, relation: str, name: str, kind: str) -> DescribedColumn:
    table, mart = tables().get(relation), present.content.marts.get(relation)
    if table is not None and name != "day":
        column = table.column(name)
        return DescribedColumn(name, kind, column.unit, column.meaning, column.values)
    if name == "day":
        return DescribedColumn(name, kind, "UTC", "the day of the rows; the lake is partitioned by it", ())
    unit = mart.header.units.get(name) if mart else None
    meaning = mart.header.columns.get(name) if mart else None
    if meaning is None and mart is not None:
        return _inherited(present, mart, name, kind, unit)
    return DescribedColumn(name, kind, unit, meaning, ())


def _inherited(present: Present, mart: Mart, name: str, kind: str, unit: str | None) -> DescribedColumn:
    """The column as the first relation that the mart reads tells it."""
    for upstream in mart.reads:
        if name in present.columns.get(upstream, ()):
            found = _column(present, upstream, name, kind)
            return DescribedColumn(name, kind, unit or found.unit, found.meaning, found.values)
    return DescribedColumn(name, kind, unit, None, ())
