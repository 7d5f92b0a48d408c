"""Figures and whether they are good enough, as a table in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HELD, MISSED, REPORTED = "holds", "**misses**", "reported"


class Figure(Struct, frozen=True):
    """One line: what was measured, what is wanted, what came out. `holds` is None where nothing is wanted."""

    what: str
    wanted: str
    measured: str
    ratio: str
    holds: bool | None

    @property
    def verdict(self) -> str:
        """The figure in a word."""
        return REPORTED if self.holds is None else HELD if self.holds else MISSED


def table(figures: Iterable[Figure]) -> list[str]:
    """The figures as lines of a Markdown table."""
    rows = [(one.what, one.wanted, one.measured, one.ratio, one.verdict) for one in figures]
    return markdown(("what", "figure wanted", "measured", "ratio", "verdict"), rows)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows of text as lines of a Markdown table."""
    return [
        f"| {' | '.join(head)} |",
        f"| {' | '.join('---' for _ in head)} |",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]


def per_second(records: int, seconds: float) -> str:
    """A rate of records."""
    return f"{records / seconds:,.0f} records/s"
