"""Three-valued logic (Kleene): what can be told where some parts are not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Truth: TypeAlias = bool | None
"""True, false, or None: it cannot be told."""


def any_of(truths: Iterable[Truth]) -> Truth:
    """True where one is; else unknown where one is; else false."""
    found: Truth = False
    for one in truths:
        if one:
            return True
        if one is None:
            found = None
    return found


def all_of(truths: Iterable[Truth]) -> Truth:
    """False where one is; else unknown where one is; else true."""
    found: Truth = True
    for one in truths:
        if one is False:
            return False
        if one is None:
            found = None
    return found


def opposite(truth: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return None if truth is None else not truth
