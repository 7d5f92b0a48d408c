"""One day of one table: what waits, without what is there already, becomes files.

A row that came before is a duplicate. A call that came by another transport is the same row, which then knows
both: values that only one of the two records has are kept, and what the fuller record says goes first.
"""

from __future__ import annotations

import os
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from craton.lake.merging import KEY, RANKED, merged, rank
from craton.lake.schema import ordering, schema_of
from craton.lake.snapshot import WHOLE, Change, DataFile, content_name, sync_folder
from craton.lake.staging import rows_waiting, waiting
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

AT_ONCE: Final = 600_000
"""So many waiting rows are settled in memory at once; more are settled in parts, told apart by their keys."""

MOST_FILES: Final = 8
"""A day that has grown to so many files is written as one."""

_ROW_GROUP: Final = 122_880
_SEPARATOR: Final = "\x1f"
_COMPRESSION_LEVEL: Final = 1
"""The third level makes files half a percent smaller and takes a fifth longer."""

_LOOKED_UP: Final = frozenset({"account_id", "region", "event_time", "event_name", "day", "hour"})
"""Columns that queries leave out ranges by: statistics of the others would only cost."""

_UNIQUE_COLUMNS: Final = frozenset(
    {"request_id", "event_id", "event_time", "source_byte", "source_line", "latency_ms", "estimated_cost"}
)
"""Columns whose values rarely repeat: a dictionary of them would only cost."""


class Settled(Struct, frozen=True):
    """What settling a day changed. `duplicates` counts, by source file, the rows that were there already."""

    change: Change
    duplicates: dict[str, int]


def settle(root: Path, table: str, day: str, spills: Sequence[Path], existing: Sequence[DataFile]) -> Settled:
    """The waiting rows of one day are files of the lake in `root`, though no snapshot names them yet."""
    parts = 1 + sum(map(rows_waiting, spills)) // AT_ONCE
    duplicates: Counter[str] = Counter()
    removed: set[DataFile] = set()
    added: list[DataFile] = []
    for part in range(parts):
        rows = _part(table, spills, part, parts)
        fresh, repeated, retold = _told_apart(root, table, rows, existing)
        duplicates.update(repeated)
        if retold is None and parts == 1 and len(existing) >= MOST_FILES and fresh.num_rows:
            retold = _joined(root, table, existing)
        if retold is not None:
            fresh = pa.concat_tables([fresh, retold])
            removed.update(existing)
        if fresh.num_rows:
            added.append(write(root, table, day, fresh))
    return Settled(Change(table, day, tuple(sorted(removed)), tuple(added)), dict(duplicates))


def write(root: Path, table: str, day: str, rows: pa.Table) -> DataFile:
    """The rows, sorted, are a synced file of the lake, named by its content."""
    folder = root / "tables" / table / (_folder(table, day))
    folder.mkdir(parents=True, exist_ok=True)
    described = tables().get(table)
    if described is not None:
        rows = rows.take(pc.sort_indices(rows, ordering(described)))
    temporary = folder / f".{os.getpid()}.parquet.tmp"
    pq.write_table(
        rows,
        temporary,
        compression="zstd",
        compression_level=_COMPRESSION_LEVEL,
        data_page_version="2.0",
        row_group_size=_ROW_GROUP,
        use_dictionary=[name for name in rows.column_names if name not in _UNIQUE_COLUMNS],
        write_statistics=[name for name in rows.column_names if name in _LOOKED_UP],
        store_schema=False,
    )
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    path = folder / f"{content_name(temporary)}.parquet"
    temporary.rename(path)
    sync_folder(folder)
    return DataFile(path.relative_to(root).as_posix(), rows.num_rows, path.stat().st_size)


def _folder(table: str, part: str) -> str:
    """The folder of a day of a table, of a table without days, or of a month of a mart."""
    if part == WHOLE:
        return "whole"
    return f"day={part}" if table in tables() else f"month={part}"


def read(root: Path, table: str, files: Sequence[DataFile], columns: list[str] | None = None) -> pa.Table:
    """The rows of files of a table."""
    schema = schema_of(table)
    wanted = schema if columns is None else pa.schema([schema.field(name) for name in columns])
    found = [
        pq.read_table(root / file.path, columns=columns, partitioning=None).cast(wanted) for file in files
    ]
    return pa.concat_tables(found) if found else wanted.empty_table()


def _joined(root: Path, table: str, files: Sequence[DataFile]) -> pa.Table | None:
    """The rows of files that are small enough to be written again; None where they are not."""
    return read(root, table, files) if sum(file.rows for file in files) <= AT_ONCE else None


