"""The text of users inside our own sentences."""

from __future__ import annotations

_LONGEST = 80


def ticked(text: str) -> str:
    """`text` in back-ticks: on one line, without characters that a terminal obeys, shortened where long."""
    shown = printable(text[: _LONGEST + 1]).replace("`", "'")
    if len(text) > _LONGEST:
        shown = shown[: _LONGEST - 1] + "…"
    return f"`{shown}`"


def printable(text: str) -> str:
    """The text on one line, without characters that a terminal obeys."""
    return "".join(_visible(character) for character in text)


def listed(texts: list[str] | tuple[str, ...], conjunction: str = "and") -> str:
    """The texts in back-ticks as an enumeration: `a`, `b` and `c`."""
    quoted = [ticked(text) for text in texts]
    if len(quoted) < 2:  # noqa: PLR2004 - one needs no conjunction
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
