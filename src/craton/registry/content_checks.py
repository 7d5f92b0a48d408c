"""What must hold of a content file beside the tables and marts that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from sqlglot import exp

from craton.core.diagnostic import Diagnostic
from craton.registry.portable_sql import Query, parse_query, place_of
from craton.registry.tables import FRESHNESS, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.codec.content_file import Case, ContentFile, Given, Header, MartHeader, PanelHeader
    from craton.codec.yaml_nodes import Source

_FRESHNESS_COLUMNS: Final = frozenset({"source", "data_up_to"})
_GRID: Final = 12
_FEWEST_CASES: Final = 2

_ENCODINGS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "stat": (frozenset({"y"}), frozenset({"y"})),
    "line": (frozenset({"x", "y"}), frozenset({"x", "y", "series"})),
    "area": (frozenset({"x", "y"}), frozenset({"x", "y", "series"})),
    "bar": (frozenset({"x", "y"}), frozenset({"x", "y", "series"})),
    "stacked_bar": (frozenset({"x", "y", "series"}), frozenset({"x", "y", "series"})),
    "heatmap": (frozenset({"x", "y", "series"}), frozenset({"x", "y", "series"})),
    "table": (frozenset(), frozenset()),
}
"""By chart: what a panel must name, and what it may name."""


class Relations(Struct, frozen=True):
    """Every table and mart by name, with the columns that a test may set in it, and what marts read."""

    columns: Mapping[str, frozenset[str]]
    reads: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, marts: Mapping[str, ContentFile[MartHeader]]) -> Relations:
        """The package's tables, `freshness`, and these marts."""
        columns = {
            name: frozenset(column.name for column in table.columns) for name, table in tables().items()
        }
        columns[FRESHNESS] = _FRESHNESS_COLUMNS
        for name, mart in marts.items():
            query, _ = parse_query(mart)
            columns[name] = frozenset(query.outputs if query else ())
        return cls(columns=columns, reads={name: mart.reads for name, mart in marts.items()})

    def upstream(self, reads: tuple[str, ...]) -> frozenset[str]:
        """Everything that is read directly or through marts, `freshness` included."""
        found: set[str] = set()
        waiting = list(reads)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.reads.get(name, ())
        return frozenset(found)


def check_mart(file: ContentFile[MartHeader], relations: Relations) -> Iterator[Diagnostic]:
    """Everything wrong with a mart."""
    query, problems = parse_query(file)
    yield from problems
    if query is None:
        return
    header = file.header
    yield from _check_reads(file, query, relations)
    if "day" not in query.outputs:
        yield _of_header(
            file, "no_day", "a mart needs a column `day`", "reads", hint="its rows are rebuilt day by day"
        )
    yield from _check_columns(file, query, "key", header.key)
    yield from _check_columns(file, query, "columns", header.columns)
    yield from _check_columns(file, query, "units", header.units)
    if header.neighbours < 0:
        yield _of_header(file, "bad_neighbours", "`neighbours` is a number of days, 0 or more", "neighbours")
    yield from _check_given(
        header.example, relations.upstream(file.reads), relations, file.header_source, ("example",)
    )
    yield from _check_cases(file, query, relations)


def check_panel(file: ContentFile[PanelHeader], relations: Relations) -> Iterator[Diagnostic]:
    """Everything wrong with a panel."""
    query, problems = parse_query(file)
    yield from problems
    if query is None:
        return
    header = file.header
    yield from _check_reads(file, query, relations)
    if FRESHNESS in query.reads:
        yield _of_header(
            file, "no_freshness", "a panel cannot read `freshness`", "reads", hint="read a mart that does"
        )
    if file.id.partition(".")[0] != header.page:
        yield _of_header(
            file, "wrong_page", f"the file's name begins with another page than `{header.page}`", "page"
        )
    if not 1 <= header.width <= _GRID:
        yield _of_header(file, "bad_width", f"`width` is a number from 1 to {_GRID}", "width")
    yield from _check_columns(file, query, "units", header.units)
    yield from _check_encoding(file, query)
    yield from _check_cases(file, query, relations)