def _part(table: str, spills: Sequence[Path], part: int, parts: int) -> pa.Table:
    found = []
    for path in spills:
        rows = waiting(path)
        if parts > 1:
            chosen = [zlib.crc32(key.encode()) % parts == part for key in _keys(table, rows).to_pylist()]
            rows = rows.filter(pa.array(chosen, pa.bool_()))
        found.append(rows)
    return pa.concat_tables(found).combine_chunks()


def _keys(table: str, rows: pa.Table) -> pa.Array:
    """What makes each row unique, as one text."""
    columns = [*tables()[table].key, *(["record_hash"] if "record_hash" in rows.column_names else [])]
    texts = [pc.fill_null(_text(rows[name]), "") for name in columns]
    joined = pc.binary_join_element_wise(*texts, _SEPARATOR)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_map(column.type):
        return pa.array(
            [None if value is None else repr(sorted(value)) for value in column.to_pylist()], pa.string()
        )
    return column.cast(pa.string())


def _told_apart(
    root: Path, table: str, rows: pa.Table, existing: Sequence[DataFile]
) -> tuple[pa.Table, Counter[str], pa.Table | None]:
    """Rows that are new, the repeated ones counted by source, and the day as it must be told anew.

    The last are all rows of the day in the lake, where one of them changes; otherwise None.
    """
    keys = _keys(table, rows)
    key_columns = [*tables()[table].key, *(["record_hash"] if "record_hash" in rows.column_names else [])]
    merging = "transports" in rows.column_names
    known = read(root, table, existing, [*key_columns, *(RANKED if merging else ())])
    known_keys = _keys(table, known)
    rows = rows.append_column(KEY, keys)
    none_known = not len(known_keys) or not pc.any(pc.is_in(keys, value_set=known_keys)).as_py()
    if none_known and pc.count_distinct(keys).as_py() == len(keys):
        return rows.drop_columns([KEY]), Counter(), None
    source = "source_file" if "source_file" in rows.column_names else "file"
    return _Repeats(root, table, existing, source, merging=merging).resolve(rows, known, known_keys)


class _Repeats:
    """Rows of which some are repeated, among themselves or in the lake."""

    def __init__(
        self, root: Path, table: str, existing: Sequence[DataFile], source: str, *, merging: bool
    ) -> None:
        self._root = root
        self._table = table
        self._existing = existing
        self._source = source
        self._merging = merging

    def resolve(
        self, rows: pa.Table, known: pa.Table, known_keys: pa.Array
    ) -> tuple[pa.Table, Counter[str], pa.Table | None]:
        """See `_told_apart`."""
        best = _once(rows)
        fresh = best
        if len(known_keys):
            fresh = best.filter(pc.invert(pc.is_in(best[KEY], value_set=known_keys)))
        repeated = _counted(rows[self._source])
        repeated.subtract(_counted(fresh[self._source]))
        retold = None
        if self._merging:
            retold = self._retold(best, known, known_keys)
        return fresh.drop_columns([KEY]), +repeated, retold

    def _retold(self, best: pa.Table, known: pa.Table, known_keys: pa.Array) -> pa.Table | None:
        """All rows of the lake's day, if one of them learns of a transport it did not know."""
        again = best.filter(pc.is_in(best[KEY], value_set=known_keys))
        if not again.num_rows:
            return None
        before = dict(zip(known_keys.to_pylist(), known.select(RANKED).to_pylist(), strict=True))
        news = [
            not set(row["transports"]) <= set(before[key]["transports"]) or rank(row) < rank(before[key])
            for key, row in zip(again[KEY].to_pylist(), again.select(RANKED).to_pylist(), strict=True)
        ]
        if not any(news):
            return None
        again = again.filter(pa.array(news))
        held = read(self._root, self._table, self._existing)
        held = held.append_column(KEY, _keys(self._table, held))
        touched = pc.is_in(held[KEY], value_set=again[KEY].combine_chunks())
        told = _once(pa.concat_tables([held.filter(touched), again.select(held.column_names)]))
        return pa.concat_tables([held.filter(pc.invert(touched)), told]).drop_columns([KEY])


def _counted(values: pa.ChunkedArray) -> Counter[str]:
    """How often each value stands there."""
    return Counter({one["values"]: one["counts"] for one in pc.value_counts(values).to_pylist()})


def _once(rows: pa.Table) -> pa.Table:
    """One row for each key: see `craton.lake.merging`."""
    counted = rows.group_by(KEY).aggregate([([], "count_all")])
    shared = counted.filter(pc.greater(counted["count_all"], 1))[KEY].combine_chunks()
    if not len(shared):
        return rows
    is_shared = pc.is_in(rows[KEY], value_set=shared)
    return pa.concat_tables([rows.filter(pc.invert(is_shared)), merged(rows.filter(is_shared))])
