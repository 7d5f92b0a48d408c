"""One day of one table: what waits, without what is there already, becomes files.

A row that came before is a duplicate. A call that came by another transport is the same row, which then knows
both: values that only one of the two records has are kept, and what the fuller record says goes first.
"""

from __future__ import annotations

import zlib
from collections import Counter
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from craton.lake.data_files import pieces, read, write
from craton.lake.merging import KEY, RANKED, merged, rank
from craton.lake.schema import schema_of
from craton.lake.snapshot import Change, DataFile
from craton.lake.staging import put, rows_waiting, waiting
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

AT_ONCE: Final = 125_000
"""So many waiting rows are settled in memory at once; more are settled in parts, told apart by their keys.

A row takes some 2.5 KiB of memory while it is settled.
"""

MOST_FILES: Final = 8
"""A day that has grown to so many files is written as one."""

_SEPARATOR: Final = "\x1f"
_FILE: Final = "_file"
"""The column that says in which of the day's files a row is, by its place among them."""


class Settled(Struct, frozen=True):
    """What settling a day changed. `duplicates` counts, by source file, the rows that were there already."""

    change: Change
    duplicates: dict[str, int]


def settle(root: Path, table: str, day: str, spills: Sequence[Path], existing: Sequence[DataFile]) -> Settled:
    """The waiting rows of one day are files of the lake in `root`, though no snapshot names them yet."""
    parts = _parts(table, spills)
    duplicates: Counter[str] = Counter()
    standing = list(existing)
    for part in parts:
        told = _told_apart(root, table, pa.concat_tables(map(waiting, part)), standing)
        duplicates.update(told.repeated)
        if not told.replaced and len(parts) == 1 and len(existing) >= MOST_FILES and told.rows.num_rows:
            told = _joined(root, table, told, existing)
        standing = [file for file in standing if file not in told.replaced]
        if told.rows.num_rows:
            standing.append(write(root, table, day, told.rows))
        for path in set(part) - set(spills):
            path.unlink()
    removed = tuple(sorted(set(existing) - set(standing)))
    added = tuple(file for file in standing if file not in existing)
    return Settled(Change(table, day, removed, added), dict(duplicates))


class _Told(Struct, frozen=True):
    """Rows that are to be written, the repeated ones counted by source, and the files that they replace."""

    rows: pa.Table
    repeated: Counter[str]
    replaced: tuple[DataFile, ...] = ()


def _joined(root: Path, table: str, told: _Told, files: Sequence[DataFile]) -> _Told:
    """The rows with those of files that are small enough to be written again."""
    if sum(file.rows for file in files) > AT_ONCE:
        return told
    return _Told(pa.concat_tables([told.rows, read(root, table, files)]), told.repeated, tuple(files))


def _parts(table: str, spills: Sequence[Path]) -> list[list[Path]]:
    """The files that wait, told apart into such as are small enough to be settled at once.

    Rows that share a key are in one part.
    """
    count = 1 + sum(map(rows_waiting, spills)) // AT_ONCE
    if count == 1:
        return [list(spills)]
    parts: list[list[Path]] = [[] for _ in range(count)]
    for path in spills:
        rows = waiting(path)
        numbers = pa.array([zlib.crc32(key.encode()) % count for key in _keys(table, rows).to_pylist()])
        for number, part in enumerate(parts):
            chosen = rows.filter(pc.equal(numbers, number))
            if chosen.num_rows:
                part.append(put(path.parent / f"part-{number}", chosen))
    return [part for part in parts if part]


def _keys(table: str, rows: pa.Table) -> pa.Array:
    """What makes each row unique, as one text."""
    texts = [pc.fill_null(_text(rows[name]), "") for name in _key_columns(table)]
    joined = pc.binary_join_element_wise(*texts, _SEPARATOR)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _key_columns(table: str) -> list[str]:
    described = tables()[table]
    has_hash = any(column.name == "record_hash" for column in described.columns)
    return [*described.key, *(["record_hash"] if has_hash else [])]


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_map(column.type):
        return pa.array(
            [None if value is None else repr(sorted(value)) for value in column.to_pylist()], pa.string()
        )
    return column.cast(pa.string())


