"""A stretch of the stream to JSON documents, whatever happened to it: the slow and patient way.

Each document is tried in turn as it stands, as one of several on its line, as one spread over several lines,
as an element of an array whose end is lost, and with its text repaired (invalid UTF-8, lone surrogates, NaN,
control characters). What stays undecodable is told with its place, and never costs its neighbours.
"""

from __future__ import annotations

import json
import math
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.logs.framing import LARGEST_DOCUMENT
from craton.logs.outcome import BadReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


DEEPEST: Final = 6
"""Containers within containers: an array of envelopes of trail files is the deepest that is known."""

_MOST_DIGITS: Final = 100
_LOOK_AHEAD: Final = 64 << 10
_MOST_RESTARTS: Final = 200
_BETWEEN = re.compile(rb"(?:[\s,\x00\x1e]++|\xef\xbb\xbf)*+")
_LINE_END = re.compile(rb"[\r\n]")
# What stands before the array must be fields, or bytes that are none would be passed over in silence.
_INTO_ARRAY = re.compile(
    rb'(?:\{(?:\s*"[^"\\]*"\s*:\s*(?:"[^"\\]*"|\[[^][{}]*\]|[\w.+-]+)\s*,)*'
    rb'\s*"(?:Records|logEvents)"\s*:\s*)?\[\s*'
)
_NEXT_ELEMENT = re.compile(r"\s*,\s*")
_CLOSING = re.compile(rb"[\s\]}]*")
_RESTART = re.compile(rb'\{\s*"\w+"\s*:')
_TOO_DEEP = re.compile(rb'(?:\[\s*+|\{\s*+"[^"\\]{0,100}+"\s*+:\s*+){1000,}+')
"""Openings one within the other, deeper than any record nests and than JSON is read."""

_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_OPENING = (b"{", b"[")
# Repair takes control characters out of texts. Line ends stay what they are: they betray a text left open.
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\r\n")
_BLANKED = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))

_decode = msgspec.json.Decoder().decode
_structure = json.JSONDecoder(strict=True, parse_int=str)  # Python converts no integer of 5,000 digits
_lax = json.JSONDecoder(
    strict=False,
    parse_constant=lambda _: None,
    parse_float=lambda text: value if math.isfinite(value := float(text)) else None,
    parse_int=lambda text: int(text) if len(text) <= _MOST_DIGITS else None,
)


class Document(Struct, frozen=True):
    """One JSON document: its value, and where it begins. `raw` is its text, sound UTF-8 JSON.

    `stands` is what stands there, from which the text was repaired where they differ. `depth` says within how
    many others it stood.
    """

    raw: bytes
    stands: bytes
    value: Any
    at: int
    depth: int = 0


class Spoilt(Struct, frozen=True):
    """One stretch that is no document, from `at` on. Units: bytes."""

    at: int
    length: int
    reason: BadReason


