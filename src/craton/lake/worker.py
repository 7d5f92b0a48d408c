"""What one worker process does: reads objects into the staging folder, and settles days."""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import hashlib
import io
import sys
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec
import pyarrow as pa
from msgspec import Struct

from craton.core.errors import CloudError, UserError
from craton.lake.columns import columns_of
from craton.lake.derivation import Derivation, Deriver
from craton.lake.marts import build, close_engine
from craton.lake.schema import schema_of
from craton.lake.settling import settle
from craton.lake.staging import Spill
from craton.logs.batch import Batch, Rows
from craton.logs.invocation_facts import FIELDS
from craton.logs.outcome import Kind
from craton.logs.reading import API_EVENT_FIELDS, METRIC_FIELDS, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from craton.core.ports import ObjectStore, SourceObject
    from craton.lake.mart_types import Types
    from craton.lake.marts import Order
    from craton.lake.settling import Settled
    from craton.lake.snapshot import Change, DataFile, Snapshot
    from craton.logs.bodies import Keep
    from craton.logs.outcome import RecordKind

_KINDS: Final[tuple[RecordKind, ...]] = ("invocation", "api_event", "metric")
_TIMES: Final = {
    "invocation": FIELDS.index("event_time"),
    "api_event": API_EVENT_FIELDS.index("event_time"),
    "metric": METRIC_FIELDS.index("event_time"),
}
COLUMNS_AT: Final = 1024
"""So many rows of values become columns at once: more of them would leave the processor's caches."""
_DERIVED_AT: Final = 1 << 15
_DEEPEST: Final = 3000
"""A document may nest so deeply; Python's own limit leaves too little beside the calls that lead here."""
_COLLECT_EVERY: Final = 200
_SMALL: Final = 24 << 20
"""An object of fewer stored bytes than this is held in memory while it is read."""


class KindCount(Struct):
    """What an object held of one kind of record.

    `newest` is the time of the last record whose clock can be right, and says up to when a source has told.
    """

    rows: int = 0
    quarantined: int = 0
    ignored: Counter[str] = msgspec.field(default_factory=Counter)
    unknown: Counter[str] = msgspec.field(default_factory=Counter)
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    newest: dt.datetime | None = None
    transport: str | None = None


class ObjectRead(Struct):
    """What reading one object came to.

    `known` says that its bytes were in the lake already, so that nothing was read; `problem` why it could not
    be read to its end.
    """

    uri: str
    digest: str
    size: int
    version: str | None
    known: bool = False
    problem: str | None = None
    lines: int = 0
    unpacked: int = 0
    kinds: dict[Kind, KindCount] = msgspec.field(default_factory=dict)


class Pending:
    """Rows of one kind, from however many objects, until they are worth to be derived."""

    def __init__(self, kind: RecordKind) -> None:
        self._kind = kind
        self._rows = Rows()
        self._tables: list[pa.Table] = []
        self._sources: list[tuple[str, int]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, uri: str, rows: Rows) -> None:
        """The rows of one object."""
        self._rows.join(rows)
        self._sources.append((uri, len(rows)))
        self._count += len(rows)
        if len(self._rows) >= COLUMNS_AT:
            self._to_columns()

    def taken(self) -> tuple[pa.Table, pa.Array]:
        """The columns of all rows as logged, and the source of each; nothing is pending then."""
        self._to_columns()
        tables, sources = self._tables, self._sources
        self._tables, self._sources, self._count = [], [], 0
        repeated = [pa.repeat(pa.scalar(uri, pa.string()), times) for uri, times in sources]
        return pa.concat_tables(tables), pa.concat_arrays(repeated)

    def _to_columns(self) -> None:
        if len(self._rows):
            self._tables.append(columns_of(self._kind, self._rows))
            self._rows = Rows()


