"""Expected problems, with the place where they stand and what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "info"]


class Place(Struct, frozen=True, order=True):
    """A place in a text file. `line` and `column` count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


class Diagnostic(Struct, frozen=True, kw_only=True):
    """One problem: what is wrong, where, and what would mend it.

    `rule` is the stable name of the kind of problem, for machines; `message` is lower case without a final
    period, user text in back-ticks.
    """

    rule: str
    message: str
    place: Place
    hint: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        text = f"{self.place}: {self.severity}: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics sorted by file, line and column, each said once."""
    return tuple(sorted(set(diagnostics), key=lambda d: (d.place, d.rule, d.message)))
