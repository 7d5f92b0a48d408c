"""The SQL of content: one SELECT inside the subset that DuckDB, Spark and Athena answer alike."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import sqlglot
from msgspec import Struct
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from craton.core.diagnostic import Diagnostic, Place, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.codec.content_file import ContentFile, Header

PORTABLE: Final[frozenset[type[exp.Expr]]] = frozenset(
    {
        # the shape of a query
        exp.Select, exp.Union, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join, exp.Where, exp.Group,
        exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Table, exp.TableAlias, exp.Alias, exp.Distinct,
        exp.Unnest, exp.Tuple,
        # values
        exp.Column, exp.Identifier, exp.Star, exp.Literal, exp.Null, exp.Boolean, exp.Interval, exp.Var,
        exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Bracket, exp.Paren,
        # conditions
        exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In,
        exp.Between, exp.Like, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Case, exp.If, exp.Exists,
        # arithmetic
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Abs, exp.Round, exp.Ceil, exp.Floor,
        exp.Ln, exp.Exp, exp.Pow, exp.Sqrt,
        # unknown values
        exp.Coalesce, exp.Nullif,
        # text
        exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Substring, exp.Split, exp.SplitPart, exp.StartsWith,
        exp.Replace, exp.DPipe,
        # time
        exp.TimestampTrunc, exp.DateTrunc, exp.DateDiff, exp.DayOfWeekIso, exp.Hour, exp.Minute,
        # aggregates and windows
        exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArgMax, exp.ArgMin, exp.Stddev, exp.StddevPop,
        exp.StddevSamp, exp.Filter, exp.Window, exp.WindowSpec, exp.RowNumber, exp.Rank, exp.DenseRank,
        exp.Lag, exp.Lead, exp.Quantile, exp.PercentileCont,
        # lists and maps
        exp.ArrayToString, exp.ArrayContains, exp.ArrayAgg, exp.ArraySort, exp.MapKeys,
    }
)  # fmt: skip
"""Every kind of node that content may use. Whatever is not here is refused by name; to widen the subset, add
the node together with a query that gives the same rows on another engine."""

_WHY: Final[dict[type[exp.Expr], str]] = {
    exp.ApproxDistinct: "it is approximate, and differently so on each engine: use `count(DISTINCT …)`",
    exp.ApproxQuantile: "it is approximate, and differently so on each engine: read a histogram mart",
    exp.Least: "engines disagree about NULL in it: use `CASE`",
    exp.Greatest: "engines disagree about NULL in it: use `CASE`",
    exp.AnyValue: "it may give another value each time: use `min` or `max`",
    exp.CurrentDate: "the same rows must give the same answer every day: use `max(day)`",
    exp.CurrentTimestamp: "the same rows must give the same answer every day: use `max(event_time)`",
    exp.Anonymous: "engines do not share this function",
}


class Query(Struct, frozen=True):
    """A parsed query: its tree, the tables and marts that it reads, the names of its output columns."""

    tree: exp.Query
    reads: frozenset[str]
    outputs: tuple[str, ...]


def parse_query(file: ContentFile[Header]) -> tuple[Query | None, tuple[Diagnostic, ...]]:
    """The query of a content file, and everything in it that is outside the portable subset.

    The query is None where it is not one SELECT at all.
    """
    try:
        tree = _one_select(file.sql)
    except SqlglotError as error:
        return None, (_syntax_error(file, error),)
    if tree is None:
        return None, (
            Diagnostic(
                rule="not_one_select",
                message="the query is not one SELECT without a semicolon",
                place=file.place(0),
            ),
        )
    problems = list(_outside_the_subset(file, tree))
    outputs = _outputs(file, tree, problems)
    query = Query(tree=tree, reads=frozenset(relations(tree)), outputs=outputs)
    return query, in_order(problems)


@functools.lru_cache(maxsize=256)
def _one_select(sql: str) -> exp.Query | None:
    """The tree of one SELECT without a semicolon, else None; checks share it, and leave it as it is.

    Raises: SqlglotError where it is no SQL.
    """
    statements = sqlglot.parse(sql, read="duckdb")
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Select | exp.SetOperation) or _has_semicolon(sql):
        return None
    return tree


def relations(tree: exp.Expr) -> set[str]:
    """The names of the tables and marts that a query reads; names of its own WITH are left out."""
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table) if table.name} - own


def place_of(file: ContentFile[Header], node: exp.Expr) -> Place:
    """Where a node begins, as nearly as the parser remembers."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    if not starts and node.parent is not None:
        return place_of(file, node.parent)
    return file.place(min(starts, default=0))