def _check_encoding(file: ContentFile[PanelHeader], query: Query) -> Iterator[Diagnostic]:
    header = file.header
    needed, allowed = _ENCODINGS[header.chart]
    named = {
        name: column
        for name, column in (("x", header.x), ("y", header.y), ("series", header.series))
        if column is not None
    }
    for name in sorted(needed - named.keys()):
        yield _of_header(file, "missing_encoding", f"a `{header.chart}` needs `{name}`", "chart")
    for name in sorted(named.keys() - allowed):
        yield _of_header(file, "useless_encoding", f"a `{header.chart}` has no `{name}`", name)
    for name, column in sorted(named.items()):
        yield from _check_columns(file, query, name, (column,))
    if header.unit is not None and header.y is None:
        yield _of_header(
            file, "useless_unit", "`unit` is the unit of `y`, and there is no `y`", "unit", hint="use `units`"
        )
    if header.compare and header.chart != "stat":
        yield _of_header(file, "useless_compare", "only a `stat` can be compared", "compare")


def _check_reads(file: ContentFile[Header], query: Query, relations: Relations) -> Iterator[Diagnostic]:
    for name in sorted(query.reads - set(file.reads)):
        yield _of_header(
            file, "undeclared_read", f"the query reads `{name}`, `reads` does not say so", "reads"
        )
    for name in sorted(set(file.reads) - query.reads):
        yield _of_header(file, "idle_read", f"`reads` names `{name}`, the query does not read it", "reads")
    for name in sorted(query.reads):
        if name not in relations.columns:
            yield _of_header(
                file,
                "unknown_relation",
                f"there is no table or mart `{name}`",
                "reads",
                hint=f"there are {', '.join(f'`{known}`' for known in sorted(relations.columns))}",
            )
    for cte in query.tree.find_all(exp.CTE):
        if cte.alias in relations.columns:
            yield Diagnostic(
                rule="shadowed_relation",
                message=f"the name `{cte.alias}` of the WITH hides a table or mart",
                place=place_of(file, cte),
            )


def _check_columns(
    file: ContentFile[Header], query: Query, key: str, columns: Mapping[str, str] | tuple[str, ...]
) -> Iterator[Diagnostic]:
    for index, column in enumerate(columns):
        if column not in query.outputs:
            step: str | int = column if isinstance(columns, dict) else index
            yield Diagnostic(
                rule="unknown_column",
                message=f"`{key}` names `{column}`, which the query does not return",
                place=file.header_place(key, step),
                hint=f"it returns {', '.join(f'`{name}`' for name in query.outputs)}",
            )


def _check_cases(file: ContentFile[Header], query: Query, relations: Relations) -> Iterator[Diagnostic]:
    cases, source, problems = file.cases()
    yield from problems
    if problems:
        return
    if len(cases) < _FEWEST_CASES:
        yield _of_header(file, "few_cases", f"a file has at least {_FEWEST_CASES} cases", "title")
    if not any(_is_empty(case) for case in cases):
        yield Diagnostic(
            rule="no_empty_case",
            message="no case gives no data",
            place=source.place(()),
            hint="add `--? - {name: no data gives no rows, given: {}, expect: []}`",
        )
    upstream = relations.upstream(file.reads)
    for index, case in enumerate(cases):
        yield from _check_given(case.given, upstream, relations, source, (index, "given"))
        for number, row in enumerate(case.expect):
            for column in row:
                if column not in query.outputs:
                    yield Diagnostic(
                        rule="unknown_column",
                        message=f"a row of `{case.name}` expects `{column}`, which the query does not return",
                        place=source.place((index, "expect", number, column)),
                        hint=f"it returns {', '.join(f'`{name}`' for name in query.outputs)}",
                    )


def _is_empty(case: Case) -> bool:
    return not any(case.given.values()) and not case.expect


def _check_given(
    given: Mapping[str, tuple[Given, ...]],
    upstream: frozenset[str],
    relations: Relations,
    source: Source,
    path: tuple[str | int, ...],
) -> Iterator[Diagnostic]:
    for name, rows in given.items():
        if name not in upstream:
            yield Diagnostic(
                rule="idle_given",
                message=f"`{name}` is given, but nothing here reads it",
                place=source.place((*path, name)),
                hint=f"read here and upstream: {', '.join(f'`{read}`' for read in sorted(upstream))}",
            )
            continue
        for number, row in enumerate(rows):
            if row.repeat < 1:
                yield Diagnostic(
                    rule="bad_repeat",
                    message="`repeat` is a number, 1 or more",
                    place=source.place((*path, name, number, "repeat")),
                )
            for column in row.set:
                if column not in relations.columns.get(name, ()):
                    yield Diagnostic(
                        rule="unknown_column",
                        message=f"`{name}` has no column `{column}` that can be set",
                        place=source.place((*path, name, number, "set", column)),
                    )


def _of_header(
    file: ContentFile[Header], rule: str, message: str, *path: str, hint: str | None = None
) -> Diagnostic:
    return Diagnostic(rule=rule, message=message, place=file.header_place(*path), hint=hint)
