"""The unpacked stream in spans that end between documents, whatever separates them.

A span ends at a line's end where there are lines, else between two documents that touch (`}{"`), as Firehose
leaves them. One document that is a long array of records (a CloudTrail file of gigabytes) is handed on by its
elements, with blanks for what opens and closes it, so that every offset stays true.
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

_LONGEST_OPENING: Final = 64 << 10
"""An array that has not begun after so much is no array of a log, and would be looked for at every piece."""

_TOUCHING = re.compile(rb'\}\s*(?=\{\s*"\w)')
_NEXT_ELEMENT = re.compile(rb'\}\s*(?=,\s*\{\s*"\w)')
_ARRAY_START = re.compile(rb'(?:\s++|\xef\xbb\xbf)*+(?:(\{\s*"Records"\s*:\s*)\[\s*(?=[^\s\]])|\[\s*(?=\{))')
_BLANKS_BETWEEN = re.compile(rb"[ \t\r\n,]*")
_MANY_BLANKS: Final = 4 << 10
_LIST_END = re.compile(r"\]")
_FILE_END = re.compile(r"\][ \t\r\n]*\}")
_BETWEEN_ELEMENTS = re.compile(r"[ \t\r\n,]*")
_ENDS_BY_ITSELF = ("}", "]", '"')
_SCALAR_END = re.compile(r"[ \t\r\n,\]]")
_LONGEST_WORD: Final = len("-Infinity")
_NO_LINE_ENDS = re.compile(rb"[^\n]+")
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
        self._array_end: re.Pattern[str] | None = None

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
                if self._array_end is not None:
                    yield from self._elements()
                yield self._cut(len(self._held), last=True, broken=piece.reason)
                self._skipping, self._array_end = False, None
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
        if first < 0 or first == len(piece) - 1 or self._array_end or self._skipping:
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
        yield from self._blanks()
        if self._array_end is not None or (not ended and self._begins_array()):
            yield from self._elements()
        elif not ended:
            end = self._held.rfind(b"\n") + 1 or self._newest_end(_TOUCHING)
            if end:
                yield self._cut(end, last=False)
            elif len(self._held) > LARGEST_DOCUMENT:
                self._skipping = True
                yield self._cut(len(self._held), last=True, too_large=True)

    def _blanks(self) -> Iterator[Span]:
        """Cuts off many blanks at the beginning, which would be passed again with every piece that comes."""
        if self._array_end is not None:
            between = _BLANKS_BETWEEN.match(self._held)
            end = between.end() if between else 0
        else:
            end = len(self._held) - len(self._held.lstrip()) if self._held[:1].isspace() else 0
        if end >= _MANY_BLANKS:
            yield self._cut(end, last=False, blanks=((0, end),))

    def _newest_end(self, between: re.Pattern[bytes]) -> int:
        """Where the last document or element ends behind which another begins; 0 where none does."""
        found = 0
        for match in between.finditer(self._held, max(0, len(self._held) - SPAN_BYTES)):
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
        return self._held.find(b"\n", 0, -1) < 0 and self._opening() is not None

    def _opening(self) -> re.Match[bytes] | None:
        return _ARRAY_START.match(self._held, 0, _LONGEST_OPENING)

    def _elements(self) -> Iterator[Span]:
        """A span of the array's elements that are whole in the buffer.

        Behind damage the buffer fills up; it is then cut where an element seems to begin.
        """
        opening = None if self._array_end else self._opening()
        array_end = self._array_end or (_FILE_END if opening is not None and opening[1] else _LIST_END)
        begun = opening.end() if opening is not None else 0
        found = _whole_elements(self._held.decode("latin-1"), begun, array_end)
        if found.array_end or found.whole > begun:
            end = found.array_end or found.whole
            self._array_end = None if found.array_end else array_end
            yield self._cut(end, last=True, blanks=((0, begun), (found.whole, end)))
        elif len(self._held) > LARGEST_DOCUMENT:
            end = self._newest_end(_NEXT_ELEMENT) if found.damaged else 0
            self._array_end, self._skipping = (array_end, False) if end else (None, True)
            yield self._cut(end or len(self._held), last=True, too_large=not end)

    def _cut(
        self,
        end: int,
        *,
        last: bool,
        broken: str | None = None,
        too_large: bool = False,
        blanks: Iterable[tuple[int, int]] = (),
    ) -> Span:
        """The buffer up to `end` as a span, with blanks from place to place for all but line ends."""
        data = self._held[:end]
        del self._held[:end]
        for start, stop in blanks:
            data[start:stop] = _NO_LINE_ENDS.sub(lambda found: b" " * len(found[0]), data[start:stop])
        return self._span_of(bytes(data), last=last, broken=broken, too_large=too_large)

    def _span_of(
        self, data: bytes, *, last: bool, broken: str | None = None, too_large: bool = False
    ) -> Span:
        """What comes next in the stream as a span."""
        self.saw_line_ends(self._uncounted.count(b"\n"))
        span = Span(data, self._offset, self._line, last, broken, too_large)
        self._offset += len(data)
        self._uncounted = data
        return span


class _Elements(Struct, frozen=True):
    """Where the last whole element ends, and what follows it: the array's end, damage, or nothing as yet."""

    whole: int
    array_end: int | None = None
    damaged: bool = False


def _whole_elements(text: str, at: int, array_end: re.Pattern[str]) -> _Elements:
    """The elements of an array from the place on where one, or the comma before it, may begin."""
    whole = at
    while True:
        between = _BETWEEN_ELEMENTS.match(text, at)
        at = between.end() if between else at
        closing = array_end.match(text, at)
        if closing is not None:
            return _Elements(whole, closing.end())
        try:
            _, at = _value(text, at)
        except json.JSONDecodeError as error:
            goes_on = error.msg.startswith("Unterminated") or error.pos >= len(text) - _LONGEST_WORD
            return _Elements(whole, damaged=not goes_on)
        except RecursionError:
            return _Elements(whole, damaged=True)
        if not text.endswith(_ENDS_BY_ITSELF, 0, at) and not _SCALAR_END.match(text, at):
            return _Elements(whole)
        whole = at
