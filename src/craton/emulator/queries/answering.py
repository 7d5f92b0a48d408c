"""Rows of a query, as Athena tells them: texts, with the names and types of their columns."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
from msgspec import Struct

from craton.emulator.queries.catalog_table import FailedQueryError, Reader

if TYPE_CHECKING:
    from craton.emulator.credentials import Caller
    from craton.emulator.queries.statement import Statement
    from craton.emulator.world import World

_TYPES: Final = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "FLOAT": "float",
    "DOUBLE": "double",
    "VARCHAR": "varchar",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}


class Answered(Struct, frozen=True):
    """The columns, each a name and a type, and the rows; None is NULL."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str | None, ...], ...]


def answered(world: World, region: str, caller: Caller, statement: Statement, database: str) -> Answered:
    """What the query gives, over the tables as they are, read in the caller's name.

    Raises: FailedQueryError, NotEmulatedError.
    """
    with tempfile.TemporaryDirectory(prefix="craton-athena-") as folder, duckdb.connect() as connection:
        reader = Reader(world, region, caller, Path(folder))
        for own, name in statement.reads:
            reader.create(connection, own or database, name)
        connection.execute("SET enable_external_access = false")
        if database:
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{database}"')
            connection.execute(f'USE "{database}"')
        try:
            found = connection.sql(statement.sql)
            columns = zip(found.columns, (_type(str(kind)) for kind in found.types), strict=True)
            return Answered(tuple(columns), tuple(tuple(map(text, row)) for row in found.fetchall()))
        except duckdb.Error as error:
            raise FailedQueryError(str(error).partition("\n")[0]) from error


def _type(duckdb_type: str) -> str:
    if duckdb_type.startswith("DECIMAL"):
        return "decimal"
    if duckdb_type.endswith("[]"):
        return "array"
    return "map" if duckdb_type.startswith("MAP") else _TYPES.get(duckdb_type, "varchar")


def text(value: Any) -> str | None:
    """A value as Athena writes it.

    Source: "GetQueryResults", docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html, and
    results in public examples, retrieved 2026-11-26.
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}"
        case Decimal():
            return f"{value:f}"
        case list():
            return f"[{', '.join(text(one) or 'null' for one in value)}]"
        case dict():
            return "{" + ", ".join(f"{key}={text(one) or 'null'}" for key, one in value.items()) + "}"
        case _:
            return str(value)
