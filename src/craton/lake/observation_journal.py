"""What a collection has been answered so far, so that one that was stopped goes on where it was.

A line of JSON for each observation, written before the next is asked for; of a process that was killed the
last line may be broken, and is then as if it had not been asked. Only one process at a time writes a journal.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import secrets
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.codec.json_document import decoded
from craton.core.cloud_call import Observation
from craton.core.errors import DataError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.core.cloud_call import Read

FOLDER: Final = "collecting"
_encode = msgspec.json.encode


class Collection(Struct, frozen=True, kw_only=True):
    """One run of collecting.

    `scope` tells what is asked for: runs of the same scope ask the same. Units: `begun` is naive UTC.
    """

    name: str
    begun: dt.datetime
    scope: str

    @classmethod
    def beginning(cls, now: dt.datetime, scope: str) -> Collection:
        """A new one, whose name is greater than those of all before."""
        return cls(name=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}", begun=now, scope=scope)


class Journal:
    """The journal of a collection, open for writing; `observation` finds what was answered."""

    def __init__(self, path: Path, collection: Collection) -> None:
        """Raises: UserError where another process writes it."""
        self.collection = collection
        self._path = path
        self._places: dict[str, int] = {}
        self._stream = path.open("r+b")
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._stream.close()
            raise UserError(
                f"the collection `{collection.name}` is under way", hint="wait for it, or stop it first"
            ) from error
        self._find()

    def add(self, observation: Observation) -> None:
        """The observation is known even if the process is killed now."""
        self._places[observation.read.key] = self._end
        self._end += self._stream.write(_encode(observation) + b"\n")
        self._stream.flush()

    def observation(self, read: Read) -> Observation | None:
        """What the read came to; None where it was not asked."""
        place = self._places.get(read.key)
        return None if place is None else self._at(place)

    def observations(self) -> Iterator[Observation]:
        """All of them, in the order of their reads."""
        for _, place in sorted(self._places.items()):
            yield self._at(place)

    def close(self) -> None:
        """Other processes may write it."""
        self._stream.close()

    def remove(self) -> None:
        """There is none any more."""
        self._path.unlink(missing_ok=True)
        self.close()

    def _find(self) -> None:
        """Where each observation begins, the last one counting; what is broken at the end is gone."""
        self._stream.seek(0)
        self._end = len(self._stream.readline())
        for line in self._stream:
            try:
                observation = decoded(line, Observation)
            except msgspec.DecodeError:
                break
            if not line.endswith(b"\n"):
                break
            self._places[observation.read.key] = self._end
            self._end += len(line)
        self._stream.truncate(self._end)
        self._stream.seek(self._end)

    def _at(self, place: int) -> Observation:
        line = os.pread(self._stream.fileno(), 1 << 16, place)
        while b"\n" not in line:
            more = os.pread(self._stream.fileno(), 1 << 20, place + len(line))
            if not more:
                raise DataError(
                    f"`{self._path}` ends where it should not", hint="remove it and collect again"
                )
            line += more
        return decoded(line.partition(b"\n")[0], Observation)


class Journals:
    """The journals of a lake: of collections that are under way, and of those that were stopped."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    def begin(self, collection: Collection) -> Journal:
        """The journal of a new collection."""
        self._folder.mkdir(exist_ok=True)
        path = self._path(collection)
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(_encode(collection) + b"\n")
        temporary.rename(path)
        return Journal(path, collection)

    def stopped(self) -> Iterator[Journal]:
        """The journals that no process writes, the oldest first."""
        for path in sorted(self._folder.glob("*.jsonl")):
            with path.open("rb") as stream:
                try:
                    collection = decoded(stream.readline(), Collection)
                except msgspec.DecodeError as error:
                    raise DataError(f"`{path}` is no journal: {error}", hint="remove it") from error
            with contextlib.suppress(UserError):
                yield Journal(path, collection)

    def _path(self, collection: Collection) -> Path:
        return self._folder / f"{collection.name}.jsonl"
