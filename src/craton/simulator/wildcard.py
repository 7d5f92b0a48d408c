"""Texts with wildcards and policy variables, matched in time that does not explode.

Source: "IAM policy elements: Variables and tags", docs.aws.amazon.com/IAM/latest/UserGuide/
reference_policies_variables.html, and "IAM JSON policy elements: Resource",
reference_policies_elements_resource .html there, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import re
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ARN_PARTS: Final = 6
_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_NAME: Final = re.compile(r"\s*([^,]*[^,\s])\s*(?:,\s*'([^']*)'\s*)?")
_SPECIAL: Final = ("*", "?", "$")
_REMEMBERED: Final = 4096
"""So many patterns are remembered: one is asked for again with every text that is held against it."""


class Mark(Enum):
    """The wildcards: any number of characters, and exactly one."""

    ANY = "*"
    ONE = "?"


class Variable(Struct, frozen=True):
    """A policy variable: a context key in lower case, and what stands for it where it has no value."""

    key: str
    default: str | None


class Unknown(Enum):
    """The value of a context key that the caller cannot tell."""

    UNKNOWN = "unknown"


Part: TypeAlias = str | Mark | Variable
Plain: TypeAlias = str | Mark
Values: TypeAlias = tuple[str, ...] | Unknown | None
"""What a request says of a context key: its values, that it has none, or that nobody can tell."""


class Template(Struct, frozen=True):
    """A text of a policy, taken apart. `keys` are the context keys that its variables name."""

    parts: tuple[Part, ...]
    keys: tuple[str, ...]

    def filled(self, values: Mapping[str, Values]) -> tuple[tuple[Plain, ...], bool] | None:
        """The text with values in place of variables, and whether one of them was unknown.

        An unknown value is filled in as `*`: what that does not match, no value can. A value is taken
        literally, its asterisks included. None where a variable has no value and no default, or more than one
        value: nothing is equal to such a text or like it, so that it matches nothing, and negated operators
        hold.
        Source: "Policy variables with no value", docs.aws.amazon.com/IAM/latest/UserGuide/
        reference_policies_variables.html#policy-vars-no-value, retrieved 2026-11-26.
        """
        if not self.keys:
            return self.parts, False  # type: ignore[return-value]  # no part is a variable
        plain: list[Plain] = []
        loose = False
        for part in self.parts:
            if not isinstance(part, Variable):
                plain.append(part)
                continue
            held = values.get(part.key)
            if held is Unknown.UNKNOWN:
                plain.append(Mark.ANY)
                loose = True
            elif held:
                if len(held) > 1:
                    return None
                plain.append(held[0])
            elif part.default is not None:
                plain.append(part.default)
            else:
                return None
        return tuple(plain), loose


def template(text: str, *, wildcards: bool, variables: bool) -> Template:
    """The parts of a policy's text; what is not to be understood in it stays as it is written."""
    parts: list[Part] = []
    end = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        part = _variable(found[1])
        if part is None:
            continue
        parts.extend(_wild(text[end : found.start()], wildcards=wildcards))
        parts.append(part)
        end = found.end()
    parts.extend(_wild(text[end:], wildcards=wildcards))
    return Template(tuple(parts), tuple(dict.fromkeys(p.key for p in parts if isinstance(p, Variable))))


def _variable(inside: str) -> Part | None:
    if inside in _SPECIAL:
        return inside
    found = _NAME.fullmatch(inside)
    return Variable(found[1].lower(), found[2]) if found else None


def _wild(text: str, *, wildcards: bool) -> Iterable[Part]:
    if not wildcards:
        return (text,) if text else ()
    return (Mark(piece) if piece in ("*", "?") else piece for piece in re.split(r"([*?])", text) if piece)


