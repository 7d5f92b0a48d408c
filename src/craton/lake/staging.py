"""Rows on their way into the lake: derived, split by day, waiting on disk to be settled.

A run's staging folder holds a lock that dies with the run, so that the next run can tell what was left
behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import secrets
import shutil
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from craton.core.errors import DataError
from craton.lake.snapshot import WHOLE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

FLUSH_ROWS: Final = 1 << 16
"""So many rows wait in memory before they are written."""

_MOST_RUNS: Final = 256

_OPTIONS = ipc.IpcWriteOptions(compression="lz4")


@contextlib.contextmanager
def staging_folder(root: Path) -> Iterator[Path]:
    """An empty folder for one run under `root`, gone afterwards; what dead runs left is gone too."""
    parent = root / "staging"
    parent.mkdir(exist_ok=True)
    _sweep(parent)
    folder = parent / secrets.token_hex(8)
    folder.mkdir()
    with (folder / ".run").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for folder in parent.iterdir():
        try:
            with (folder / ".run").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)


class Spill:
    """Collects the rows of one table in a worker and writes them by day into the staging folder."""

    def __init__(self, folder: Path, table: str) -> None:
        self._folder = folder / table
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def add(self, rows: pa.Table) -> None:
        """The rows, with their `day` where the table has days, are kept until they are settled."""
        if rows.num_rows:
            self._waiting.append(rows)
            self._rows += rows.num_rows
        if self._rows >= FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        """All rows that were added are on disk."""
        if not self._waiting:
            return
        rows = pa.concat_tables(self._waiting)
        self._waiting, self._rows = [], 0
        if "day" not in rows.column_names:
            self._write(WHOLE, rows)
            return
        for day, of_day in by_day(rows).items():
            self._write(day.isoformat(), of_day.drop_columns(["day"]))

    def _write(self, day: str, rows: pa.Table) -> None:
        put(self._folder / (day or "whole"), rows)


def put(folder: Path, rows: pa.Table) -> Path:
    """The file in the folder in which these rows wait. Raises: DataError where it cannot be written."""
    path = folder / f"{secrets.token_hex(8)}-{rows.num_rows}.arrow"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ipc.new_file(path, rows.schema, options=_OPTIONS) as writer:
            writer.write_table(rows)
    except OSError as error:  # or it would be taken for a source that cannot be read
        raise DataError(
            f"`{path}` cannot be written: {os.strerror(error.errno) if error.errno else error}",
            hint="make room beside the lake, then run the command again",
        ) from error
    return path


def by_day(rows: pa.Table) -> dict[dt.date, pa.Table]:
    """The rows of each day. Logs come in order, so that mostly a day's rows stand together already."""
    if not rows.num_rows:
        return {}
    starts = _turns(rows)
    if len(starts) > _MOST_RUNS:
        rows = rows.take(pc.sort_indices(rows["day"]))
        starts = _turns(rows)
    runs: dict[dt.date, list[pa.Table]] = {}
    for start, end in itertools.pairwise([*starts, rows.num_rows]):
        runs.setdefault(rows["day"][start].as_py(), []).append(rows.slice(start, end - start))
    return {day: pa.concat_tables(of_day) for day, of_day in runs.items()}


def _turns(rows: pa.Table) -> list[int]:
    """Where rows of another day than the row before begin."""
    days = rows["day"].combine_chunks()
    turns = pc.indices_nonzero(pc.not_equal(days[1:], days[:-1]))
    return [0, *pc.add(turns, 1).to_pylist()]


def staged(folder: Path) -> dict[tuple[str, str], list[Path]]:
    """The files that wait, by table and day, in canonical order."""
    found: dict[tuple[str, str], list[Path]] = {}
    for path in sorted(folder.glob("*/*/*.arrow")):
        day = path.parent.name
        found.setdefault((path.parents[1].name, WHOLE if day == "whole" else day), []).append(path)
    return found


def rows_waiting(path: Path) -> int:
    """How many rows a file that waits has, which its name tells."""
    return int(path.stem.rpartition("-")[2])


def waiting(path: Path) -> pa.Table:
    """The rows of one file that waits."""
    with pa.memory_map(str(path)) as source:
        return ipc.open_file(source).read_all()