def _syntax_error(file: ContentFile[Header], error: SqlglotError) -> Diagnostic:
    details = getattr(error, "errors", None) or [{}]
    line, column = details[0].get("line"), details[0].get("col")
    place = Place(file.file, file.sql_line + line - 1, column) if line and column else file.place(0)
    message = str(details[0].get("description") or str(error).partition("\n")[0]).rstrip(". ")
    message = "something is missing here" if "<class" in message else message[:1].lower() + message[1:]
    return Diagnostic(rule="not_sql", message=f"the query is not SQL: {message}", place=place)


def _has_semicolon(sql: str) -> bool:
    return ";" in sql and any(
        token.token_type == TokenType.SEMICOLON for token in sqlglot.tokenize(sql, read="duckdb")
    )


def _outside_the_subset(file: ContentFile[Header], tree: exp.Expr) -> Iterator[Diagnostic]:
    for node in tree.walk():
        if (why := _refusal(node)) is not None:
            what, hint = why
            yield Diagnostic(
                rule="not_portable",
                message=f"{what} is outside the portable subset",
                place=place_of(file, node),
                hint=hint,
            )


def _refusal(node: exp.Expr) -> tuple[str, str | None] | None:  # noqa: C901, PLR0912 - one rule a line
    """What is refused about this node itself, and what to do instead."""
    if type(node) not in PORTABLE:
        return f"`{_word(node)}`", _WHY.get(type(node))
    match node:
        case exp.Group() if node.args.get("all"):
            return "`GROUP BY ALL`", "name the columns"
        case exp.Join() if node.args.get("method"):
            return f"`{node.args['method']} JOIN`", "join on an interval: `a.t >= b.valid_from AND …`"
        case exp.Join() if node.side in ("SEMI", "ANTI") or node.kind in ("SEMI", "ANTI"):
            return f"`{node.side or node.kind} JOIN`", "use `EXISTS` or `NOT EXISTS`"
        case exp.Star() if not isinstance(node.parent, exp.Count):
            return "`*`", "name the columns: what a table gains later must not change this query"
        case exp.Table() if not isinstance(node.this, exp.Identifier):
            return f"the table function `{node.this.sql('duckdb')}`", "read tables and marts only"
        case exp.Table() if node.db or node.catalog or node.args.get("sample"):
            return f"`{node.sql('duckdb')}`", "name a table or mart alone"
        case exp.ArrayAgg() if not _is_sorted(node):
            return "`array_agg` without an order", "engines disagree about it: use `list_sort(array_agg(…))`"
        case exp.Distinct() if node.args.get("on"):
            return "`DISTINCT ON`", "use `row_number()` in a WITH"
        case exp.With() if node.args.get("recursive"):
            return "`WITH RECURSIVE`", None
        case exp.Limit() if node.args.get("offset"):
            return "`OFFSET`", None
        case exp.Identifier() if node.args.get("quoted") or node.this != node.this.lower():
            return f"the name `{node.this}`", "names are lower case and stand without quotes"
        case exp.Select() if node.args.get("qualify") or node.args.get("sample"):
            return "`QUALIFY`", "use a WITH and a WHERE"
    return None


def _is_sorted(collected: exp.ArrayAgg) -> bool:
    around = collected.find_ancestor(exp.ArraySort, exp.Select)
    return isinstance(around, exp.ArraySort)


def _word(node: exp.Expr) -> str:
    match node:
        case exp.Anonymous():
            return str(node.name)
        case exp.Func():
            return node.sql_name().lower()
        case _:
            return node.key.upper()


def _outputs(file: ContentFile[Header], tree: exp.Query, problems: list[Diagnostic]) -> tuple[str, ...]:
    names: list[str] = []
    for column in tree.selects:
        name = column.output_name
        if not name:
            problems.append(
                Diagnostic(
                    rule="column_without_name",
                    message=f"the column `{column.sql('duckdb')}` has no name",
                    place=place_of(file, column),
                    hint="write `… AS name`",
                )
            )
        elif name in names:
            problems.append(
                Diagnostic(
                    rule="duplicate_column",
                    message=f"two columns are named `{name}`",
                    place=place_of(file, column),
                )
            )
        names.append(name)
    return tuple(names)
