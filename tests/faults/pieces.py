"""What a damaged file is made of, and what must become of each part of it.

A `Piece` is one document, sound or spoilt, with its fate. Pieces stand in a `Stream`; a container (gzip,
mostly) makes the stored bytes of a `Faulty` file of it. Everything is derived from a seed, so that a failure
can be told in one line and repeated.
"""

from __future__ import annotations

import enum
import json
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from random import Random

Kind = Literal["invocation", "api_event", "metric"]
Allowed = tuple[object, ...]
"""The values that a column may have."""


class Fate(enum.Enum):
    """What must become of a document."""

    ROW = "a row"
    KEPT = "a row or in quarantine"
    QUARANTINED = "in quarantine"
    IGNORED = "ignored"
    TOLD = "a row, in quarantine or ignored"
    ANY = "nothing is asked"
    ABSENT = "no row, for its bytes are not in the file"


class Piece(Struct, frozen=True):
    """One document. `key` finds its row: a request id, an event id, a metric's model; "" where it has none.

    `expects` says which values the row's columns may have. `breaks` marks what would break a JSON document
    that held it. `quarantines` is the most documents in quarantine that it may cause, `strays` the most rows
    that cannot be told to be its own.
    """

    data: bytes
    kind: Kind
    key: str
    fate: Fate
    expects: dict[str, Allowed]
    fault: str = ""
    unknown: str | None = None
    breaks: bool = False
    quarantines: int = 0
    strays: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing was done to it."""
        return not self.fault


class Draft(Struct, frozen=True):
    """A good record, from which a fault makes a piece."""

    kind: Kind
    key: str
    record: dict[str, Any]
    expects: dict[str, Allowed]

    def good(self) -> Piece:
        """The record as it should be."""
        return Piece(encoded(self.record), self.kind, self.key, Fate.ROW, self.expects)

    def spoilt(
        self,
        data: bytes | dict[str, Any],
        fate: Fate = Fate.ROW,
        *,
        expects: dict[str, Allowed] | None = None,
        unknown: str | None = None,
        breaks: bool = False,
        quarantines: int | None = None,
        strays: int = 0,
    ) -> Piece:
        """The piece that stands instead of the record; `expects` overrides what the good record's row has."""
        may_be_bad = fate in {Fate.KEPT, Fate.QUARANTINED, Fate.TOLD, Fate.ANY}
        return Piece(
            data if isinstance(data, bytes) else encoded(data),
            self.kind,
            self.key,
            fate,
            self.expects | (expects or {}),
            fault="?",
            unknown=unknown,
            breaks=breaks,
            quarantines=(1 if may_be_bad else 0) if quarantines is None else quarantines,
            strays=strays,
        )


class Placed(Struct, frozen=True):
    """A piece and where it stands in the unpacked stream; if `exact`, its row must name that very place."""

    piece: Piece
    start: int
    end: int
    exact: bool = True


class Stream(Struct, frozen=True):
    """The unpacked bytes of a file. `stray_quarantines` may be in quarantine beside the pieces' own."""

    data: bytes
    placed: tuple[Placed, ...]
    stray_quarantines: int = 0

    def with_fates(self, change: Any) -> Stream:
        """The same bytes, each piece's fate changed by `change(placed) -> Fate`."""
        changed = (
            msgspec.structs.replace(one, piece=msgspec.structs.replace(one.piece, fate=change(one)))
            for one in self.placed
        )
        return msgspec.structs.replace(self, placed=tuple(changed))


def encoded(record: object) -> bytes:
    """The record as AWS writes it: UTF-8, no blanks."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def joined(streams: list[Stream], between: bytes) -> Stream:
    """The streams one after the other."""
    data = b""
    placed: list[Placed] = []
    for stream in streams:
        if data:
            data += between
        shift = len(data)
        placed += [
            msgspec.structs.replace(one, start=one.start + shift, end=one.end + shift)
            for one in stream.placed
        ]
        data += stream.data
    return Stream(data, tuple(placed), sum(stream.stray_quarantines for stream in streams))


def some(random: Random, choices: list[Any], most: int) -> list[Any]:
    """Up to `most` of the choices, in random order, repeats allowed."""
    return random.choices(choices, k=random.randint(0, most)) if choices else []