def _told_apart(root: Path, table: str, rows: pa.Table, existing: Sequence[DataFile]) -> _Told:
    """Rows that are new, and with them all rows of each file in which one changes."""
    keys = _keys(table, rows)
    known = _known(root, table, keys, existing)
    shared = _shared(keys)
    if not known.num_rows and not len(shared):
        return _Told(rows, Counter())
    rows = rows.append_column(KEY, keys)
    best = _once(rows, shared)
    is_known = pc.is_in(best[KEY], value_set=known[KEY].combine_chunks())
    fresh = best.filter(pc.invert(is_known)) if known.num_rows else best
    source = "source_file" if "source_file" in rows.column_names else "file"
    repeated = _counted(rows[source])
    repeated.subtract(_counted(fresh[source]))
    fresh = fresh.drop_columns([KEY])
    again = _with_news(best.filter(is_known), known)
    if not again.num_rows:
        return _Told(fresh, +repeated)
    changed = pc.unique(known.filter(pc.is_in(known[KEY], value_set=again[KEY].combine_chunks()))[_FILE])
    replaced = tuple(existing[place] for place in changed.to_pylist())
    return _Told(pa.concat_tables([fresh, _retold(root, table, again, replaced)]), +repeated, replaced)


def _known(root: Path, table: str, keys: pa.Array, existing: Sequence[DataFile]) -> pa.Table:
    """The rows of files that have one of the keys, with their key, their file, and what ranks calls.

    However many rows the files have, no more are held at once than a row group and those that are found.
    """
    schema = schema_of(table)
    ranked = RANKED if "transports" in schema.names else []
    own = [pa.field(KEY, pa.string()), pa.field(_FILE, pa.int64())]
    found = [pa.schema([*own, *(schema.field(name) for name in ranked)]).empty_table()]
    looked_at = pa.schema([schema.field(name) for name in (*_key_columns(table), *ranked)])
    for place, file in enumerate(existing):
        for piece in pieces(root, file, looked_at):
            of_piece = _keys(table, piece)
            some = pa.table(
                [of_piece, pa.repeat(pa.scalar(place, pa.int64()), len(of_piece)), *piece.select(ranked)],
                schema=found[0].schema,
            )
            found.append(some.filter(pc.is_in(of_piece, value_set=keys)))
    return pa.concat_tables(found)


def _with_news(again: pa.Table, known: pa.Table) -> pa.Table:
    """Those of known calls of which the lake learns something; of other rows there is nothing to learn."""
    if "transports" not in again.column_names or not again.num_rows:
        return again.slice(0, 0)
    before = dict(zip(known[KEY].to_pylist(), known.select(RANKED).to_pylist(), strict=True))
    news = [
        not set(row["transports"]) <= set(before[key]["transports"]) or rank(row) < rank(before[key])
        for key, row in zip(again[KEY].to_pylist(), again.select(RANKED).to_pylist(), strict=True)
    ]
    return again.filter(pa.array(news, pa.bool_()))


def _retold(root: Path, table: str, again: pa.Table, files: Sequence[DataFile]) -> pa.Table:
    """All rows of the files, those calls among them that are told again with what both records say."""
    held = read(root, table, files)
    held = held.append_column(KEY, _keys(table, held))
    touched = pc.is_in(held[KEY], value_set=again[KEY].combine_chunks())
    told = pa.concat_tables([held.filter(touched), again.select(held.column_names)])
    told = _once(told, _shared(told[KEY]))
    return pa.concat_tables([held.filter(pc.invert(touched)), told]).drop_columns([KEY])


def _counted(values: pa.ChunkedArray) -> Counter[str]:
    """How often each value stands there."""
    return Counter({one["values"]: one["counts"] for one in pc.value_counts(values).to_pylist()})


def _shared(keys: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The keys that more than one row has."""
    counted = pc.value_counts(keys)
    return counted.filter(pc.greater(counted.field("counts"), 1)).field("values")


def _once(rows: pa.Table, shared: pa.Array) -> pa.Table:
    """One row for each key, some of which several rows share: see `craton.lake.merging`."""
    if not len(shared):
        return rows
    is_shared = pc.is_in(rows[KEY], value_set=shared)
    return pa.concat_tables([rows.filter(pc.invert(is_shared)), merged(rows.filter(is_shared))])
