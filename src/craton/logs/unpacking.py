"""Stored bytes to the unpacked stream: any number of gzip members, gzip inside gzip, damage included.

An object that is one sound member, as Bedrock and CloudTrail write them, is unpacked at once. Other sound
objects are unpacked as they are read. At the first sign of damage the object is opened again and read with
care from the place that was reached: what a member gives before it breaks is kept, reading goes on at the
next member that opens, and each break is handed on in its place, so that the reader of documents knows where
one may have been cut.
"""

from __future__ import annotations

import itertools
import zlib
from typing import TYPE_CHECKING, TypeVar

import deflate
from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor, IsalError
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

READ_BYTES = 256 << 10
"""How much is read at once. Units: stored bytes."""

MOST_LAYERS = 3
"""Firehose wraps CloudWatch Logs' gzip into its own; nothing known wraps more than that."""

MOST_AT_ONCE = 8 << 20
"""What is stored in more is unpacked as it is read. Units: stored bytes."""

MOST_UNPACKED_AT_ONCE = 32 << 20
"""The same of what it is unpacked to. Units: bytes."""

_MAGIC = b"\x1f\x8b\x08"
_GZIP = 31
_STEP = 256 << 10
_CAREFUL_STEPS = (64 << 10, 1 << 10)


class Break(Struct, frozen=True):
    """The stream is broken here: what stood before may end, and what follows may begin, amid a document."""

    reason: str


_Piece = TypeVar("_Piece", bytes, "bytes | Break")


class _DamagedError(Exception):
    """The fast way met something that only the careful way can judge."""


def unpacked(opened: Callable[[], BinaryIO]) -> Iterator[bytes | Break]:
    """The unpacked stream of an object in pieces of at most 1 MiB, with every break in its place.

    `opened` opens the object; it is called a second time where the object is damaged.
    """
    given = 0
    try:
        with opened() as stream:
            for piece in _soundly(stream):
                given += len(piece)
                yield piece
    except _DamagedError:
        with opened() as stream:
            yield from _after(given, _layered(_stored(stream), _gunzip_with_care))


def _soundly(stream: BinaryIO) -> Iterator[bytes]:
    """The unpacked stream the fast way. Raises: _DamagedError where only the careful way can judge."""
    start = stream.read(MOST_AT_ONCE)
    more = stream.read(1)
    content = None if more or not start.startswith(_MAGIC) else _only_member(start)
    if content is None:
        return _layered(itertools.chain(_pieces(start), filter(None, [more]), _stored(stream)), _gunzip)
    return _layered(_pieces(content), _gunzip, MOST_LAYERS - 1)


def _only_member(stored: bytes) -> bytearray | None:
    """The content of what is one sound member and nothing else; None of all that may be something else.

    A sound member ends with the CRC-32 and the size of its content (RFC 1952, section 2.3). Where these stand
    at the end of what is stored and nowhere before, the member ends there, and nothing follows it.
    """
    size = int.from_bytes(stored[-4:], "little")
    if size > MOST_UNPACKED_AT_ONCE:
        return None
    try:
        content = deflate.gzip_decompress(stored, size)
    except deflate.DeflateError:
        return None
    trailer = deflate.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return content if stored.find(trailer) == len(stored) - len(trailer) else None


def _pieces(data: bytes | bytearray) -> Iterator[bytes]:
    view = memoryview(data)
    return (bytes(view[at : at + _STEP]) for at in range(0, len(data), _STEP))


