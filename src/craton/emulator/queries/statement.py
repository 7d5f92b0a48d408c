"""A statement in Athena's SQL, as DuckDB is asked: inside the subset that both answer alike, or refused."""

from __future__ import annotations

import sqlglot
from msgspec import Struct
from sqlglot import exp
from sqlglot.errors import SqlglotError

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.registry.portable_sql import PORTABLE, relations


class Statement(Struct, frozen=True):
    """One SELECT. `reads` are its tables, each after its database, which is empty where none is named."""

    sql: str
    reads: tuple[tuple[str, str], ...]


def statement_of(text: str) -> Statement:
    """The SELECT of a query string.

    Raises: ServiceError for what is no SQL, NotEmulatedError for what Athena and DuckDB do not share.
    """
    try:
        parsed = sqlglot.parse(text, read="athena")
    except SqlglotError as error:
        told = str(error).partition("\n")[0]
        raise ServiceError(
            "InvalidRequestException", f"Queries of this type are not supported: {told}"
        ) from error
    tree = parsed[0] if len(parsed) == 1 else None
    if not isinstance(tree, exp.Select | exp.SetOperation):
        what = type(tree).__name__.upper() if tree is not None else "several statements"
        raise NotEmulatedError(f"a query that is not one SELECT: {what}")
    for node in tree.walk():
        if type(node) not in PORTABLE:
            raise NotEmulatedError(f"{node.key.upper()} in a query")
    own = relations(tree)
    reads = {(table.db, table.name) for table in tree.find_all(exp.Table) if table.name in own}
    if any(table.catalog for table in tree.find_all(exp.Table)):
        raise NotEmulatedError("a catalog in a query")
    for ordered in tree.find_all(exp.Ordered):
        if ordered.args.get("nulls_first") is None:
            ordered.set("nulls_first", False)  # Trino puts them last, whatever the direction
    return Statement(sql=tree.sql("duckdb"), reads=tuple(sorted(reads)))
