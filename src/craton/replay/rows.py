"""Rows of plain values as tables of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.lake.session import Session


def table_of(
    session: Session, name: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]]
) -> None:
    """Afterwards the session has a table of that name with these columns, by name and type, and rows."""
    values = {f"c{place}": [row[place] for row in rows] for place in range(len(columns))}
    selected = ", ".join(
        f"unnest(CAST($c{place} AS {kind}[])) AS {column}" for place, (column, kind) in enumerate(columns)
    )
    session.query(f"CREATE OR REPLACE TABLE {name} AS SELECT {selected}", values)
