"""The state of a lake.

Which files are its rows. A commit replaces one state by the next, whole or not at all.

`snapshots/<version>.json` names every live file; the highest version is the present. Files are written under
names that tell their content, synced and renamed before a snapshot names them; a snapshot appears under its
name by an exclusive link, so two writers cannot make the same version. Readers open one snapshot and see no
other.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import os
import secrets
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.codec.json_document import decoded
from craton.core.errors import DataError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SCHEMA_VERSION: Final = 1
"""The version of the tables' columns; a lake of another version is rebuilt, not read."""

WHOLE: Final = ""
"""The partition of a table without days."""

_KEPT_SNAPSHOTS: Final = 8
_NAME_DIGITS: Final = 12


class DataFile(Struct, frozen=True, order=True):
    """One Parquet file. `path` is relative to the lake; `size` is in bytes."""

    path: str
    rows: int
    size: int


class Snapshot(Struct, frozen=True):
    """One state. `files` is table -> day (`YYYY-MM-DD`, or `WHOLE`) -> files, or mart -> month -> files.

    `freshness` is the time of the newest record by source table; `origins` tells from which state of its
    inputs a mart's day was built. `derivations` are the digests of what rows were derived with; none is there
    of rows that came before lakes remembered it.
    """

    version: int
    schema_version: int
    files: dict[str, dict[str, tuple[DataFile, ...]]]
    freshness: dict[str, dt.datetime] = {}
    origins: dict[str, dict[str, str]] = {}
    derivations: tuple[str, ...] = ()

    def of(self, table: str) -> dict[str, tuple[DataFile, ...]]:
        """The files of a table or mart by day."""
        return self.files.get(table, {})

    def rows(self, table: str) -> int:
        """How many rows a table or mart has."""
        return sum(file.rows for files in self.of(table).values() for file in files)


class Change(Struct, frozen=True):
    """What a commit changes: for each table and day, the files to take away and to add."""

    table: str
    day: str
    removed: tuple[DataFile, ...] = ()
    added: tuple[DataFile, ...] = ()


