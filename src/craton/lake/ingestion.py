"""Objects of any number and size into the lake: read in parallel, settled by day, committed whole.

Every document that was read is counted once: as a row, a duplicate, quarantined, or ignored. What a run that
was killed had not committed, the next one reads again.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa
from msgspec import Struct

from craton.lake.data_files import read, write
from craton.lake.marts import built
from craton.lake.origins import behind
from craton.lake.schema import schema_of
from craton.lake.snapshot import WHOLE, Change, Snapshot, Snapshots, applied
from craton.lake.staging import staged, staging_folder
from craton.lake.worker import KindCount, ObjectRead, Worker
from craton.lake.workforce import Workforce, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from craton.core.ports import ObjectStore, SourceObject
    from craton.lake.derivation import Derivation
    from craton.lake.progress import Progress
    from craton.lake.settling import Settled
    from craton.logs.bodies import Keep
    from craton.logs.outcome import Kind
    from craton.registry.content import Mart

LEAD: Final = dt.timedelta(days=1)
"""So far ahead of the run a clock may be. Later records are rows too, but tell of no progress."""

ROUND_ROWS: Final = 4_000_000
"""After so many rows what was read is settled and committed, which bounds what a killed run loses."""

_ALONE_BYTES: Final = 4 << 20
"""So little is read faster by this process than by workers that must be started."""


class FileReport(Struct, frozen=True, kw_only=True):
    """What one object came to, over all kinds of records."""

    file: str
    documents_read: int = 0
    lines_read: int = 0
    rows: int = 0
    duplicates: int = 0
    quarantined: int = 0
    ignored: int = 0
    problem: str | None = None
    known: bool = False


class IngestReport(Struct, frozen=True, kw_only=True):
    """What an ingest came to.

    `documents_read = rows + duplicates + quarantined + ignored`, in sum and by file. `manifest_changed` is
    whether rows that came before were derived with what another manifest says.
    """

    documents_read: int = 0
    lines_read: int = 0
    rows: int = 0
    duplicates: int = 0
    quarantined: int = 0
    ignored: int = 0
    ignored_reasons: dict[str, int] = {}
    files_read: int = 0
    files_skipped: int = 0
    files_failed: int = 0
    unknown_fields: dict[str, int] = {}
    by_kind: dict[str, dict[str, int]] = {}
    failures: dict[str, str] = {}
    bytes_read: int = 0
    bytes_unpacked: int = 0
    version: int = 0
    manifest_changed: bool = False


class Ingestion:
    """One run over a lake."""

    def __init__(
        self,
        root: Path,
        *,
        derivation: Derivation,
        keep: Keep | None,
        marts: Sequence[Mart],
        now: dt.datetime,
        processes: int,
        progress: Progress,
    ) -> None:
        """`now` is when the run takes place, in naive UTC; `processes` how many workers may run at once."""
        self._root = root
        self._derivation = derivation
        self._keep = keep
        self._marts = marts
        self._now = now
        self._processes = processes
        self._progress = progress
        self._snapshots = Snapshots(root)
        self._standing = 0
        self._tally = _Tally()

    def run(self, objects: Iterable[tuple[ObjectStore, SourceObject]]) -> IngestReport:
        """All objects are in the lake but those that were already and those that cannot be read."""
        self._snapshots.create()
        base = self._snapshots.newest()
        self._standing = base.version
        known = _known(self._root, base)
        found = [pair for pair in objects if not self._is_known(pair[1], known)]
        self._progress.begin("reading", sum(one.size for _, one in found), unit="bytes")
        with staging_folder(self._root) as staging:
            make = functools.partial(
                Worker,
                self._root,
                staging,
                self._derivation,
                self._keep,
                known=frozenset(known.digests),
                latest=self._now + LEAD,
            )
            with Workforce(make, self._workers(found)) as workforce:
                waiting = iter(found)
                while self._round(workforce, waiting, staging):
                    pass
                self._renew(workforce)
        report = self._tally.report(self._snapshots.newest_version())
        changed = bool({*base.derivations} - {self._derivation.digest})
        return msgspec.structs.replace(report, manifest_changed=changed)

    def _workers(self, found: Sequence[tuple[ObjectStore, SourceObject]]) -> int:
        return max(1, self._processes) if _worth_workers(found) else 0

    def _is_known(self, found: SourceObject, known: _Known) -> bool:
        if found.version is None or (found.uri, found.version) not in known.versions:
            return False
        self._tally.skipped += 1
        return True

    def _round(
        self, workforce: Workforce, waiting: Iterator[tuple[ObjectStore, SourceObject]], staging: Path
    ) -> bool:
        """Reads until there is enough to commit, and commits it; False where nothing was left to read."""
        results: list[ObjectRead] = []
        rows = 0

        def tasks() -> Iterator[tuple[Any, ...]]:
            while rows < ROUND_ROWS:
                pair = next(waiting, None)
                if pair is None:
                    return
                yield pair

        for result in workforce.spread("read", tasks()):
            results.append(result)
            rows += sum(count.rows for count in result.kinds.values())
            self._progress.advance(result.size)
        if not results:
            return False
        workforce.each("flush")
        self._commit(workforce, sorted(results, key=lambda result: result.uri), staging)
        return True

    def _commit(self, workforce: Workforce, results: Sequence[ObjectRead], staging: Path) -> None:
        waiting = staged(staging)
        with self._snapshots.writing():
            base = self._snapshots.newest()
            read_now = self._not_read_by_others(results, base)
            self._tally.skipped += len(results) - len(read_now)
            if read_now:
                self._progress.begin("settling", len(waiting), unit="days")
                settled = self._settled(workforce, waiting, base)
                duplicates = _duplicates(settled)
                changes = [one.change for one in settled.values()]
                entries = list(_entries(read_now, duplicates, self._now))
                following = applied(base, [*changes, self._ledger(entries, base)])
                fresh = _fresher(base, read_now, self._now + LEAD)
                derived_with = tuple(sorted({*base.derivations, self._derivation.digest}))
                following = msgspec.structs.replace(following, freshness=fresh, derivations=derived_with)
                self._progress.begin("marts", 1, unit="states")
                following = built(self._root, following, self._marts, workforce.spread)
                workforce.each("rest")
                self._snapshots.commit(base, following)
                self._snapshots.sweep()
                self._standing = following.version
                self._tally.add(read_now, duplicates)
        for paths in waiting.values():
            for path in paths:
                path.unlink()

    def _renew(self, workforce: Workforce) -> None:
        """Marts that are new or have another query than they were built by are built, whatever was read."""
        if not behind(self._snapshots.newest(), self._marts):
            return  # without the lock: who has nothing to do waits for nobody
        with self._snapshots.writing():
            base = self._snapshots.newest()
            if behind(base, self._marts):
                self._progress.begin("marts", 1, unit="states")
                following = built(self._root, applied(base, []), self._marts, workforce.spread)
                self._snapshots.commit(base, following)
                self._snapshots.sweep()

    def _not_read_by_others(self, results: Sequence[ObjectRead], base: Snapshot) -> list[ObjectRead]:
        """What was read now, but for objects that another run has brought into the lake meanwhile."""
        read_now = [result for result in results if not result.known]
        if base.version == self._standing:
            return read_now
        held = _known(self._root, base).objects
        return [result for result in read_now if (result.uri, result.digest) not in held]

    def _settled(
        self, workforce: Workforce, waiting: dict[tuple[str, str], list[Path]], base: Snapshot
    ) -> dict[tuple[str, str], Settled]:
        tasks = [(table, day, paths, base.of(table).get(day, ())) for (table, day), paths in waiting.items()]
        settled = {}
        for one in workforce.spread("settle", tasks):
            settled[one.change.table, one.change.day] = one
            self._progress.advance(1)
        return dict(sorted(settled.items()))

    def _ledger(self, entries: Sequence[dict[str, Any]], base: Snapshot) -> Change:
        """The change that adds the entries of what was read; small files of earlier runs join the new one."""
        rows = pa.Table.from_pylist(list(entries), schema=schema_of("ingested_file"))
        before = base.of("ingested_file").get(WHOLE, ())
        small = tuple(file for file in before if file.rows <= _LEDGER_JOINS)
        joined = pa.concat_tables([read(self._root, "ingested_file", small), rows])
        added = write(self._root, "ingested_file", WHOLE, joined)
        return Change("ingested_file", WHOLE, removed=small, added=(added,))


def prepare_for(found: Sequence[tuple[ObjectStore, SourceObject]]) -> None:
    """Workers are on their way if reading all of this will need any."""
    if _worth_workers(found):
        prepare()


def _worth_workers(found: Sequence[tuple[ObjectStore, SourceObject]]) -> bool:
    return sum(one.size for _, one in found) >= _ALONE_BYTES


_LEDGER_JOINS: Final = 50_000


class _Known(Struct):
    """What the lake has read: digests of bytes, and versions of objects by address."""

    digests: set[str]
    versions: set[tuple[str, str]]
    objects: set[tuple[str, str]]
    """By address and digest."""


def _known(root: Path, snapshot: Snapshot) -> _Known:
    files = snapshot.of("ingested_file").get(WHOLE, ())
    rows = read(root, "ingested_file", files, ["digest", "file", "version", "problem"])
    known = _Known(set(), set(), set())
    for row in rows.to_pylist():
        if row["problem"] is None:
            known.digests.add(row["digest"])
            known.objects.add((row["file"], row["digest"]))
            if row["version"] is not None:
                known.versions.add((row["file"], row["version"]))
    return known


def _entries(
    results: Sequence[ObjectRead], duplicates: Counter[tuple[str, str]], now: dt.datetime
) -> Iterator[dict[str, Any]]:
    """The rows of `ingested_file`: one for each object and kind, and one for an object that held nothing."""
    for result in results:
        kinds = sorted(result.kinds.items()) or [("other", KindCount())]
        for number, (kind, count) in enumerate(kinds):
            repeated = duplicates[kind, result.uri]
            ignored = sum(count.ignored.values())
            yield {
                "file": result.uri,
                "digest": result.digest,
                "version": result.version,
                "size": result.size,
                "unpacked_size": result.unpacked,
                "kind": kind,
                "transport": count.transport,
                "lines_read": 0 if number else result.lines,
                "documents_read": count.rows + count.quarantined + ignored,
                "rows": count.rows - repeated,
                "duplicates": repeated,
                "quarantined": count.quarantined,
                "ignored": ignored,
                "ignored_reasons": sorted(count.ignored.items()) or None,
                "unknown_fields": sorted(count.unknown.items()) or None,
                "first_event_time": count.first,
                "last_event_time": count.last,
                "ingested_at": now,
                "problem": result.problem,
            }


def _duplicates(settled: Mapping[tuple[str, str], Settled]) -> Counter[tuple[str, str]]:
    """How many rows were in the lake already, by table and source file."""
    found: Counter[tuple[str, str]] = Counter()
    for (table, _), one in settled.items():
        found.update({(table, file): times for file, times in one.duplicates.items()})
    return found


def _fresher(base: Snapshot, results: Sequence[ObjectRead], latest: dt.datetime) -> dict[str, dt.datetime]:
    """Up to when each source has told, after these results, and at most `latest`."""
    fresh = {kind: min(time, latest) for kind, time in base.freshness.items()}
    for result in results:
        for kind, count in result.kinds.items():
            if count.newest is not None and kind in ("invocation", "api_event", "metric"):
                fresh[kind] = max(fresh.get(kind, count.newest), count.newest)
    return dict(sorted(fresh.items()))


class _Tally:
    """The report as it grows."""

    def __init__(self) -> None:
        self.skipped = 0
        self._read: list[ObjectRead] = []
        self._counts: dict[str, Counter[str]] = {}
        self._reasons: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._failures: dict[str, str] = {}
        self._lines = self._files = self._bytes = self._unpacked = 0

    def add(self, results: Sequence[ObjectRead], duplicates: Counter[tuple[str, str]]) -> None:
        """What was committed."""
        for result in results:
            self._lines += result.lines
            self._bytes += result.size
            self._unpacked += result.unpacked
            if result.problem is None:
                self._files += 1
            else:
                self._failures[result.uri] = result.problem
            for kind, count in result.kinds.items():
                self._count(kind, count, duplicates[kind, result.uri])

    def _count(self, kind: Kind, count: KindCount, repeated: int) -> None:
        ignored = sum(count.ignored.values())
        counts = self._counts.setdefault(kind, Counter())
        counts["documents_read"] += count.rows + count.quarantined + ignored
        counts["rows"] += count.rows - repeated
        counts["duplicates"] += repeated
        counts["quarantined"] += count.quarantined
        counts["ignored"] += ignored
        self._reasons.update(count.ignored)
        self._unknown.update({f"{kind}.{field}": times for field, times in count.unknown.items()})

    def report(self, version: int) -> IngestReport:
        """All of it."""
        total: Counter[str] = Counter()
        for counts in self._counts.values():
            total.update(counts)
        return IngestReport(
            documents_read=total["documents_read"],
            lines_read=self._lines,
            rows=total["rows"],
            duplicates=total["duplicates"],
            quarantined=total["quarantined"],
            ignored=total["ignored"],
            ignored_reasons=dict(sorted(self._reasons.items())),
            files_read=self._files,
            files_skipped=self.skipped,
            files_failed=len(self._failures),
            unknown_fields=dict(sorted(self._unknown.items())),
            by_kind={kind: dict(sorted(counts.items())) for kind, counts in sorted(self._counts.items())},
            failures=dict(sorted(self._failures.items())),
            bytes_read=self._bytes,
            bytes_unpacked=self._unpacked,
            version=version,
        )
