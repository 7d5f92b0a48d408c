"""Diagnostics as a person reads them: with the line that each is about, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from craton.core.plural import plural

if TYPE_CHECKING:
    from craton.core.diagnostic import Diagnostic


def with_its_line(diagnostic: Diagnostic, lines: tuple[str, ...]) -> str:
    """The diagnostic with the line it is about and a caret below its column."""
    head, _, hint = str(diagnostic).partition("\n")
    place = diagnostic.place
    if not 0 < place.line <= len(lines):
        return f"{head}\n{hint}" if hint else head
    number = str(place.line)
    line = lines[place.line - 1]
    before = "".join(
        "\t" if character == "\t" else " " * cell_len(character) for character in line[: place.column - 1]
    )
    text = f"{head}\n  {number} | {_printable(line)}\n  {' ' * len(number)} | {before}^"
    return f"{text}\n{hint}" if hint else text


def counted(diagnostics: tuple[Diagnostic, ...]) -> str:
    """How many problems there are of each severity, in words; empty where there is none."""
    severities = [one.severity for one in diagnostics]
    said = [
        _many(severities.count("error"), "error"),
        _many(severities.count("warning"), "warning"),
        _many(severities.count("info"), "remark"),
    ]
    return " and ".join(words for words in said if words)


def _printable(line: str) -> str:
    """The line without characters that a terminal obeys or hides, each replaced by one that is seen."""
    return "".join(
        character if character == "\t" or character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in line
    )


def _many(count: int, noun: str) -> str:
    return plural(count, noun) if count else ""
