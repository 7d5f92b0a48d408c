"""A lake's rows derived again from the sources that its pointers name.

The new rows grow beside the old ones and take their place in one commit. What cannot be read again, because
its source is gone or holds other bytes now, keeps the rows it had. Rows of files that are missing come
from their sources alone.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from craton.lake.ingestion import IngestReport
from craton.lake.marts import built
from craton.lake.schema import schema_of
from craton.lake.settling import settle
from craton.lake.snapshot import SCHEMA_VERSION, WHOLE, Snapshot, Snapshots, applied, missing_files
from craton.lake.staging import Spill, staged, staging_folder
from craton.logs.bodies import Keep
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from craton.core.ports import ObjectStore, SourceObject
    from craton.registry.content import Mart

_FOLDER: Final = "rebuilding"
_LEDGER: Final = "ingested_file"
_SOURCE: Final = "source_file"
_SOURCES: Final = frozenset({_SOURCE, "file"})
"""Columns that name the source of a row; rows of tables without one were never read from a file."""


class RebuildReport(Struct, frozen=True, kw_only=True):
    """What a rebuild came to.

    `kept_rows` are those whose source could not be read again, by source. `missing_files` are files of the
    lake that were not there: what stood in them and has no source any more is lost.
    """

    ingested: IngestReport
    sources: int
    sources_gone: int
    kept_rows: dict[str, int]
    missing_files: tuple[str, ...]
    version: int


def rebuild(
    root: Path,
    marts: Sequence[Mart],
    find: Callable[[str], tuple[ObjectStore, SourceObject] | None],
    ingest: Callable[[Path, Iterable[tuple[ObjectStore, SourceObject]]], IngestReport],
    keep: Keep | None,
) -> RebuildReport:
    """The lake's rows are those that its sources give now.

    `find` finds a source by its address, `ingest` fills a lake from objects. `keep` is what may be kept of
    bodies; it holds for rows of sources that are gone too.
    """
    snapshots = Snapshots(root)
    with snapshots.writing():
        named = snapshots.newest(to_rebuild=True)
        missing = missing_files(root, named)
        old = _without(named, missing)
        sources = _sources(root, old)
        if old.of(_LEDGER) != named.of(_LEDGER):
            sources = {**dict.fromkeys(sorted(_named_by_rows(root, old))), **sources}
        found = {uri: find(uri) for uri in sources}
        fresh_root = root / _FOLDER
        shutil.rmtree(fresh_root, ignore_errors=True)
        report = ingest(fresh_root, [pair for pair in found.values() if pair is not None])
        digests = _sources(fresh_root, Snapshots(fresh_root).newest())
        gone = {uri for uri, digest in sources.items() if not _is_again(uri, digest, digests)}
        kept = _carry(root, old, fresh_root, marts, gone, withdrawn=_withdrawn(keep))
        fresh = Snapshots(fresh_root).newest()
        _move(fresh_root, root)
        following = msgspec.structs.replace(fresh, version=old.version + 1, schema_version=SCHEMA_VERSION)
        snapshots.commit(old, following)
        snapshots.sweep()
        shutil.rmtree(fresh_root, ignore_errors=True)
    return RebuildReport(
        ingested=report,
        sources=len(sources),
        sources_gone=sum(1 for pair in found.values() if pair is None),
        kept_rows=kept,
        missing_files=missing,
        version=following.version,
    )


def _is_again(uri: str, digest: str | None, now: dict[str, str | None]) -> bool:
    """Whether the source was read now, with the bytes of then. Where these are unknown, any will do."""
    return uri in now and digest in (None, now[uri])


def _without(snapshot: Snapshot, missing: Sequence[str]) -> Snapshot:
    """The snapshot as if it had never named the files."""
    gone = set(missing)
    files = {
        table: {day: tuple(file for file in held if file.path not in gone) for day, held in days.items()}
        for table, days in snapshot.files.items()
    }
    return msgspec.structs.replace(snapshot, files=files)


def _named_by_rows(root: Path, snapshot: Snapshot) -> set[str]:
    """The sources that rows name. They tell what was read where a part of the ledger is missing."""
    named: set[str] = set()
    for table, known in tables().items():
        for column in sorted(_SOURCES & {column.name for column in known.columns}):
            for files in snapshot.of(table).values():
                for file in files:
                    rows = pq.read_table(root / file.path, columns=[column], partitioning=None)
                    named.update(pc.unique(rows[column]).to_pylist())
    return named - {None}


def _sources(root: Path, snapshot: Snapshot) -> dict[str, str | None]:
    """The newest digest of each source that was read."""
    newest: dict[str, str | None] = {}
    for file in snapshot.of(_LEDGER).get(WHOLE, ()):
        rows = pq.read_table(root / file.path, columns=["file", "digest", "ingested_at"], partitioning=None)
        for row in rows.sort_by("ingested_at").to_pylist():
            newest[row["file"]] = row["digest"]
    return dict(sorted(newest.items()))


def _withdrawn(keep: Keep | None) -> frozenset[str]:
    """The columns of what may no longer be kept of bodies."""
    allowed = keep or Keep()
    kept = {
        "input_text": allowed.input_text,
        "output_text": allowed.output_text,
        "prefix_hash": allowed.prefix_key is not None,
    }
    return frozenset(name for name, may_stay in kept.items() if not may_stay)


def _carry(
    root: Path,
    old: Snapshot,
    fresh_root: Path,
    marts: Sequence[Mart],
    gone: set[str],
    *,
    withdrawn: frozenset[str],
) -> dict[str, int]:
    """The rows of sources that are gone, and those that have none, stand in the fresh lake too.

    How many of the former there are is told by source.
    """
    kept: dict[str, int] = {}
    snapshots = Snapshots(fresh_root)
    with staging_folder(fresh_root) as staging:
        for table, rows in _rows_of(root, old, gone, kept, withdrawn):
            spill = Spill(staging, table)
            spill.add(rows)
            spill.flush()
        base = snapshots.newest()
        changes = [
            settle(fresh_root, table, day, paths, base.of(table).get(day, ())).change
            for (table, day), paths in staged(staging).items()
        ]
    if not changes:
        return kept
    times = {name: max(time, base.freshness.get(name, time)) for name, time in old.freshness.items()}
    following = msgspec.structs.replace(applied(base, changes), freshness={**base.freshness, **times})
    snapshots.commit(base, built(fresh_root, following, marts))
    return dict(sorted(kept.items()))


def _rows_of(
    root: Path, old: Snapshot, gone: set[str], kept: dict[str, int], withdrawn: frozenset[str]
) -> Iterator[tuple[str, pa.Table]]:
    """The old rows of the sources, as the tables are now: what they lack or may not keep is NULL."""
    wanted = pa.array(sorted(gone), pa.string())
    for name, table in tables().items():
        columns = {column.name for column in table.columns}
        if not gone and _SOURCES & columns:
            continue
        for day, files in old.of(name).items():
            for file in files:
                rows = pq.read_table(root / file.path, partitioning=None)
                for source in _SOURCES & columns:
                    rows = rows.filter(pc.is_in(rows[source], value_set=wanted))
                for uri in rows[_SOURCE].to_pylist() if _SOURCE in columns else ():
                    kept[uri] = kept.get(uri, 0) + 1
                rows = rows.drop_columns([one for one in rows.column_names if one in withdrawn])
                if rows.num_rows:
                    yield name, _fitted(name, rows, day)


def _fitted(table: str, rows: pa.Table, day: str) -> pa.Table:
    schema = schema_of(table)
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    fitted = pa.table(columns, schema=schema)
    if day == WHOLE:
        return fitted
    days = pa.repeat(pa.scalar(day, pa.string()).cast(pa.date32()), rows.num_rows)
    return fitted.append_column("day", days)


def _move(fresh_root: Path, root: Path) -> None:
    """The fresh lake's files stand in the lake; no snapshot names them yet."""
    for path in (fresh_root / "tables").rglob("*.parquet"):
        target = root / path.relative_to(fresh_root)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
