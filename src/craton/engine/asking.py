"""Somebody's own questions to a lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.engine.lakes import lake_of
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

    from craton.lake.session import Rows


class Relation(Struct, frozen=True):
    """A table or mart that may be asked: what one row is, how many there are, and its columns with types."""

    name: str
    grain: str
    rows: int
    columns: tuple[tuple[str, str], ...]


def ask(sql: str, lake: Path, *, manifest: Path | None) -> Rows:
    """The answer to one SELECT over the lake's tables.

    Raises: UserError where it is anything else, or cannot run.
    """
    into, _ = lake_of(lake, manifest)
    into.snapshot()
    return into.ask(sql)


def relations(lake: Path, *, manifest: Path | None) -> tuple[Relation, ...]:
    """What may be asked, tables first."""
    into, _ = lake_of(lake, manifest)
    session = into.session()
    found = []
    for name, table in tables().items():
        columns = [(column.name, column.type) for column in table.columns]
        if table.day_of is not None:
            columns.append(("day", "DATE"))
        found.append(Relation(name, table.grain, session.count(name), tuple(columns)))
    for name, columns_of in into.mart_types().items():
        grain = into.content.marts[name].header.grain
        found.append(Relation(name, grain, session.count(name), tuple(columns_of.items())))
    session.close()
    return tuple(found)
