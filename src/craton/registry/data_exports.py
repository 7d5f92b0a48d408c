"""The tables that AWS Data Exports offers, as `content/reference/data_export_*.csv` hold them."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from msgspec import Struct

from craton.core.errors import DataError


class ExportProperty(Struct, frozen=True, kw_only=True):
    """What can be chosen for a table: one of `values`, and `default` where nothing is."""

    name: str
    values: tuple[str, ...]
    default: str
    meaning: str


class ExportTable(Struct, frozen=True, kw_only=True):
    """A table by its SQL name. `columns` are in their order; each may need a property that is `TRUE`."""

    name: str
    properties: Mapping[str, ExportProperty]
    columns: Mapping[str, str | None]

    def columns_with(self, chosen: Mapping[str, str]) -> tuple[str, ...]:
        """The columns that the table has with these properties."""
        return tuple(
            column for column, needs in self.columns.items() if needs is None or chosen.get(needs) == "TRUE"
        )


@functools.cache
def export_tables() -> Mapping[str, ExportTable]:
    """Every table by name.

    Raises: DataError where a file is damaged.
    """
    columns: dict[str, dict[str, str | None]] = {}
    properties: dict[str, dict[str, ExportProperty]] = {}
    try:
        for row in _rows("data_export_columns.csv"):
            columns.setdefault(row["table"], {})[row["column"]] = row["needs"] or None
        for row in _rows("data_export_properties.csv"):
            properties.setdefault(row["table"], {})[row["property"]] = ExportProperty(
                name=row["property"],
                values=tuple(row["values"].split("|")),
                default=row["default"],
                meaning=row["meaning"],
            )
    except KeyError as error:
        raise DataError(f"the tables of data exports lack the column {error}") from error
    return MappingProxyType(
        {
            name: ExportTable(name=name, properties=properties.get(name, {}), columns=held)
            for name, held in columns.items()
        }
    )


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files("craton") / "content" / "reference" / name
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))