class Salvage:
    """Reads one stretch.

    `is_record` says whether a value is a record by itself: only such a value is trusted where it stands amid
    damage, or could be swallowed by the value before it.
    """

    def __init__(self, data: bytes, *, last: bool, is_record: Callable[[object], bool]) -> None:
        self._data = data
        self._last = last
        self._is_record = is_record

    def line(self, at: int) -> tuple[list[Document | Spoilt], int | None]:
        """What stands on the line at `at`, in order, and where the next line to be read begins.

        A document may take further lines with it. None instead of a place means that the rest needs what
        follows the stretch to be read; what was found before it is not found again.
        """
        found: list[Document | Spoilt] = []
        data, stop = self._data, len(self._data)
        at = _after_gap(data, at)
        line_end = at
        while at < stop:
            if at >= line_end:
                line_end = self._line_end(at, stop)
            taken = self._document(at, line_end) or self._spread(at, stop, line_end)
            if taken is not None:
                document, end = taken
                if document is None:
                    return found, None if not found else at
                found += self._apart(document, end)
            else:
                end = self._damaged(at, line_end, found)
            at = _after_gap(data, end)
            if b"\n" in data[end:at]:
                break
        return found, at

    def _apart(self, document: Document, end: int) -> list[Document]:
        """The document; or what it holds, if its text was repaired, in which nothing has its true place."""
        start, depth = document.at, document.depth
        inside = _INTO_ARRAY.match(self._data, start, end)
        if inside is None or depth >= DEEPEST or document.raw == document.stands:
            return [document]
        text = self._data[start:end].decode("latin-1")
        held: list[Document] = []
        at: int | None = inside.end() - start
        while at is not None:
            length = _value_end(text, at)
            one = None if length is None else repaired(self._data[start + at : start + length], start + at)
            if length is None or one is None:
                return [document]
            held += self._apart(msgspec.structs.replace(one, depth=depth + 1), start + length)
            following = _NEXT_ELEMENT.match(text, length)
            at = following.end() if following else None
        return held

    def _damaged(self, at: int, line_end: int, found: list[Document | Spoilt]) -> int:
        """Where to go on after damage at `at`: within an array whose end is lost, or behind it."""
        deep = self._end_of_depth(at)
        if deep is not None:
            found.append(Spoilt(at, deep - at, "nested_too_deeply"))
            return deep
        inside = _INTO_ARRAY.match(self._data, at, line_end)
        element = inside.end() if inside is not None else line_end
        if self._data.startswith(b"{", element) and self._document(element, line_end, trusted=False):
            return element
        closing = _CLOSING.match(self._data, at, line_end)
        if closing is not None and closing.end() == line_end and found:
            return line_end
        spoilt = self._spoilt(at, line_end)
        found.append(spoilt)
        return spoilt.at + spoilt.length

    def _end_of_depth(self, at: int) -> int | None:
        """Where openings without end stop: at the next record on the line of the last, or at its end."""
        run = _TOO_DEEP.match(self._data, at)
        if run is None:
            return None
        line_end = self._line_end(run.end(), len(self._data))
        innermost = self._innermost(run)
        if innermost >= 0 and self._document(innermost, line_end, trusted=False) is not None:
            return innermost
        rest = self._spoilt(run.end(), line_end)
        return rest.at + rest.length

    def _line_end(self, at: int, stop: int) -> int:
        match = _LINE_END.search(self._data, at, stop)
        return match.start() if match else stop

    def _document(self, at: int, end: int, *, trusted: bool = True) -> tuple[Document, int] | None:
        """The document at `at`, whole before `end`, and where it ends; untrusted, only if it is a record."""
        try:
            value = _decode(memoryview(self._data)[at:end])
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return self._first_of_several(at, end, trusted=trusted)
        if not trusted and not self._is_record(value):
            return None
        raw = self._data[at:end]
        return Document(raw, raw, value, at), end

    def _first_of_several(self, at: int, end: int, *, trusted: bool) -> tuple[Document, int] | None:
        """The same where more follows on the line, of which no more is looked at than it takes."""
        reach = at
        while reach < end:
            reach = min(at + max(_LOOK_AHEAD, 4 * (reach - at)), end)
            text = self._data[at:reach].decode("latin-1")
            for decoder in (_structure, _lax):
                try:
                    _, length = decoder.raw_decode(text)
                except (ValueError, RecursionError):
                    continue
                document = repaired(self._data[at : at + length], at)
                if document is None or not isinstance(document.value, (dict, list)):
                    continue
                if trusted or self._is_record(document.value):
                    return document, at + length
        return None

    def _spread(self, at: int, stop: int, line_end: int) -> tuple[Document | None, int] | None:
        """The document that begins on this line and ends on a later one.

        None and `at` where it may end in what is not yet read.
        """
        if line_end >= stop or self._data[at : at + 1] not in _OPENING:
            return self._awaited(at, stop)
        size = _LOOK_AHEAD
        while True:
            window = self._data[at : min(at + size, stop)]
            text = window.translate(_BLANKED).decode("latin-1")
            try:
                _, length = _structure.raw_decode(text)
            except json.JSONDecodeError as error:
                at_end = error.pos >= len(text.rstrip()) - 16 or error.msg.startswith("Unterminated")
                if not at_end or (error.msg.startswith("Unterminated") and "\n" in text[error.pos :]):
                    return None
                if at + size >= stop:
                    return self._awaited(at, stop)
                size *= 4
                continue
            except RecursionError:
                return None
            document = repaired(window[:length], at)
            if document is None:
                return None
            if not self._holds_records_alone(document.value) and self._swallows(window[:length]):
                return None
            return document, at + length

    def _awaited(self, at: int, stop: int) -> tuple[None, int] | None:
        """`at`, where what begins there may go on in what is not yet read."""
        if self._last or stop != len(self._data) or stop - at > LARGEST_DOCUMENT:
            return None
        return None, at

    def _holds_records_alone(self, value: object) -> bool:
        """Whether a value is a list of records, or a file or an envelope of one: no damage looks so."""
        if isinstance(value, dict):
            value = value.get("Records", value.get("logEvents"))
        return isinstance(value, list) and all(self._is_record(one) for one in value)

    def _swallows(self, raw: bytes) -> bool:
        """Whether a line within `raw` is a record by itself: then the value around it is damage."""
        for line in raw.split(b"\n")[1:]:
            if line.startswith(b'{"'):
                try:
                    if self._is_record(_decode(line)):
                        return True
                except (msgspec.DecodeError, UnicodeError, RecursionError):
                    continue
        return False

    def _spoilt(self, at: int, end: int) -> Spoilt:
        """The stretch from `at` to the next record on this line, or to the line's end."""
        for start in islice(self._restarts(at + 1, end), _MOST_RESTARTS):
            if self._document(start, end, trusted=False) is not None:
                return Spoilt(at, start - at, self._why(at, start))
        return Spoilt(at, end - at, self._why(at, end))

    def _restarts(self, at: int, end: int) -> Iterator[int]:
        """Where records may begin from `at` on; of openings without end, only the innermost can be one."""
        while match := _RESTART.search(self._data, at, end):
            deep = _TOO_DEEP.match(self._data, match.start(), end)
            start = match.start() if deep is None else self._innermost(deep)
            yield start
            at = start + 1

    def _innermost(self, deep: re.Match[bytes]) -> int:
        return self._data.rfind(b"{", deep.start(), deep.end() + 1)

    def _why(self, at: int, end: int) -> BadReason:
        raw = self._data[at:end]
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("utf-8", "replace")
            if not text.lstrip().startswith(("{", "[")):
                return "not_utf8"
        try:
            _lax.raw_decode(text)
        except RecursionError:
            return "nested_too_deeply"
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
            return "truncated" if cut and text.lstrip()[:1] in "{[" else "not_json"
        return "not_json"


def _value_end(text: str, at: int) -> int | None:
    """Where the JSON value at `at` ends; None where there is none."""
    for decoder in (_structure, _lax):
        try:
            return decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            continue
    return None


def past_gap(raw: bytes) -> bytes:
    """A document without what may stand before one: blanks, padding, a byte-order mark."""
    return raw[_after_gap(raw, 0) :]


def _after_gap(data: bytes, at: int) -> int:
    match = _BETWEEN.match(data, at)
    return match.end() if match else at


def repaired(raw: bytes, at: int) -> Document | None:
    """The document, its text repaired where it must be; None where that does not help."""
    try:
        value = _decode(raw)
        raw.decode()
        return Document(raw, raw, value, at)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass
    text = _LONE_SURROGATE.sub(r"\\ufffd", raw.decode("utf-8", "replace"))
    try:
        clean = json.dumps(_lax.decode(text)).encode()
        return Document(clean, raw, _decode(clean), at)
    except (ValueError, RecursionError, msgspec.DecodeError):
        return None