class Chunk(Struct, frozen=True):
    """A stretch without `*`; at `holes` any one character may stand."""

    text: str
    holes: tuple[int, ...]

    def stands_at(self, subject: str, start: int) -> bool:
        """Whether the stretch stands in `subject` at `start`."""
        if not self.holes:
            return subject.startswith(self.text, start)
        if start < 0 or start + len(self.text) > len(subject):
            return False
        before = 0
        for hole in self.holes:
            if not subject.startswith(self.text[before:hole], start + before):
                return False
            before = hole + 1
        return subject.startswith(self.text[before:], start + before)

    def first(self, subject: str, start: int, end: int) -> int:
        """Where the stretch first stands in `subject[start:end]`, or -1."""
        if not self.holes:
            return subject.find(self.text, start, end)
        pieces = [re.escape(piece) for piece in self._pieces()]
        found = re.compile(".".join(pieces), re.DOTALL).search(subject, start, end)
        return found.start() if found else -1

    def _pieces(self) -> Iterable[str]:
        before = 0
        for hole in (*self.holes, len(self.text)):
            yield self.text[before:hole]
            before = hole + 1


class Glob(Struct, frozen=True):
    """A text with wildcards: its stretches, between which any number of characters may stand."""

    chunks: tuple[Chunk, ...]

    @property
    def is_text(self) -> bool:
        """Whether it has no wildcards."""
        return len(self.chunks) == 1 and not self.chunks[0].holes

    @property
    def start(self) -> str:
        """What stands before its first wildcard."""
        first = self.chunks[0]
        return first.text[: first.holes[0]] if first.holes else first.text

    def matches(self, subject: str) -> bool:
        """Whether the whole of `subject` fits. A wildcard stands for any character, `:` and `/` included."""
        first, last = self.chunks[0], self.chunks[-1]
        if first is last:
            return len(subject) == len(first.text) and first.stands_at(subject, 0)
        start, end = len(first.text), len(subject) - len(last.text)
        if start > end or not first.stands_at(subject, 0) or not last.stands_at(subject, end):
            return False
        for chunk in self.chunks[1:-1]:
            found = chunk.first(subject, start, end)
            if found < 0:
                return False
            start = found + len(chunk.text)
        return True


EVERYTHING: Final = Glob((Chunk("", ()), Chunk("", ())))
"""What `*` alone matches."""


class ArnGlob(Struct, frozen=True):
    """An ARN with wildcards, its six parts held against those of another one by one.

    Source: "Amazon Resource Name (ARN) condition operators", docs.aws.amazon.com/IAM/latest/UserGuide/
    reference_policies_elements_condition_operators.html#Conditions_ARN, retrieved 2026-11-26: "each of the
    six colon-delimited components of the ARN is checked separately".
    """

    segments: tuple[Glob, ...]

    def matches(self, subject: str) -> bool:
        """Whether each part fits. What has fewer than six parts is no ARN, and fits none."""
        parts = subject.split(":", ARN_PARTS - 1)
        return len(parts) == len(self.segments) == ARN_PARTS and all(
            segment.matches(part) for segment, part in zip(self.segments, parts, strict=True)
        )


def glob(parts: Iterable[Plain]) -> Glob:
    """What matches texts of these parts."""
    return _glob(tuple(parts))


@functools.lru_cache(maxsize=_REMEMBERED)
def _glob(parts: tuple[Plain, ...]) -> Glob:
    chunks: list[Chunk] = []
    text, holes = "", list[int]()
    for part in parts:
        if part is Mark.ANY:
            chunks.append(Chunk(text, tuple(holes)))
            text, holes = "", []
        elif part is Mark.ONE:
            holes.append(len(text))
            text += Mark.ONE.value
        else:
            text += part
    return Glob((*chunks, Chunk(text, tuple(holes))))


def arn_glob(parts: Iterable[Plain]) -> ArnGlob:
    """What matches ARNs of these parts; colons of values that were filled in divide it too."""
    return _arn_glob(tuple(parts))


@functools.lru_cache(maxsize=_REMEMBERED)
def _arn_glob(parts: tuple[Plain, ...]) -> ArnGlob:
    segments: list[list[Plain]] = [[]]
    for part in parts:
        if isinstance(part, Mark):
            segments[-1].append(part)
            continue
        first, *others = part.split(":", ARN_PARTS - len(segments))
        segments[-1].append(first)
        segments.extend([other] for other in others)
    return ArnGlob(tuple(glob(segment) for segment in segments))
