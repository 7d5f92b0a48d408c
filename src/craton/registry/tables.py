"""The lake's tables, as `content/tables/*.yaml` describe them."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec.plain_yaml import plain
from craton.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

FRESHNESS: Final = "freshness"
"""The relation `freshness(source, data_up_to)` that marts may read: up to when the lake knows each source."""


class Column(Struct, frozen=True, forbid_unknown_fields=True):
    """One column.

    `type` is a DuckDB type name, `values` closes the set of its values, `unit` is told where the name does
    not say it. A column that is not `required` may be NULL, which means unknown or absent.
    """

    name: str
    type: str
    meaning: str
    example: Any
    required: bool = False
    unit: str | None = None
    values: tuple[str, ...] = ()


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """One table.

    `grain` says what one row is; `key` makes rows unique; `day_of` names the column whose UTC day is the
    partition, or is None for a table without days (`day` is then no column).
    """

    table: str
    grain: str
    key: tuple[str, ...]
    sort: tuple[str, ...]
    day_of: str | None
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """The name that queries use."""
        return self.table

    def column(self, name: str) -> Column:
        """The column of that name. Raises: KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def example(self) -> dict[str, Any]:
        """The one example row, by column name."""
        return {column.name: column.example for column in self.columns}


@functools.cache
def tables() -> Mapping[str, Table]:
    """Every table of the package by name.

    Raises: DataError where a file is not a table.
    """
    folder = resources.files("craton") / "content" / "tables"
    found: dict[str, Table] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".yaml"):
            continue
        try:
            table = msgspec.convert(plain(file.read_text("utf-8")), Table)
        except msgspec.ValidationError as error:
            raise DataError(f"`{file.name}` is no table: {error}") from error
        found[table.name] = table
    return found
