"""Queries over one snapshot: an in-memory DuckDB whose views are the snapshot's files and nothing else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import duckdb
from msgspec import Struct

from craton.lake.snapshot import WHOLE
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from craton.lake.snapshot import Snapshot
    from craton.registry.content import Mart

_GLOB = re.compile(r"([\[*?])")

_ZONED = "TIMESTAMP WITH TIME ZONE"

QueryError = duckdb.Error
"""What `Session.query` raises, for rooms that know no DuckDB."""


class Rows(Struct, frozen=True):
    """The answer to a query: column names, their DuckDB types, rows of plain values. Times are naive UTC."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Session:
    """Answers queries about one snapshot; safe to use from several threads."""

    def __init__(
        self,
        root: Path,
        snapshot: Snapshot,
        marts: Mapping[str, Mapping[str, str]] | None = None,
        behind: Sequence[Mart] = (),
    ) -> None:
        """`marts` gives the column types of marts that may have no rows yet.

        Those that are `behind`, in the order of their dependencies, are not read but asked by their query.
        """
        self.snapshot = snapshot
        self.connection = connection()
        for name in sorted({*tables(), *snapshot.files, *(marts or {})}):
            self.connection.execute(view(root, snapshot, name, marts=marts))
        self.connection.execute(freshness(snapshot))
        self._behind = frozenset(mart.id for mart in behind)
        for mart in behind:
            self.connection.execute(f'CREATE OR REPLACE VIEW "{mart.id}" AS {mart.sql}')

    def count(self, name: str) -> int:
        """How many rows a table or mart has."""
        if name not in self._behind:
            return self.snapshot.rows(name)
        ((counted,),) = self.query(f'SELECT count(*) FROM "{name}"').rows
        return int(counted)

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """The rows of one SELECT; parameters are named `$name`.

        Raises: duckdb.Error where the query cannot run.
        """
        cursor = self.connection.cursor()
        try:
            return _rows(cursor, sql, parameters)
        finally:
            cursor.close()

    def query_until_stopped(self, sql: str) -> Rows:
        """The same without parameters, where whatever stops the caller stops the engine.

        Ctrl+C alone does not reach an engine that is busy, and a query may never end.

        Raises: duckdb.Error where the query cannot run.
        """
        cursor = self.connection.cursor()
        with ThreadPoolExecutor(max_workers=1) as thread:
            running = thread.submit(_rows, cursor, sql, None)
            try:
                return running.result()
            except BaseException:
                cursor.interrupt()
                raise

    def close(self) -> None:
        """The session's memory is free."""
        self.connection.close()


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None) -> Rows:
    result = cursor.execute(sql, dict(parameters or {}))
    described = result.description
    if any(str(column[1]) == _ZONED for column in described):
        return _rows(cursor, _without_zones(cursor, sql, described), parameters)
    return Rows(
        tuple(column[0] for column in described),
        tuple(str(column[1]) for column in described),
        result.fetchall(),
    )


def _without_zones(cursor: duckdb.DuckDBPyConnection, sql: str, described: Iterable[tuple[Any, ...]]) -> str:
    """The query with its times in naive UTC, as which Python gets them without a further library."""
    columns = list(described)
    inner = ", ".join(f"c{number}" for number in range(len(columns)))
    outer = ", ".join(
        f"{f'c{number}::TIMESTAMP' if str(column[1]) == _ZONED else f'c{number}'} AS {_identifier(column[0])}"
        for number, column in enumerate(columns)
    )
    # As the engine writes it, a statement has neither remarks nor a semicolon at its end.
    bare = cursor.execute("SELECT json_deserialize_sql(json_serialize_sql($sql))", {"sql": sql}).fetchone()
    return f"SELECT {outer} FROM ({bare[0] if bare else sql}) AS answer({inner})"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def connection(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that reads nothing it is not told to."""
    made = duckdb.connect(":memory:")
    made.execute("SET python_enable_replacements = false")
    made.execute("SET autoinstall_known_extensions = false")
    made.execute("SET autoload_known_extensions = false")
    made.execute("SET TimeZone = 'UTC'")
    made.execute("SET parquet_metadata_cache = true")
    made.execute("SET enable_progress_bar = false")
    if threads is not None:
        made.execute(f"SET threads = {threads}")
    return made


def view(
    root: Path,
    snapshot: Snapshot,
    name: str,
    *,
    days: Iterable[str] | None = None,
    marts: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """The statement that makes a table or mart a view over its files, or over those that hold some days."""
    is_table = name in tables()
    parts = snapshot.of(name)
    wanted = None if days is None else set(days if is_table else (day[: len("2026-01")] for day in days))
    files = [file.path for part in sorted(parts) if wanted is None or part in wanted for file in parts[part]]
    if not files:
        return f'CREATE OR REPLACE VIEW "{name}" AS SELECT {_no_row(name, marts)} WHERE false'
    listed = ", ".join(_quoted(as_pattern(root / file)) for file in files)
    partitioned = is_table and WHOLE not in parts
    options = (
        "hive_partitioning = true, hive_types = {'day': DATE}" if partitioned else "hive_partitioning = false"
    )
    return f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM read_parquet([{listed}], {options})'


def as_pattern(path: Path) -> str:
    """The path as the engine has to read it, which takes names of files for patterns."""
    return _GLOB.sub(r"[\1]", str(path))


def freshness(snapshot: Snapshot) -> str:
    """The statement that makes the view `freshness`: up to when each source has told."""
    known = [
        f"SELECT {_quoted(source)} AS source, TIMESTAMP {_quoted(str(time))} AS data_up_to"
        for source, time in sorted(snapshot.freshness.items())
    ]
    nothing = "SELECT NULL::VARCHAR AS source, NULL::TIMESTAMP AS data_up_to WHERE false"
    return "CREATE OR REPLACE VIEW freshness AS " + " UNION ALL ".join([nothing, *known])


def _no_row(name: str, marts: Mapping[str, Mapping[str, str]] | None) -> str:
    table = tables().get(name)
    if table is not None:
        types = {column.name: column.type for column in table.columns}
        if table.day_of is not None:
            types["day"] = "DATE"
    else:
        types = dict((marts or {}).get(name, {"day": "DATE"}))
    return ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in types.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
