"""A state store in a folder, for the time before the hub stands."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from craton.core.ports import Held
from craton.engine.owner_file import write_for_owner

if TYPE_CHECKING:
    from collections.abc import Iterator


class LocalState:
    """Files of a folder that the owner alone may read; a lock orders writers of all processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> str:
        """See `StateStore`."""
        return str(self._folder)

    def read(self, key: str) -> Held | None:
        """See `StateStore`."""
        try:
            data = (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None
        return Held(data, _version(data))

    def write(self, key: str, data: bytes, *, over: str | None) -> str | None:
        """See `StateStore`."""
        with self._locked():
            held = self.read(key)
            if (held.version if held else None) != over:
                return None
            path = self._folder / key
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_for_owner(path, data)
            return _version(data)

    def delete(self, key: str) -> None:
        """See `StateStore`."""
        with self._locked():
            (self._folder / key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        """See `StateStore`."""
        found = (path for path in self._folder.rglob("*") if path.is_file())
        names = sorted(path.relative_to(self._folder).as_posix() for path in found)
        yield from (name for name in names if name.startswith(prefix) and not _is_own(name))

    def newest(self) -> int:
        """When the newest file was written; 0 where there is none. Units: nanoseconds since 1970."""
        return max((path.stat().st_mtime_ns for path in self._folder.rglob("*.json")), default=0)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _is_own(name: str) -> bool:
    """Whether a file is a lock, or was being written when its process ended."""
    return Path(name).name.startswith(".")


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
