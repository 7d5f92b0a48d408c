"""Somebody's own SELECT over the lake's tables, and nothing else.

Three walls, each enough by itself: the statement must be one SELECT; its tree may name only the lake's
relations, common table expressions where they are in scope, and harmless table functions; and the engine is
locked, with files outside the lake out of its reach.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Final

import duckdb
import msgspec

from craton.core.errors import UserError
from craton.lake.session import as_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.lake.session import Rows, Session

_TABLE_FUNCTIONS: Final = frozenset({"unnest", "generate_series", "range"})
_FUNCTIONS_OUT_OF_REACH: Final = frozenset(
    {
        "getenv",
        "getvariable",
        "current_setting",
        "query",
        "query_table",
        "read_text",
        "read_blob",
        "pg_read_file",
    }
)


def checked(sql: str, relations: frozenset[str]) -> str:
    """The statement, if it is one SELECT over the relations.

    Raises: UserError where it is not, saying what is in the way.
    """
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        raise UserError("this is no SQL: it holds bytes that are no UTF-8") from error
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise UserError(f"this is no SQL: {_first_line(error)}") from error
    if len(statements) != 1:
        raise UserError("one statement at a time", hint="give a single SELECT")
    statement = statements[0]
    if statement.type != duckdb.StatementType.SELECT:
        raise UserError(
            f"only SELECT is allowed here, not {statement.type.name}",
            hint="the lake is read, never written, by SQL",
        )
    _check_tree(_tree(statement.query), relations)
    return statement.query


def locked(session: Session, root: Path) -> None:
    """The session's engine reads files of the lake only, and its settings stay as they are."""
    tables = root / "tables"
    session.connection.execute(
        "SET allowed_directories = [$folder, $pattern]",
        {"folder": str(tables), "pattern": as_pattern(tables)},  # a file's name is checked in both forms
    )
    session.connection.execute("SET enable_external_access = false")
    session.connection.execute("SET lock_configuration = true")


def asked(session: Session, sql: str) -> Rows:
    """The answer to a checked statement. A name that comes again has a number: no column hides another.

    Raises: UserError where the engine refuses it.
    """
    try:
        rows = session.query_until_stopped(sql)
    except duckdb.Error as error:
        raise UserError(
            _first_line(error), hint="`craton sql` without a statement lists the tables"
        ) from error
    return msgspec.structs.replace(rows, names=_told_apart(rows.names))


def _told_apart(names: tuple[str, ...]) -> tuple[str, ...]:
    told: dict[str, None] = {}
    for name in names:
        numbered = (f"{name}_{number}" for number in itertools.count(1))
        told[name if name not in told else next(one for one in numbered if one not in told)] = None
    return tuple(told)


def _tree(sql: str) -> dict[str, Any]:
    with duckdb.connect(":memory:") as plain:
        row = plain.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True, "error_message": "no answer"}
    if tree.get("error"):
        raise UserError(f"this SELECT cannot be checked: {tree.get('error_message', '')}")
    return tree


def _check_tree(tree: dict[str, Any], relations: frozenset[str]) -> None:
    for node, common in _nodes(tree):
        kind = node.get("type")
        if kind == "BASE_TABLE":
            name = node.get("table_name", "")
            if node.get("schema_name") or node.get("catalog_name") or _folded(name) not in relations | common:
                raise UserError(
                    f"there is no table `{name}`", hint="the tables are " + ", ".join(sorted(relations))
                )
        elif kind == "TABLE_FUNCTION":
            name = node.get("function", {}).get("function_name", "")
            if name not in _TABLE_FUNCTIONS:
                raise UserError(f"the table function `{name}` is not allowed here")
        elif kind == "SHOW_REF":
            raise UserError(
                "DESCRIBE, SHOW and SUMMARIZE are not allowed here", hint="`craton sql` lists columns"
            )
        if (
            node.get("class") == "FUNCTION"
            and node.get("function_name", "").lower() in _FUNCTIONS_OUT_OF_REACH
        ):
            raise UserError(f"the function `{node['function_name']}` is not allowed here")


def _nodes(tree: dict[str, Any]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every node with the common table expressions that are in scope there.

    A name out of its scope would reach past the lake, to the engine's own catalog.
    """
    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        one, scope = waiting.pop()
        if isinstance(one, list):
            waiting.extend((item, scope) for item in one)
        elif isinstance(one, dict):
            for entry in _common_tables(one):
                # It sees those before it, and not itself.
                waiting.append((entry, scope))
                scope |= {_folded(entry["key"])}
            yield one, scope
            recursive = one.get("type") == "RECURSIVE_CTE_NODE"
            inner = scope | {_folded(one["cte_name"])} if recursive else scope
            waiting.extend(
                # Only the second half of a recursive one sees itself: the first is there before it.
                (value, inner if key == "right" else scope)
                for key, value in one.items()
                if key != "cte_map"
            )


def _common_tables(node: dict[str, Any]) -> list[dict[str, Any]]:
    held = node.get("cte_map")
    return held.get("map", []) if isinstance(held, dict) else []


def _folded(name: str) -> str:
    """The name as the engine compares it: only the letters of ASCII have no case."""
    return name.encode().lower().decode()


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
