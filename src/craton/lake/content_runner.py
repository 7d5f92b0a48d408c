"""Runs content on rows made for a test, in a DuckDB of its own in memory."""

from __future__ import annotations

import contextlib
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Self

import duckdb

from craton.codec.content_file import Given, MartHeader, PanelHeader
from craton.core.diagnostic import Diagnostic, Place
from craton.core.errors import UserError
from craton.core.proof import Outcome
from craton.lake.row_comparison import difference
from craton.registry.tables import FRESHNESS, tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.codec.content_file import Case, ContentFile, Header
    from craton.registry.content import Content, Mart

_SOURCES: Final = ("invocation", "api_event", "metric")
_STORABLE: Final = re.compile(r"(BOOLEAN|INTEGER|BIGINT|DOUBLE|DECIMAL\(.*\)|VARCHAR|DATE|TIMESTAMP)(\[\])?")
_NUMBER: Final = re.compile(r"(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DOUBLE|FLOAT|DECIMAL\(.*\))")
_DERIVED_FRESHNESS: Final = """
INSERT INTO freshness SELECT '{source}', max(event_time) FROM {source} HAVING count(*) > 0
"""
_OVER_TIME: Final = ("line", "area")
_REPETITION: Final = "{n}"


class ContentRunner:
    """A scratch DuckDB with every table and mart of a content, empty between cases."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._connection = duckdb.connect(
            ":memory:", config={"threads": 1, "enable_external_access": "false"}
        )
        self._types: dict[str, dict[str, str]] = {}
        self._examples: dict[str, dict[str, Any]] = {}
        self._broken: dict[str, Diagnostic] = {}
        self._changed: set[str] = set()
        for table in tables().values():
            columns = {column.name: column.type for column in table.columns}
            self._create(table.name, columns | ({"day": "DATE"} if table.day_of else {}))
        self._create(FRESHNESS, {"source": "VARCHAR", "data_up_to": "TIMESTAMP"})
        for mart in content.marts.values():
            try:
                self._create(mart.id, self.columns(mart))
            except duckdb.Error as error:
                self._broken[mart.id] = _not_bound(mart, error)

    def close(self) -> None:
        """The memory is given back."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def columns(self, file: ContentFile[Header]) -> dict[str, str]:
        """The columns that a file's query returns, with their DuckDB types.

        Raises: duckdb.Error where the query does not run.
        """
        return self.bind(file.sql)

    def bind(self, sql: str) -> dict[str, str]:
        """The columns that a query returns, with their DuckDB types.

        Raises: duckdb.Error where it does not run.
        """
        described = self._connection.sql(sql)
        return {name: str(kind) for name, kind in zip(described.columns, described.types, strict=True)}

    def check(self, file: ContentFile[Header]) -> tuple[Diagnostic, ...]:
        """What only an engine can tell of a file: whether its query binds, and whether its types fit."""
        try:
            columns = self.columns(file)
        except duckdb.Error as error:
            upstream = [
                self._broken[mart.id] for mart in self._content.upstream(file) if mart.id in self._broken
            ]
            return (upstream[0],) if upstream else (_not_bound(file, error),)
        if isinstance(file.header, MartHeader):
            return tuple(_mart_types(file, columns))
        if isinstance(file.header, PanelHeader):
            return tuple(_panel_types(file, file.header, columns))
        return ()

    def run(self, file: ContentFile[Header]) -> tuple[Outcome, ...]:
        """The outcome of each case of a file."""
        cases, _, _ = file.cases()
        return tuple(self.run_case(file, case) for case in cases)

    def run_case(self, file: ContentFile[Header], case: Case) -> Outcome:
        """The outcome of one case."""
        try:
            with self.given(file, case):
                failure = self.judge(file, case, file.sql)
        except (UserError, duckdb.Error) as error:
            failure = str(error).partition("\n")[0]
        return Outcome(file=file.file, id=file.id, case=case.name, place=case.place, failure=failure)

    def judge(self, file: ContentFile[Header], case: Case, sql: str) -> str | None:
        """What is wrong with the rows of `sql` over the rows now given, or None.

        Raises: duckdb.Error where it does not run.
        """
        rows = self._rows(sql)
        failure = difference(case.expect, rows, ordered=case.ordered)
        if failure is None and isinstance(file.header, MartHeader):
            failure = _repeated_key(file.header.key, rows)
        return failure

    @contextlib.contextmanager
    def given(self, file: ContentFile[Header], case: Case) -> Iterator[None]:
        """What the file reads holds the rows of the case, until the end of the block.

        Raises: UserError where a given row does not fit its relation.
        """
        try:
            self._fill(file, case.given)
            yield
        finally:
            self._empty()

    def _fill(self, file: ContentFile[Header], given: Mapping[str, Sequence[Given]]) -> None:
        """Given relations hold their rows, and each mart upstream of the file that has any hold its own.

        A mart of which nothing is given stays empty: the case of no data, which each mart has, shows that.
        """
        examples = {name: self._example(name) for name in given}
        for name, rows in given.items():
            self._insert(name, rows, examples[name])
        filled = set(given)
        if FRESHNESS not in given:
            for source in sorted(filled.intersection(_SOURCES)):
                self._execute(FRESHNESS, _DERIVED_FRESHNESS.format(source=source))
        for mart in self._content.upstream(file):
            if mart.id in self._broken:
                raise UserError(str(self._broken[mart.id]))
            if mart.id not in given and filled.intersection(mart.reads):
                self._execute(mart.id, f"INSERT INTO {mart.id} {mart.sql}")
                filled.add(mart.id)

    def _execute(self, changed: str, sql: str) -> None:
        self._changed.add(changed)
        self._connection.execute(sql)

    def _empty(self) -> None:
        for name in sorted(self._changed):
            self._connection.execute(f"TRUNCATE {name}")
        self._changed.clear()

    def _example(self, name: str) -> dict[str, Any]:
        """The row that the given rows of a relation are changes to."""
        if name in tables():
            return tables()[name].example()
        if name == FRESHNESS:
            return {"source": None, "data_up_to": None}
        if name not in self._examples:
            self._examples[name] = self._built_example(self._content.marts[name])
        return self._examples[name]

    def _built_example(self, mart: Mart) -> dict[str, Any]:
        """The mart's first row over its `example`, or over one example row of each table."""
        files = (mart, *self._content.upstream(mart))
        sources = sorted({name for file in files for name in file.reads if name in tables()})
        given = mart.header.example or {name: (Given(),) for name in sources}
        try:
            self._fill(mart, given)
            rows = self._rows(mart.sql)
        finally:
            self._empty()
        if not rows:
            raise UserError(
                f"`{mart.id}` has no example row to change: its query gives none",
                hint=f"say in the header of `{mart.file}` from which rows: `--- example: {{…}}`",
            )
        return rows[0]

    def _create(self, name: str, columns: Mapping[str, str]) -> None:
        self._types[name] = dict(columns)
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self._connection.execute(f"CREATE TABLE {name} ({listed})")

    def _insert(self, name: str, given: Sequence[Given], example: Mapping[str, Any]) -> None:
        day_of = tables()[name].day_of if name in tables() else None
        for change in given:
            row = {**example, **change.set}
            if day_of is not None:
                row["day"] = row[day_of]
            try:
                values = [literal(row[column], kind) for column, kind in self._types[name].items()]
            except ValueError as error:
                raise UserError(f"a row of `{name}` does not fit: {error}") from error
            repeated = f"range(1, {change.repeat + 1}) AS repetition(n)"
            self._execute(name, f"INSERT INTO {name} SELECT {', '.join(values)} FROM {repeated}")

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def literal(value: Any, kind: str) -> str:
    """A value as SQL of the DuckDB type `kind`; `{n}` in a text is the column `n`.

    Raises: ValueError where a text is wanted and something else is given: `011` unquoted is a number in YAML.
    """
    if kind == "VARCHAR" and value is not None and not isinstance(value, str):
        raise ValueError(f"`{value}` is no text; quote it")
    return f"CAST({_untyped(value)} AS {kind})"


