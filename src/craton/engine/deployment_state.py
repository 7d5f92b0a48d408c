"""What Craton last brought into AWS, who may change it now, and how far an apply came; kept in AWS itself.

snapshot.json            what stands, as the newest apply left it; or may stand, while one goes on
snapshots/NNNNNN.json    the same of each apply, so that one can go back
lease.json               who applies now
journals/PLAN/NNNNNN     what happened to each change of a plan, in order
"""

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from craton.codec import canonical_json
from craton.codec.json_document import decoded
from craton.core.deployment_record import JournalEntry, Lease, Snapshot
from craton.core.errors import DataError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from craton.core.ports import Held, StateStore

LEASE_TIME: Final = dt.timedelta(minutes=2)
"""Renewed while an apply goes on, so that one that died stands in nobody's way for longer."""

RESULTS: Final = "craton-bedrock-results-"
"""How the bucket of the hub begins in which it is kept; its account and Region follow."""

SNAPSHOT: Final = "snapshot.json"
_SNAPSHOTS: Final = "snapshots/"
_LEASE: Final = "lease.json"
_MENDED: Final = {
    SNAPSHOT: "put an earlier version of it, or the last of `snapshots/`, in its place",
    _LEASE: "delete it once nobody applies",
    "snapshots": "put an earlier version of it in its place",
    "journals": "delete it: what was done is looked up in AWS again",
}
"""What helps where an object is damaged, by the beginning of its key."""

T = TypeVar("T")


class DeploymentState:
    """The state in a store. `now` tells the time in UTC."""

    def __init__(self, store: StateStore, now: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._now = now
        self._leased: str | None = None
        self._noted: dict[str, int] = {}

    @property
    def place(self) -> str:
        """Where it is kept, in words."""
        return self._store.place

    def snapshot(self) -> Snapshot | None:
        """What stands, as the newest apply left it. Raises: CloudError, DataError."""
        held = self._store.read(SNAPSHOT)
        return None if held is None else self._told(SNAPSHOT, held, Snapshot)

    def snapshots(self, *, beyond: int = 0, newest_first: bool = False) -> Iterator[Snapshot]:
        """What each apply after the first `beyond` left, the first one first or last. Raises: CloudError."""
        keys = list(self._store.keys(_SNAPSHOTS))[beyond:]
        for key in reversed(keys) if newest_first else keys:
            held = self._store.read(key)
            if held is not None:
                yield self._told(key, held, Snapshot)

    def next_number(self) -> int:
        """The number of the apply after those whose end is kept. Raises: CloudError."""
        newest = max(self._store.keys(_SNAPSHOTS), default=None)
        return 1 if newest is None else int(PurePosixPath(newest).stem) + 1

    def is_kept(self, snapshot: Snapshot) -> bool:
        """Whether it was saved at the end of its apply, which else ended early. Raises: CloudError."""
        return snapshot.number < self.next_number()

    def begin(self, snapshot: Snapshot) -> None:
        """Afterwards this is what may stand, though its apply has but begun.

        Raises: CloudError; UserError where another apply came between.
        """
        self._put(canonical_json.encode(snapshot))

    def save(self, snapshot: Snapshot) -> None:
        """Afterwards this is what stands. Raises: CloudError; UserError where another apply came between."""
        data = canonical_json.encode(snapshot)
        self._store.write(f"{_SNAPSHOTS}{snapshot.number:06}.json", data, over=None)
        self._put(data)

    def _put(self, data: bytes) -> None:
        held = self._store.read(SNAPSHOT)
        if self._store.write(SNAPSHOT, data, over=held.version if held else None) is None:
            raise UserError(f"the state in `{self.place}` changed meanwhile", hint="plan again")

    def take(self, run: str, holder: str, plan: str, *, dead: Collection[str] = ()) -> None:
        """Afterwards no other run may apply, for a while. Those that are known to be `dead` do not count.

        Raises: UserError where another one applies; CloudError.
        """
        held = self._store.read(_LEASE)
        if held is not None:
            lease = self._told(_LEASE, held, Lease)
            if lease.until > self._now() and lease.run not in dead:
                raise UserError(
                    f"`{lease.holder}` is applying plan {lease.plan[:12]}",
                    hint=f"wait for its end, or until {lease.until:%H:%M:%S} UTC should it have died",
                )
        self._leased = self._store.write(
            _LEASE, self._lease(run, holder, plan), over=held.version if held else None
        )
        if self._leased is None:
            raise UserError("somebody else has just begun to apply", hint="wait for its end, then plan again")

    def renew(self, run: str, holder: str, plan: str) -> None:
        """Afterwards the lease is as long as at first.

        Raises: UserError where it was lost, for it had run out and somebody else took it; CloudError.
        """
        self._leased = self._store.write(_LEASE, self._lease(run, holder, plan), over=self._leased)
        if self._leased is None:
            raise UserError("the lease was lost: somebody else applies now", hint="wait, then plan again")

    def _lease(self, run: str, holder: str, plan: str) -> bytes:
        lease = Lease(run=run, holder=holder, plan=plan, until=self._now() + LEASE_TIME)
        return canonical_json.encode(lease)

    def give_up(self) -> None:
        """Afterwards others may apply. Raises: CloudError."""
        held = self._store.read(_LEASE)
        if held is not None and held.version == self._leased:
            self._store.delete(_LEASE)
        self._leased = None

    def note(self, plan: str, entry: JournalEntry) -> None:
        """Afterwards the journal of a plan tells that too. Raises: CloudError."""
        if plan not in self._noted:
            self._noted[plan] = sum(1 for _ in self._store.keys(_journal(plan)))
        data = canonical_json.encode(entry)
        while self._store.write(f"{_journal(plan)}{self._noted[plan]:06}.json", data, over=None) is None:
            self._noted[plan] += 1
        self._noted[plan] += 1

    def journal(self, plan: str) -> Iterator[JournalEntry]:
        """What happened to the changes of a plan, in order. Raises: CloudError."""
        for key in self._store.keys(_journal(plan)):
            held = self._store.read(key)
            if held is not None:
                yield self._told(key, held, JournalEntry)

    def is_empty(self) -> bool:
        """Whether it tells nothing, but for who applies. Raises: CloudError."""
        return all(key == _LEASE for key in self._store.keys(""))

    def move_from(self, other: DeploymentState) -> None:
        """Afterwards this state tells what the other told, and that tells nothing but who applies.

        Nothing is written over, and what stands comes last: a move that was cut off goes on.
        Raises: UserError where something else stands here; CloudError.
        """
        kept = [key for key in other._store.keys("") if key != _LEASE]
        keys = sorted(kept, key=lambda key: key == SNAPSHOT)
        for key in keys:
            held = other._store.read(key)
            if held is not None and self._store.write(key, held.data, over=None) is None:
                here = self._store.read(key)
                if here is None or here.data != held.data:
                    raise UserError(
                        f"`{key}` says one thing in `{other.place}` and another in `{self.place}`",
                        hint=f"the hub is what others see: move `{other.place}` away, then plan again",
                    )
        for key in keys:
            other._store.delete(key)

    def _told(self, key: str, held: Held, kind: type[T]) -> T:
        """What is held under the key. Raises: DataError where that is damaged."""
        try:
            return decoded(held.data, kind)
        except msgspec.DecodeError as error:
            raise DataError(
                f"`{key}` in `{self.place}` is damaged: {error}", hint=_MENDED[key.partition("/")[0]]
            ) from error


def _journal(plan: str) -> str:
    return f"journals/{plan[:16]}/"
