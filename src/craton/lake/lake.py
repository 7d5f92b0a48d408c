"""A lake: a folder of Parquet files and the snapshots that say which of them are its rows."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING, Any

from craton.core.errors import UserError
from craton.lake.mart_types import Types, types_of
from craton.lake.origins import behind
from craton.lake.sandbox import asked, checked, locked
from craton.lake.session import Rows, Session
from craton.lake.snapshot import Snapshot, Snapshots
from craton.registry.content import Content
from craton.registry.tables import tables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from craton.core.ports import ObjectStore, SourceObject
    from craton.lake.compaction import CompactReport
    from craton.lake.derivation import Derivation
    from craton.lake.ingestion import IngestReport
    from craton.lake.progress import Progress
    from craton.lake.rebuilding import RebuildReport
    from craton.logs.bodies import Keep

_KEY_BYTES = 32


class Lake:
    """The lake in a folder, with the marts of some content."""

    def __init__(self, root: Path, content: Content | None = None) -> None:
        self.root = root.absolute()  # Arrow would take a name such as `team:a` for an address
        self.content = content or Content.load()
        self._marts = tuple(self.content.marts.values())
        self._snapshots = Snapshots(self.root)

    @classmethod
    def open(cls, root: Path, content: Content | None = None) -> Lake:
        """The lake in `root`.

        Raises: UserError where there is none; DataError where it cannot be read.
        """
        lake = cls(root, content)
        lake.snapshot()
        return lake

    def snapshot(self) -> Snapshot:
        """The present state."""
        return self._snapshots.newest()

    def version(self) -> int:
        """The version of the present state; cheap."""
        return self._snapshots.newest_version()

    @property
    def relations(self) -> frozenset[str]:
        """The names that queries may use."""
        return frozenset({*tables(), *self.content.marts, "freshness"})

    def mart_types(self) -> Types:
        """The columns of each mart and their types."""
        return types_of(self._marts)

    def session(self, snapshot: Snapshot | None = None) -> Session:
        """A session over a state of the lake, by itself the present one.

        Marts that no writer has built as they are written now, such as new ones, are asked by their query.
        """
        state = snapshot or self.snapshot()
        waiting = behind(state, self._marts)
        return Session(self.root, state, self.mart_types(), waiting)

    def ask(self, sql: str) -> Rows:
        """The answer to somebody's own SELECT over the lake's tables.

        Raises: UserError where it is anything else, or cannot run.
        """
        statement = checked(sql, self.relations)
        session = self.session()
        try:
            locked(session, self.root)
            return asked(session, statement)
        finally:
            session.close()

    def create(self) -> None:
        """The lake is there, empty if it was not. Raises: UserError where the folder holds something else."""
        self._snapshots.create()

    def observe(
        self, rows: Iterable[Mapping[str, Any]], *, collection: str, collected_at: dt.datetime
    ) -> int:
        """The version in which a collection's rows of `observed` are. See `craton.lake.observing`."""
        from craton.lake.observing import commit_observed  # noqa: PLC0415 - Arrow is slow to load, for writers alone

        return commit_observed(self.root, self._marts, rows, collection=collection, collected_at=collected_at)

    def ingest(
        self,
        objects: Iterable[tuple[ObjectStore, SourceObject]],
        *,
        derivation: Derivation,
        keep: Keep | None,
        now: dt.datetime,
        processes: int,
        progress: Progress,
    ) -> IngestReport:
        """All objects' records are rows of the lake. See `Ingestion`."""
        from craton.lake.ingestion import Ingestion  # noqa: PLC0415 - the same

        run = Ingestion(
            self.root,
            derivation=derivation,
            keep=keep,
            marts=self._marts,
            now=now,
            processes=processes,
            progress=progress,
        )
        return run.run(objects)

    def compact(self, progress: Progress) -> CompactReport:
        """Every day stands in as few files as it can. See `craton.lake.compaction`."""
        from craton.lake.compaction import compact  # noqa: PLC0415 - the same

        return compact(self.root, self._marts, progress)

    def rebuild(
        self,
        find: Callable[[str], tuple[ObjectStore, SourceObject] | None],
        *,
        derivation: Derivation,
        keep: Keep | None,
        now: dt.datetime,
        processes: int,
        progress: Progress,
    ) -> RebuildReport:
        """The rows are derived again from their sources. See `craton.lake.rebuilding`."""
        from craton.lake.rebuilding import rebuild  # noqa: PLC0415 - the same

        def ingest(root: Path, objects: Iterable[tuple[ObjectStore, SourceObject]]) -> IngestReport:
            return Lake(root, self.content).ingest(
                objects, derivation=derivation, keep=keep, now=now, processes=processes, progress=progress
            )

        return rebuild(self.root, self._marts, find, ingest, keep)

    def prefix_key(self) -> bytes:
        """The lake's own key for hashes of prompts, made when first asked for.

        It never leaves the lake's folder.

        Raises: UserError where the key was damaged.
        """
        self._snapshots.create()
        path = self.root / "prefix-hash.key"
        if not path.exists():
            temporary = self.root / f".key.{secrets.token_hex(4)}.tmp"
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_bytes(_KEY_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
            temporary.unlink()
        key = path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise UserError(
                f"`{path}` is no key", hint="restore it: without it new hashes do not match old ones"
            )
        return key
