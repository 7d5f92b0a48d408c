"""One table or mart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.catalog import ROWS_OF_A_SAMPLE, described, sample
from craton.engine.pages import account_names
from craton.views.table import table
from craton.web.cards import link
from craton.web.page import Page, with_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def of_table(visit: Visit) -> Mapping[str, Any]:
    """The table's description and some of its rows.

    Raises: UserError where there is none, or the rows asked for lie too deep.
    """
    name = visit.parts["table"]
    about = described(visit.present, name)
    offset = _offset(visit)
    found = sample(visit.present, name, visit.filters, offset=offset)
    units = {column.name: column.unit for column in about.columns}
    return {
        "title": name,
        "table": about,
        "sample": found,
        "shown": table(
            found.rows,
            units=units,
            names=account_names(visit.present),
            short=False,
            link=lambda column, value: link(visit, column, value) if column == "account_id" else None,
        ),
        "previous": _at(visit, max(offset - ROWS_OF_A_SAMPLE, 0)) if offset else None,
        "following": _at(visit, offset + ROWS_OF_A_SAMPLE) if found.more else None,
    }


def _offset(visit: Visit) -> int:
    asked = dict(visit.query).get("offset", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0  # noqa: PLR2004 - digits


def _at(visit: Visit, offset: int) -> str:
    pairs = visit.filters.pairs()
    return with_query(visit.path, [*pairs, ("offset", str(offset))] if offset else pairs)


page = Page(
    title="Table",
    about="A table of the lake.",
    path="/tables/{table}",
    data=of_table,
    told=("table", "sample"),
    fields=("offset",),
)
