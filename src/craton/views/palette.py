"""The colours of charts: told apart by people with any kind of colour vision, on light and on dark."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Theme = Literal["light", "dark"]

OTHER: Final = "other"
"""The name of a series that adds up all that have no colour of their own; it is grey."""


class Palette(Struct, frozen=True):
    """Colours by what they are for. `series` are in the order in which they are given out."""

    series: tuple[str, ...]
    other: str
    ink: str
    muted: str
    line: str
    surface: str


LIGHT: Final = Palette(
    series=("#2368d0", "#cc6a55", "#23691f", "#8b3286", "#1b9fcf", "#9c8d20", "#3a1fa5", "#70142c"),
    other="#868c94",
    ink="#1a1d21",
    muted="#5a616b",
    line="#e3e5e8",
    surface="#ffffff",
)
DARK: Final = Palette(
    series=("#5a95d6", "#efa08f", "#4cb85a", "#e3aef2", "#bfeaf0", "#cfc24a", "#7f79ee", "#d9636d"),
    other="#8b929b",
    ink="#e8eaed",
    muted="#a3abb5",
    line="#2b3036",
    surface="#17191c",
)
SCREEN: Final = Palette(
    series=tuple(f"var(--series-{number})" for number in range(1, 9)),
    other="var(--series-other)",
    ink="var(--ink)",
    muted="var(--muted)",
    line="var(--line)",
    surface="var(--surface)",
)
"""The colours by their names in the style sheet, so that a drawn chart follows the page's theme."""


def palette_of(theme: Theme) -> Palette:
    """The colours of a theme."""
    return DARK if theme == "dark" else LIGHT
