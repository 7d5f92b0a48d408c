"""Rows of `observed`: what AWS answered to one collection, committed whole or not at all."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from craton.lake.data_files import read, write
from craton.lake.marts import built
from craton.lake.schema import schema_of
from craton.lake.snapshot import Change, Snapshots, applied

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from craton.lake.snapshot import DataFile
    from craton.registry.content import Mart

TABLE: Final = "observed"
_AT_ONCE: Final = 20_000
"""So many rows, whose answers are long, are in memory at once and stand in one file."""


def commit_observed(
    root: Path,
    marts: Sequence[Mart],
    rows: Iterable[Mapping[str, Any]],
    *,
    collection: str,
    collected_at: dt.datetime,
) -> int:
    """The version of the lake in which the rows of the collection are, which had none before.

    A collection that the lake has already is left as it is.
    """
    snapshots = Snapshots(root)
    day = collected_at.date().isoformat()
    with snapshots.writing():
        base = snapshots.newest()
        if collection in _collections(root, base.of(TABLE).get(day, ())):
            return base.version
        files = tuple(write(root, TABLE, day, part) for part in _parts(rows))
        following = built(root, applied(base, [Change(TABLE, day, added=files)]), marts)
        snapshots.commit(base, following)
        snapshots.sweep()
    return following.version


def _collections(root: Path, files: Sequence[DataFile]) -> set[str]:
    return set(pc.unique(read(root, TABLE, files, ["collection"])["collection"]).to_pylist())


def _parts(rows: Iterable[Mapping[str, Any]]) -> Iterator[pa.Table]:
    left = iter(rows)
    while part := list(itertools.islice(left, _AT_ONCE)):
        yield pa.Table.from_pylist(part, schema=schema_of(TABLE))
