"""Patterns of policies, held against each other: `*` is any text, `?` any character, `${…}` any text."""

from __future__ import annotations

import functools
import re
from typing import Final

from craton.simulator.wildcard import Glob, glob, template

_HOLE: Final = re.compile(r"\$\{[^}]*\}")
_WILD: Final = re.compile(r"[*?]")
_ARN_PARTS: Final = 6


@functools.lru_cache(maxsize=20_000)
def covers(pattern: str, text: str) -> bool:
    """Whether the pattern covers a text."""
    return _compiled(_HOLE.sub("*", pattern)).matches(text)


@functools.lru_cache(maxsize=50_000)
def overlap(one: str, other: str) -> bool:
    """Whether some text is covered by both patterns."""
    left, right = _HOLE.sub("*", one), _HOLE.sub("*", other)
    if not _WILD.search(left):
        return _compiled(right).matches(left)
    if not _WILD.search(right):
        return _compiled(left).matches(right)
    return _begin_alike(left, right) and _begin_alike(left[::-1], right[::-1]) and _meet(left, right)


@functools.lru_cache(maxsize=50_000)
def arns_overlap(one: str, other: str) -> bool:
    """Whether some ARN is covered by both; the colons before the resource are taken as they are written.

    A `*` of one part may stand for several parts, as IAM lets it; then the patterns are compared as a whole.
    """
    left, right = _parts(one), _parts(other)
    if len(left) == len(right) == _ARN_PARTS:
        return all(overlap(mine, theirs) for mine, theirs in zip(left, right, strict=True))
    return overlap(one, other)


def _parts(arn: str) -> list[str]:
    """The parts of an ARN; colons within `${…}` do not divide."""
    return _HOLE.sub("*", arn).split(":", _ARN_PARTS - 1)


def is_wild(text: str) -> bool:
    """Whether a text holds a wildcard outside of variables."""
    return _WILD.search(_HOLE.sub("", text)) is not None


@functools.lru_cache(maxsize=20_000)
def _compiled(pattern: str) -> Glob:
    return glob(template(pattern, wildcards=True, variables=False).parts)  # type: ignore[arg-type]  # no part is a variable


def _begin_alike(left: str, right: str) -> bool:
    """Whether what stands before the first wildcards does not contradict itself."""
    mine, theirs = _WILD.split(left, maxsplit=1)[0], _WILD.split(right, maxsplit=1)[0]
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]


def _meet(left: str, right: str) -> bool:
    """Whether two patterns with wildcards have a text in common: a walk over pairs of places in both."""
    waiting, seen = [(0, 0)], {(0, 0)}
    while waiting:
        mine, theirs = waiting.pop()
        if mine == len(left) and theirs == len(right):
            return True
        for step in _steps(left[mine : mine + 1], right[theirs : theirs + 1]):
            place = (mine + step[0], theirs + step[1])
            if place not in seen:
                seen.add(place)
                waiting.append(place)
    return False


def _steps(mine: str, theirs: str) -> tuple[tuple[int, int], ...]:
    """How far both may go on from here, in characters of each pattern."""
    if mine == "*" and theirs == "*":
        return ((1, 0), (0, 1))
    if mine == "*":
        return ((1, 0), (0, 1)) if theirs else ((1, 0),)
    if theirs == "*":
        return ((0, 1), (1, 0)) if mine else ((0, 1),)
    if mine and theirs and (mine == theirs or "?" in (mine, theirs)):
        return ((1, 1),)
    return ()