def _untyped(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int() | float() | Decimal():
            return str(value)
        case str():
            text = "'" + value.replace("'", "''") + "'"
            return f"replace({text}, '{_REPETITION}', CAST(n AS VARCHAR))" if _REPETITION in value else text
        case datetime() | date():
            return f"'{value.isoformat()}'"
        case list() | tuple():
            return f"[{', '.join(_untyped(item) for item in value)}]"
        case dict():
            pairs = ", ".join(f"{_untyped(key)}: {_untyped(item)}" for key, item in value.items())
            return f"MAP {{{pairs}}}"
        case _:
            raise ValueError(f"`{value}` is no value of a column")


def _repeated_key(key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str | None:
    seen: set[str] = set()
    for row in rows:
        values = ", ".join(f"{column}: {row[column]}" for column in key)
        if values in seen:
            return f"two rows share the key {{{values}}}"
        seen.add(values)
    return None


def _not_bound(file: ContentFile[Header], error: duckdb.Error) -> Diagnostic:
    message, _, where = str(error).partition("\n\nLINE ")
    place = file.place(0)
    if (line := where.partition(":")[0]).isdigit():
        place = Place(file.file, place.line + int(line) - 1, 1)
    message = " ".join(message.split())
    return Diagnostic(rule="does_not_run", message=f"the query does not run: {message}", place=place)


def _mart_types(file: ContentFile[Header], columns: Mapping[str, str]) -> Iterator[Diagnostic]:
    for name, kind in columns.items():
        if not _STORABLE.fullmatch(kind):
            yield Diagnostic(
                rule="not_storable",
                message=f"the column `{name}` is {kind}, which no file of the lake holds",
                place=file.place(0),
                hint=f"write `CAST(… AS BIGINT) AS {name}`" if kind == "HUGEINT" else "cast it",
            )
    if columns.get("day", "DATE") != "DATE":
        yield Diagnostic(rule="day_is_no_date", message="the column `day` is no DATE", place=file.place(0))


def _panel_types(
    file: ContentFile[Header], header: PanelHeader, columns: Mapping[str, str]
) -> Iterator[Diagnostic]:
    if header.y is not None and not _NUMBER.fullmatch(columns[header.y]):
        kind = columns[header.y]
        if header.chart != "stat" or kind not in ("TIMESTAMP", "DATE"):
            yield Diagnostic(
                rule="not_a_number",
                message=f"the column `{header.y}` is {kind}, and `y` is drawn as a number",
                place=file.header_place("y"),
            )
    if header.x is not None and header.chart in _OVER_TIME:
        kind = columns[header.x]
        if kind not in ("DATE", "TIMESTAMP") and not _NUMBER.fullmatch(kind):
            yield Diagnostic(
                rule="not_over_time",
                message=f"the column `{header.x}` is {kind}: a `{header.chart}` needs a time or a number",
                place=file.header_place("x"),
                hint="draw a `bar`",
            )