class Snapshots:
    """The snapshots of the lake in `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / "snapshots"

    def create(self) -> None:
        """An empty lake is in the folder, if none was; other files there are no lake's and stop it.

        Raises: UserError where the folder holds something else.
        """
        if self._folder.is_dir():
            return
        if self._root.exists() and any(self._root.iterdir()):
            raise UserError(
                f"`{self._root}` is no lake, and not empty",
                hint="name an empty or a new folder with `--lake`",
            )
        self._folder.mkdir(parents=True, exist_ok=True)

    def newest(self, *, to_rebuild: bool = False) -> Snapshot:
        """The present state, all of whose files are there.

        Where it is `to_rebuild`, files may be missing, and its tables of an older version.

        Raises: UserError where there is no lake; DataError where its newest snapshot cannot be read, or would
        be read in part.
        """
        self._require()
        versions = self._versions()
        if not versions:
            return Snapshot(0, SCHEMA_VERSION, {})
        path = self._path(versions[-1])
        try:
            snapshot = decoded(path.read_bytes(), Snapshot)
        except FileNotFoundError:
            return self.newest(to_rebuild=to_rebuild)
        except msgspec.DecodeError as error:
            raise DataError(
                f"`{path}` is damaged: {error}", hint="restore it, or ingest into a new lake"
            ) from error
        if snapshot.schema_version > SCHEMA_VERSION:
            raise DataError(
                f"`{self._root}` has tables of version {snapshot.schema_version}, of a newer Craton: "
                f"this one knows version {SCHEMA_VERSION}",
                hint="upgrade Craton; a rebuild by this one would lose what the newer one keeps",
            )
        if to_rebuild:
            return snapshot
        if snapshot.schema_version != SCHEMA_VERSION:
            raise DataError(
                f"`{self._root}` has tables of version {snapshot.schema_version}, not {SCHEMA_VERSION}",
                hint="run `craton rebuild --lake DIR`",
            )
        missing = missing_files(self._root, snapshot)
        if not missing:
            return snapshot
        if self.newest_version() != snapshot.version:
            # So many commits came in between that the files of this state were swept away.
            return self.newest()
        more = f", and {len(missing) - 1:,} other files of the lake are" if len(missing) > 1 else " is"
        raise DataError(
            f"`{self._root / missing[0]}`{more} missing",
            hint="restore the whole folder from one backup, or run `craton rebuild --lake DIR`, "
            "which derives rows from their sources again",
        )

    def newest_version(self) -> int:
        """The version of the present state, without reading it; 0 for an empty lake."""
        versions = self._versions()
        return versions[-1] if versions else 0

    def commit(self, base: Snapshot, following: Snapshot) -> None:
        """`following` is the present state, if `base` still was.

        Raises: DataError where another writer was faster.
        """
        path = self._path(following.version)
        temporary = self._folder / f".{following.version}.{secrets.token_hex(4)}.tmp"
        write_durably(temporary, msgspec.json.format(msgspec.json.encode(following), indent=1))
        try:
            os.link(temporary, path)
        except FileExistsError as error:
            raise DataError(
                f"another writer changed the lake after version {base.version}", hint="run the command again"
            ) from error
        finally:
            temporary.unlink()
        sync_folder(self._folder)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Only one process at a time is in here; others wait. The lock dies with its process.

        Raises: UserError where there is no lake, whose folder then stays as it is.
        """
        self._require()
        with (self._root / ".writer").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def sweep(self) -> None:
        """Files that no recent snapshot names are gone; readers of recent snapshots lose nothing.

        Must be called while writing.
        """
        versions = self._versions()
        for version in versions[:-_KEPT_SNAPSHOTS]:
            self._path(version).unlink(missing_ok=True)
        named = {path for version in versions[-_KEPT_SNAPSHOTS:] for path in _paths(self._path(version))}
        for file in (self._root / "tables").rglob("*.parquet*"):
            if file.relative_to(self._root).as_posix() not in named:
                file.unlink(missing_ok=True)
        for file in self._folder.glob(".*.tmp"):
            file.unlink(missing_ok=True)

    def _require(self) -> None:
        if not self._folder.is_dir():
            raise UserError(
                f"`{self._root}` is no lake",
                hint="make one with `craton ingest SOURCE… --lake DIR` or `craton demo`",
            )

    def _versions(self) -> list[int]:
        return sorted(int(file.stem) for file in self._folder.glob("*.json") if file.stem.isdigit())

    def _path(self, version: int) -> Path:
        return self._folder / f"{version:0{_NAME_DIGITS}d}.json"


def applied(base: Snapshot, changes: Iterable[Change]) -> Snapshot:
    """The state after `base` with the changes made; version one higher, files in canonical order."""
    files = {table: dict(days) for table, days in base.files.items()}
    for change in changes:
        days = files.setdefault(change.table, {})
        left = set(days.get(change.day, ())) - set(change.removed) | set(change.added)
        if left:
            days[change.day] = tuple(sorted(left))
        else:
            days.pop(change.day, None)
    ordered = {table: dict(sorted(days.items())) for table, days in sorted(files.items()) if days}
    return msgspec.structs.replace(base, version=base.version + 1, files=ordered)


def missing_files(root: Path, snapshot: Snapshot) -> tuple[str, ...]:
    """The files of the snapshot that are not there."""
    # Texts and `access`, because a lake may have 100,000 files and each opening looks at all of them.
    paths = (file.path for days in snapshot.files.values() for files in days.values() for file in files)
    return tuple(path for path in paths if not os.access(f"{root}/{path}", os.F_OK))


def content_name(data: Path) -> str:
    """The name that a file's content gives it."""
    with data.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]


def write_durably(path: Path, data: bytes) -> None:
    """The file holds the data, even if the machine stops now."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """The folder's entries are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _paths(snapshot: Path) -> Iterator[str]:
    with contextlib.suppress(FileNotFoundError):
        state = decoded(snapshot.read_bytes(), Snapshot)
        for days in state.files.values():
            for files in days.values():
                yield from (file.path for file in files)
