"""Where the parts of one line of JSON stand, found without reading what is in them.

The parts are cut out as they are written, so that equal policies of many lines are equal bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw, Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEFORE_MEMBER: Final = re.compile(rb'[ \t\r\n]*[{,][ \t\r\n]*"(?:[^"\\]|\\.)*"[ \t\r\n]*:[ \t\r\n]*')
_BEFORE_ITEM: Final = re.compile(rb"[ \t\r\n]*[\[,][ \t\r\n]*")
_MEMBERS: Final = msgspec.json.Decoder(dict[str, Raw])
_ITEMS: Final = msgspec.json.Decoder(list[Raw])


class Part(Struct, frozen=True):
    """A value as it is written. `start` is the number of bytes before it in its line."""

    start: int
    text: bytes


class OutlineError(Exception):
    """The text is no object or list, or says one key twice."""


def members(whole: Part) -> dict[str, Part]:
    """The values of an object by their keys. Raises: OutlineError."""
    try:
        found = _MEMBERS.decode(whole.text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise OutlineError(str(error)) from error
    return dict(zip(found, _cut(whole, found.values(), _BEFORE_MEMBER), strict=True))


def items(whole: Part) -> list[Part]:
    """The values of a list. Raises: OutlineError."""
    try:
        found = _ITEMS.decode(whole.text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise OutlineError(str(error)) from error
    return list(_cut(whole, found, _BEFORE_ITEM))


def _cut(whole: Part, values: Iterable[Raw], before: re.Pattern[bytes]) -> Iterable[Part]:
    """The values one after the other; what stands between them says whether they are all there."""
    at = 0
    for value in values:
        gap = before.match(whole.text, at)
        text = bytes(value)
        if gap is None or not whole.text.startswith(text, gap.end()):
            raise OutlineError("a key stands here twice")
        yield Part(whole.start + gap.end(), text)
        at = gap.end() + len(text)
    rest = whole.text[at:].strip()
    if at and len(rest) > 1:
        raise OutlineError("a key stands here twice")
