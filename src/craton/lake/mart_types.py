"""The columns of marts, which only the engine can tell."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from craton.lake.session import connection, freshness, view
from craton.lake.snapshot import Snapshot
from craton.registry.tables import FRESHNESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.registry.content import Mart

Types = Mapping[str, Mapping[str, str]]
"""By mart and column the DuckDB type."""

_NOWHERE: Final = Path()


def types_of(marts: Sequence[Mart]) -> Types:
    """The columns of each mart and their DuckDB types, found once by building it from nothing."""
    return _types_of(tuple((mart.id, mart.sql, mart.reads) for mart in marts))


@functools.lru_cache(maxsize=32)
def _types_of(marts: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Types:
    types: dict[str, Mapping[str, str]] = {}
    empty = Snapshot(0, 0, {})
    known = {FRESHNESS}
    with connection(threads=1) as made:
        made.execute(freshness(empty))
        for mart, sql, reads in marts:
            for name in reads:
                if name not in known:
                    made.execute(view(_NOWHERE, empty, name, marts=types))
                    known.add(name)
            types[mart] = {row[0]: row[1] for row in made.execute(f"DESCRIBE {sql}").fetchall()}
    return types
