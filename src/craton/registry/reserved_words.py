"""Words of SQL that can be no name of a table without quotes, and so no name of a mart."""

from __future__ import annotations

from typing import Final

from craton.core.quoting import ticked

RESERVED: Final = frozenset(
    """
    all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by
    case cast check collate collation column concurrently constraint create cross default deferrable
    desc describe distinct do else end except false fetch for foreign freeze from full glob group
    having ilike in initially inner intersect into is isnull join lambda lateral leading left like
    limit natural not notnull null offset on only or order outer overlaps pivot pivot_longer
    pivot_wider placing positional primary qualify recursive references returning right select semi
    show similar some summarize symmetric table tablesample then to trailing true union unique
    unpack unpivot using variadic verbose when where window with
    """.split()  # noqa: SIM905 - one word a line would fill pages
)
"""Those of DuckDB that stand for something else where a query names what it reads. A test asks the engine."""


def reserved(name: str) -> tuple[str, str] | None:
    """Why a mart cannot be named so, and what helps; None where it can."""
    if name not in RESERVED:
        return None
    why = f"{ticked(name)} is a reserved word of SQL, and cannot name a mart"
    return why, f"name it otherwise, as {ticked(f'{name}_daily')}"
