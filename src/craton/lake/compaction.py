"""Many small files of a day into few: the same rows, faster to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.lake.data_files import read, write
from craton.lake.marts import built
from craton.lake.origins import behind
from craton.lake.snapshot import Change, Snapshot, Snapshots, applied
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from craton.lake.progress import Progress
    from craton.lake.snapshot import DataFile
    from craton.registry.content import Mart

FULL_ROWS: Final = 300_000
"""No larger file is made: its rows are held in memory, about 2 KiB each, while they are put in order."""


class CompactReport(Struct, frozen=True, kw_only=True):
    """What compaction came to. Units: bytes."""

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    version: int


def compact(root: Path, marts: Sequence[Mart], progress: Progress) -> CompactReport:
    """Every day of every table stands in as few files as it can; no row has changed.

    Marts are as they are written now.
    """
    snapshots = Snapshots(root)
    with snapshots.writing():
        base = snapshots.newest()
        groups = list(_groups(base))
        progress.begin("compacting", len(groups), unit="days")
        changes = []
        for table, day, files in groups:
            joined = write(root, table, day, read(root, table, files))
            changes.append(Change(table, day, removed=files, added=(joined,)))
            progress.advance(1)
        if not changes and not behind(base, marts):
            return _report(base, base)
        following = built(root, applied(base, changes), marts)
        snapshots.commit(base, following)
        snapshots.sweep()
    return _report(base, following)


def _groups(snapshot: Snapshot) -> Iterator[tuple[str, str, tuple[DataFile, ...]]]:
    """Files of one day that together make one file."""
    for table in tables():
        for day, files in snapshot.of(table).items():
            group: list[DataFile] = []
            rows = 0
            for file in sorted(files, key=lambda one: one.rows):
                if rows + file.rows > FULL_ROWS:
                    break
                group.append(file)
                rows += file.rows
            if len(group) > 1:
                yield table, day, tuple(sorted(group))


def _report(before: Snapshot, after: Snapshot) -> CompactReport:
    return CompactReport(
        files_before=len(_files(before)),
        files_after=len(_files(after)),
        bytes_before=sum(file.size for file in _files(before)),
        bytes_after=sum(file.size for file in _files(after)),
        version=after.version,
    )


def _files(snapshot: Snapshot) -> list[DataFile]:
    return [file for table in tables() for files in snapshot.of(table).values() for file in files]
