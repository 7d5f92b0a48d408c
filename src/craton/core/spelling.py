"""What somebody probably meant to write."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIKENESS = 0.7
"""Below it, difflib's neighbours of short words are not what was meant (`dev` and `test`)."""


def nearest(text: str, known: Iterable[str], likeness: float = _LIKENESS) -> str | None:
    """The known word that `text` was probably meant to be, or None.

    Case, spaces, dashes and underscores are forgiven first, then the order of letters, then letters.
    """
    words = sorted(known)
    wanted = _bare(text)
    by_bare_form = {_bare(word): word for word in reversed(words)}
    if wanted in by_bare_form:
        return by_bare_form[wanted]
    for bare, word in by_bare_form.items():
        if sorted(bare) == sorted(wanted):
            return word
    found = get_close_matches(wanted, by_bare_form, n=1, cutoff=likeness)
    return by_bare_form[found[0]] if found else None


def did_you_mean(text: str, known: Iterable[str]) -> str | None:
    """The question to ask, or None where nothing known comes close."""
    meant = nearest(text, known)
    return f"did you mean {ticked(meant)}?" if meant else None


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character not in " -_")