def _stored(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(READ_BYTES):
        yield piece


def _layered(
    pieces: Iterator[_Piece],
    gunzip: Callable[[Iterator[_Piece]], Iterator[_Piece]],
    layers: int = MOST_LAYERS,
) -> Iterator[_Piece]:
    for _ in range(layers):
        start, pieces = _peek(pieces)
        if not start.startswith(_MAGIC):
            break
        pieces = gunzip(pieces)
    return pieces


def _peek(pieces: Iterator[_Piece]) -> tuple[bytes, Iterator[_Piece]]:
    """The first bytes, as many as tell gzip, and the same pieces again."""
    seen: list[_Piece] = []
    start = b""
    for piece in pieces:
        seen.append(piece)
        if isinstance(piece, bytes):
            start += piece[: len(_MAGIC)]
        if len(start) >= len(_MAGIC):
            break
    return start, itertools.chain(seen, pieces)


def _after(given: int, pieces: Iterator[bytes | Break]) -> Iterator[bytes | Break]:
    """The pieces without their first `given` bytes."""
    for piece in pieces:
        if isinstance(piece, Break):
            yield piece
        elif given >= len(piece):
            given -= len(piece)
        else:
            yield piece[given:]
            given = 0


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The members' content, one after the other. Raises: _DamagedError at the first oddity."""
    member = None
    try:
        for piece in pieces:
            data = piece
            while data or (member is not None and not member.needs_input):
                if member is None:
                    member = IgzipDecompressor(flag=DECOMP_GZIP)
                out = member.decompress(data, _STEP)
                if out:
                    yield out
                data = member.unused_data if member.eof else b""
                if member.eof:
                    member = None
    except IsalError as error:  # type: ignore[misc]  # isal types it as an object
        raise _DamagedError from error
    if member is not None:
        raise _DamagedError


def _gunzip_with_care(pieces: Iterator[bytes | Break]) -> Iterator[bytes | Break]:
    reader = _Members()
    for piece in pieces:
        if isinstance(piece, Break):
            yield from reader.end(piece.reason)
            reader = _Members()
        else:
            yield from reader.feed(piece)
    yield from reader.end("truncated_gzip")


class _Members:
    """Members of a damaged stream: the one being read, and the stored bytes between two."""

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None
        self._held = b""
        self._lost = False
        self._passed_over = False

    def feed(self, data: bytes) -> Iterator[bytes | Break]:
        """What the members in `data` give, and a break for each stretch that is none."""
        data = self._held + data
        self._held = b""
        while data:
            if self._member is None:
                data = self._opened(data)
                if self._passed_over:
                    yield Break("not_gzip")
                if self._member is None:
                    return
            out, self._member, unused = _as_far_as_possible(self._member, data)
            yield from out
            if unused is not None:
                yield Break("damaged_gzip")
                data, self._member, self._lost = unused[1:], None, True
            elif self._member.eof:
                data, self._member = self._member.unused_data, None
            else:
                return

    def end(self, reason: str) -> Iterator[Break]:
        """A break where the stream ends amid a member, or in bytes that are none."""
        if self._member is not None and not self._member.eof:
            yield Break(reason)
        elif self._held.strip(b"\0") and not self._lost:
            yield Break("not_gzip")

    def _opened(self, data: bytes) -> bytes:
        """`data` from the next member on; remembers whether anything but padding was passed over."""
        at = data.find(_MAGIC)
        if at >= 0:
            passed = data[:at]
            self._member = zlib.decompressobj(_GZIP)
        else:
            passed, self._held = data[: -len(_MAGIC) + 1], data[-len(_MAGIC) + 1 :]
        self._passed_over = bool(passed.strip(b"\0")) and not self._lost
        self._lost = self._member is None and (self._lost or self._passed_over)
        return data[at:] if at >= 0 else b""


def _as_far_as_possible(
    member: zlib._Decompress, data: bytes
) -> tuple[list[bytes], zlib._Decompress, bytes | None]:
    """What the member gives for `data`, the member after it, and what is left where it broke, else None.

    Where it breaks, the steps are made smaller, at last to single stored bytes, until no more can be had.
    """
    out: list[bytes] = []
    for step in _CAREFUL_STEPS:
        while True:
            saved = member.copy()
            try:
                out.append(member.decompress(data, step))
            except zlib.error:
                member = saved
                break
            data = member.unconsumed_tail
            if member.eof or not data:
                return out, member, None
    for at in range(len(data)):
        saved = member.copy()
        try:
            out.append(member.decompress(data[at : at + 1]))
        except zlib.error:
            return out, saved, data[at:]
    return out, member, None
