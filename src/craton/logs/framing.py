"""The unpacked stream in spans that end between documents, whatever separates them.

A span ends at a line's end where there are lines, else between two documents that touch (`}{"`), as Firehose
leaves them. One document that is a long array of records (a CloudTrail file of gigabytes) is handed on
element by element, with the commas between them turned into separators, so that every offset stays true.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.logs.unpacking import Break

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SPAN_BYTES: Final = 512 << 10
"""A span is cut as soon as it holds this much, which fits a core's own cache. Units: unpacked bytes."""

LARGEST_DOCUMENT: Final = 64 << 20
"""What is longer and shows no end is no log record. Units: unpacked bytes."""

SEPARATOR: Final = b"\x1e"
"""Stands between the elements of an array that is handed on in parts, as RFC 7464 has it."""

_TOUCHING = re.compile(rb'\}\s*(?=\{\s*"\w)')
_ARRAY_START = re.compile(rb'\s*(?:\{\s*"Records"\s*:\s*)?\[\s*(?=\{)')
_ARRAY_NEXT = re.compile(rb"\s*,\s*(?=\{)")
_ARRAY_END = re.compile(rb"\s*\]\s*\}?\s*$")
_value = json.JSONDecoder(strict=False, parse_int=str).raw_decode


class Span(Struct, frozen=True):
    """Whole documents, as far as one can tell. `broken` names the reason where the stream breaks at its end.

    `last` says that nothing follows that could complete a document at its end.
    """

    data: bytes
    offset: int
    line: int
    last: bool
    broken: str | None = None
    too_large: bool = False


class Framing:
    """Cuts a stream into spans. What a reader could not use at a span's end it may give back."""

    def __init__(self, pieces: Iterable[bytes | Break]) -> None:
        self._pieces = pieces
        self._held = bytearray()
        self._newest: list[bytes] = []
        self._offset = 0
        self._line = 1
        self._uncounted = b""
        self._skipping = False
        self._in_array = False

    def give_back(self, data: bytes) -> None:
        """Puts the unfinished end of the newest span before what comes next."""
        self._held[:0] = data
        self._offset -= len(data)
        self._line -= data.count(b"\n")

    def saw_line_ends(self, count: int) -> None:
        """Takes note of how many lines end in the newest span, so that they need not be looked for."""
        self._line += count
        self._uncounted = b""

    def spans(self) -> Iterator[Span]:
        """All spans, in order."""
        for piece in self._pieces:
            if isinstance(piece, Break):
                self._gather()
                yield self._cut(len(self._held), last=True, broken=piece.reason)
                self._skipping = self._in_array = False
                continue
            self._newest.append(piece)
            if len(self._held) + sum(map(len, self._newest)) >= SPAN_BYTES:
                span = self._of_lines(piece)
                if span is not None:
                    yield span
                else:
                    self._gather()
                    yield from self._full()
        self._gather()
        yield from self._full(ended=True)
        if self._held:
            yield self._cut(len(self._held), last=True)

    def _gather(self) -> None:
        """Everything that came is held in one piece."""
        for piece in self._newest:
            self._held += piece
        self._newest.clear()

    def _of_lines(self, piece: bytes) -> Span | None:
        """Cuts after the last line end of the newest piece, copying once; None where that is not the way."""
        first = piece.find(b"\n")
        if first < 0 or first == len(piece) - 1 or self._in_array or self._skipping:
            return None
        end = piece.rfind(b"\n") + 1
        with memoryview(piece) as view:
            data = b"".join((self._held, *self._newest[:-1], view[:end]))
        self._held[:] = piece[end:]
        self._newest.clear()
        return self._span_of(data, last=False)

    def _full(self, *, ended: bool = False) -> Iterator[Span]:
        """Cuts what can be cut of a buffer that is full, or of the last one."""
        if self._skipping:
            yield from self._skip()
        if self._in_array or (not ended and self._begins_array()):
            yield from self._elements(ended=ended)
        elif not ended:
            end = self._boundary()
            if end:
                yield self._cut(end, last=False)
            elif len(self._held) > LARGEST_DOCUMENT:
                self._skipping = True
                yield self._cut(len(self._held), last=True, too_large=True)

    def _boundary(self) -> int:
        """Where the buffer can be cut: after its last line end, else between its last touching documents."""
        end = self._held.rfind(b"\n") + 1
        if end:
            return end
        start = max(0, len(self._held) - SPAN_BYTES)
        found = 0
        for match in _TOUCHING.finditer(self._held, start):
            found = match.start() + 1
        return found

    def _skip(self) -> Iterator[Span]:
        """Drops what belongs to a document that is too large, up to the next line's end."""
        end = self._held.find(b"\n")
        if end < 0:
            end = len(self._held)
        else:
            self._skipping = False
        self._offset += end
        del self._held[:end]
        yield from ()

    def _begins_array(self) -> bool:
        return self._held.find(b"\n", 0, -1) < 0 and _ARRAY_START.match(self._held) is not None

    def _elements(self, *, ended: bool) -> Iterator[Span]:
        """A span of the array's elements that are whole in the buffer."""
        text = self._held.decode("latin-1")
        data = bytearray(self._held)
        at = 0
        if not self._in_array:
            start = _ARRAY_START.match(data)
            at = start.end() if start else 0
            data[:at] = b" " * at
            self._in_array = True
        whole = 0
        while True:
            try:
                _, end = _value(text, at)
            except (ValueError, RecursionError):
                break
            whole = end
            following = _ARRAY_NEXT.match(data, end)
            if following is None:
                break
            data[end : following.end()] = SEPARATOR * (following.end() - end)
            at = whole = following.end()
        closing = _ARRAY_END.match(data, whole) if ended else None
        if closing is not None:
            data[whole:] = b" " * (len(data) - whole)
            whole = len(data)
        if whole:
            as_it_stands = bytes(self._held[:whole])
            del self._held[:whole]
            yield self._span_of(bytes(data[:whole]), last=True, as_it_stands=as_it_stands)
        elif len(self._held) > LARGEST_DOCUMENT:
            self._skipping, self._in_array = True, False
            yield self._cut(len(self._held), last=True, too_large=True)

    def _cut(self, end: int, *, last: bool, broken: str | None = None, too_large: bool = False) -> Span:
        data = bytes(self._held[:end])
        del self._held[:end]
        return self._span_of(data, last=last, broken=broken, too_large=too_large)

    def _span_of(
        self,
        data: bytes,
        *,
        last: bool,
        broken: str | None = None,
        too_large: bool = False,
        as_it_stands: bytes | None = None,
    ) -> Span:
        """What comes next in the stream as a span; `as_it_stands` where its separators were exchanged."""
        self.saw_line_ends(self._uncounted.count(b"\n"))
        span = Span(data, self._offset, self._line, last, broken, too_large)
        self._offset += len(data)
        self._uncounted = data if as_it_stands is None else as_it_stands
        return span
