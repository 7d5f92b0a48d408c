"""Writes docs/reference/tables.md from the descriptions of the tables and the headers of the marts."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.markdown_page import code, note, table, write

from craton.engine.board import Present
from craton.engine.catalog import catalog
from craton.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.catalog import Described, DescribedColumn

PATH: Final = "docs/reference/tables.md"

_HEAD: Final = """# Tables and marts

What `craton sql` can be asked. Times are UTC without a zone. NULL means unknown or absent, never zero. A
column without a unit says it in its name, or has none. [The lake](../concepts/lake.md) explains how rows come
about, and [the contract](contract.md) says what programs may rely on.

`freshness(source, data_up_to)` is there too: the time of the newest record by source table.
"""


def page() -> str:
    """The page."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "snapshots").mkdir()
        described = catalog(Present(Lake(Path(folder)), None, dt.datetime(2026, 1, 1)))  # noqa: DTZ001 - UTC
    parts = [note("generate_table_reference"), _HEAD.strip()]
    for kind, title in (("table", "Tables"), ("mart", "Marts")):
        parts.append(f"## {title}")
        for relation in described:
            if relation.kind == kind:
                parts += _section(relation)
    return "\n\n".join(parts) + "\n"


def _section(relation: Described) -> Iterator[str]:
    yield f"### {relation.name}"
    unique = ", ".join(code(name) for name in relation.key)
    yield f"One row is {relation.grain}. Unique by {unique}."
    if relation.explains:
        yield relation.explains
    yield table(("column", "type", "unit", "meaning"), [_row(column) for column in relation.columns])


def _row(column: DescribedColumn) -> tuple[str, str, str, str]:
    values = ", ".join(code(value) for value in column.values)
    meaning = (column.meaning or "") + (f": {values}" if values else "")
    return code(column.name), column.type, column.unit or "", meaning


def main() -> None:
    """Writes the page."""
    write(PATH, page)


if __name__ == "__main__":
    main()