class Worker:
    """Holds what all of a worker's tasks share; is made once in each process."""

    def __init__(
        self,
        root: Path,
        staging: Path,
        derivation: Derivation,
        keep: Keep | None,
        *,
        known: frozenset[str],
        latest: dt.datetime,
    ) -> None:
        """`known` are digests of what the lake has read; a record from after `latest` has a wrong clock."""
        self._known = known
        self._latest = latest
        self._root = root
        self._deriver = Deriver(derivation)
        self._keep = keep
        self._pending = {kind: Pending(kind) for kind in _KINDS}
        self._spills = {name: Spill(staging, name) for name in (*_KINDS, "quarantine")}
        self._objects = 0
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEEPEST))

    def read(self, store: ObjectStore, found: SourceObject) -> ObjectRead:
        """The object's rows wait in memory or in the staging folder, unless the lake has read its bytes."""
        result = ObjectRead(found.uri, "", found.size, found.version)
        try:
            opened, result.digest = _opened(store, found)
            if result.digest in self._known:
                result.known = True
                return result
            reader = Reader(opened, uri=found.uri, keep=self._keep)
            for batch in reader.batches():
                self._take(batch, found.uri, result)
            for kind, unknown in reader.unknown.items():
                if unknown:
                    _count(result, kind).unknown.update(unknown)
        except (OSError, CloudError, UserError) as error:
            result.problem = str(error)
        self._collect()
        return result

    def flush(self) -> None:
        """All rows read so far are on disk."""
        for kind in _KINDS:
            self._derive(kind)
        for spill in self._spills.values():
            spill.flush()
        self.rest()

    def rest(self) -> None:
        """What was needed up to now, and not in what comes next, holds no memory."""
        close_engine()
        gc.collect()
        _give_back()
        _trim()

    def settle(self, table: str, day: str, spills: list[Path], existing: tuple[DataFile, ...]) -> Settled:
        """See `craton.lake.settling.settle`."""
        settled = settle(self._root, table, day, spills, existing)
        _give_back()
        return settled

    def build(self, root: Path, snapshot: Snapshot, orders: list[Order], types: Types) -> list[Change]:
        """See `craton.lake.marts.build`."""
        built = build(root, snapshot, orders, types)
        _give_back()
        return built

    def _take(self, batch: Batch, uri: str, result: ObjectRead) -> None:
        result.lines += batch.lines
        result.unpacked += batch.unpacked
        for kind in _KINDS:
            rows = batch.rows[kind]
            if len(rows):
                _note(_count(result, kind), rows, rows.columns[_TIMES[kind]], self._latest)
                self._pending[kind].add(uri, rows)
                if len(self._pending[kind]) >= _DERIVED_AT:
                    self._derive(kind)
        for (kind_ignored, reason), times in batch.ignored.items():
            _count(result, kind_ignored).ignored[reason] += times
        for bad in batch.quarantined:
            _count(result, bad.kind).quarantined += 1
        if batch.quarantined:
            self._spills["quarantine"].add(_quarantine(batch, uri))

    def _derive(self, kind: RecordKind) -> None:
        if len(self._pending[kind]):
            logged, sources = self._pending[kind].taken()
            self._spills[kind].add(self._deriver.derived(kind, logged, sources))

    def _collect(self) -> None:
        """Cycles are collected now and then: looking for them after every few records would cost a third."""
        self._objects += 1
        if self._objects % _COLLECT_EVERY == 0:
            gc.collect()


def _give_back() -> None:
    """Memory that Arrow keeps for later is the system's again: what comes next needs it elsewhere."""
    pa.default_memory_pool().release_unused()


def _trim() -> None:
    """So is what the allocator keeps, where it is that of glibc: reading is over for now."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _count(result: ObjectRead, kind: Kind) -> KindCount:
    return result.kinds.setdefault(kind, KindCount())


def _note(count: KindCount, rows: Rows, times: Sequence[dt.datetime], latest: dt.datetime) -> None:
    first, last = min(times), max(times)
    newest = last if last <= latest else max((time for time in times if time <= latest), default=None)
    transport = rows.transports[0]
    count.rows += len(rows)
    count.transport = transport if count.transport in (None, transport) else count.transport
    count.first = first if count.first is None else min(count.first, first)
    count.last = last if count.last is None else max(count.last, last)
    if newest is not None:
        count.newest = newest if count.newest is None else max(count.newest, newest)


def _quarantine(batch: Batch, uri: str) -> pa.Table:
    rows = [
        {
            "file": uri,
            "line": bad.line,
            "byte": bad.byte,
            "length": len(bad.raw),
            "kind": None if bad.kind == "other" else bad.kind,
            "reason": bad.reason,
            "detail": bad.detail,
            "content_hash": hashlib.sha256(bad.raw).hexdigest()[:16],
        }
        for bad in batch.quarantined
    ]
    return pa.Table.from_pylist(rows, schema=schema_of("quarantine"))


def _opened(store: ObjectStore, found: SourceObject) -> tuple[Callable[[], BinaryIO], str]:
    """How to open the object, and the hash of its bytes; what is small is read only once."""
    with store.open(found.uri) as stream:
        data = stream.read(_SMALL)
        digest = hashlib.sha256(data)
        if len(data) < _SMALL:
            return lambda: io.BytesIO(data), digest.hexdigest()[:32]
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return lambda: store.open(found.uri), digest.hexdigest()[:32]
