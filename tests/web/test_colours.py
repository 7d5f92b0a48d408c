from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from craton import web
from craton.views.palette import DARK, LIGHT, Palette

CSS = (Path(web.__file__).parent / "static" / "craton.css").read_text()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
}
THEMES = {"light": (0, LIGHT), "dark": (1, DARK)}


def luminance(colour: str) -> float:
    """How bright a colour is to the eye, as WCAG 2.2 counts it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_charts_have_the_colours_of_the_page(theme: str) -> None:
    at, palette = THEMES[theme]
    for number, colour in enumerate(palette.series, 1):
        assert COLOURS[f"series-{number}"][at] == colour
    for name, colour in (
        ("series-other", palette.other),
        ("ink", palette.ink),
        ("muted", palette.muted),
        ("line", palette.line),
        ("surface", palette.surface),
    ):
        assert COLOURS[name][at] == colour


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"),
        ("ink", "surface"),
        ("ink", "raised"),
        ("ink", "hover"),
        ("muted", "ground"),
        ("muted", "surface"),
        ("muted", "raised"),
        ("muted", "hover"),
        ("accent", "surface"),
        ("accent", "accent-soft"),
        ("on-accent", "accent"),
        ("warn", "warn-soft"),
        ("warn", "surface"),
    ],
)
def test_texts_can_be_read_on_their_ground(theme: str, text: str, ground: str) -> None:
    at = THEMES[theme][0]
    assert contrast(COLOURS[text][at], COLOURS[ground][at]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_every_series_stands_out_from_its_ground(theme: str) -> None:
    palette: Palette = THEMES[theme][1]
    for colour in (*palette.series, palette.other):
        assert contrast(colour, palette.surface) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_no_two_series_look_alike(theme: str) -> None:
    for one, other in combinations((*THEMES[theme][1].series, THEMES[theme][1].other), 2):
        parts = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
        assert sum(abs(a - b) for a, b in parts) >= 60, (one, other)
