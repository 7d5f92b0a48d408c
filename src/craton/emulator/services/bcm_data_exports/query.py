"""The query of an export: columns of one table, with the properties that are chosen for it.

Source: "Data query", docs.aws.amazon.com/cur/latest/userguide/dataexports-data-query.html, retrieved
2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from craton.emulator.errors import ServiceError
from craton.registry.data_exports import export_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.registry.data_exports import ExportTable

_BILLING_VIEW: Final = "BILLING_VIEW_ARN"
_CLAUSES: Final = ("expressions", "from_", "where", "limit")


def check_query(query: Mapping[str, Any]) -> str:
    """The name of the table that a query is about. Raises: ServiceError for what is no query of an export."""
    selected = _selected(str(query["QueryStatement"]))
    tables = [one.name for one in selected.find_all(exp.Table)]
    if len(tables) != 1 or tables[0] not in export_tables():
        raise _refused(f"Table {', '.join(tables) or 'name'} not found.")
    table = export_tables()[tables[0]]
    configurations = query.get("TableConfigurations") or {}
    for name in sorted(configurations.keys() - {table.name}):
        raise _refused(f"Table configuration of {name} is not of the table in the query.")
    chosen = configurations.get(table.name) or {}
    _check_properties(table, chosen)
    known = table.columns_with(chosen)
    for column in selected.find_all(exp.Column):
        root = column.parts[0].name
        if root not in known:
            needed = table.columns.get(root)
            why = f", which needs {needed}" if needed else ""
            raise _refused(f"Column {root} does not exist in {table.name}{why}.")
    return table.name


def _selected(statement: str) -> exp.Select:
    try:
        parsed = sqlglot.parse(statement, read="athena")
    except SqlglotError as error:
        raise _refused("The query statement cannot be parsed.") from error
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Select):
        raise _refused("The query statement must be one SELECT.")
    select = parsed[0]
    others = sorted(name for name, one in select.args.items() if one and name not in _CLAUSES)
    if others:
        raise _refused(f"The query statement may not have {', '.join(others)}.")
    return select


def _check_properties(table: ExportTable, chosen: Mapping[str, str]) -> None:
    for name, value in chosen.items():
        if name == _BILLING_VIEW:
            if not value.startswith("arn:aws:billing::"):
                raise _refused(f"{name} must be the ARN of a billing view.")
            continue
        held = table.properties.get(name)
        if held is None:
            raise _refused(f"Table property {name} does not exist in {table.name}.")
        if value not in held.values:
            raise _refused(f"{name} must be one of {', '.join(held.values)}.")


def _refused(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
