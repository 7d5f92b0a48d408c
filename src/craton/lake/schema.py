"""Table descriptions as Arrow schemas."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pyarrow as pa

from craton.core.errors import DataError
from craton.registry.tables import tables

if TYPE_CHECKING:
    from craton.registry.tables import Table

_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(38,12)": pa.decimal128(38, 12),
    "VARCHAR[]": pa.list_(pa.string()),
    "MAP(VARCHAR, VARCHAR)": pa.map_(pa.string(), pa.string()),
    "MAP(VARCHAR, BIGINT)": pa.map_(pa.string(), pa.int64()),
    "MAP(VARCHAR, DOUBLE)": pa.map_(pa.string(), pa.float64()),
}


@functools.cache
def schema_of(name: str) -> pa.Schema:
    """The Arrow schema of a table's files; the day is in the folder's name, not in the file.

    Raises: KeyError for a table that does not exist; DataError for a type that the lake does not hold.
    """
    return pa.schema([pa.field(column.name, _type(column.type)) for column in tables()[name].columns])


def _type(name: str) -> pa.DataType:
    try:
        return _TYPES[name]
    except KeyError as error:
        raise DataError(f"no Arrow type for `{name}`") from error


def ordering(table: Table) -> list[tuple[str, str]]:
    """The order of rows within a file of the table."""
    return [(column, "ascending") for column in table.sort]
