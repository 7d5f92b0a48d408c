"""A document: what is told on one page of HTML and on paper alike, whatever it is about.

Texts may have words between back-ticks, which are shown as code. A report becomes such a value once; the page
is `craton.views.document_page`, the paper `craton.views.document_paper`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

Align = Literal["left", "right"]


class Figure(Struct, frozen=True, kw_only=True):
    """One number that a reader looks for first. `needs_a_look` sets it apart, and `note` says why."""

    name: str
    value: str
    note: str = ""
    needs_a_look: bool = False


class Figures(Struct, frozen=True, tag="figures"):
    """Numbers side by side."""

    figures: tuple[Figure, ...]


class Paragraph(Struct, frozen=True, tag="paragraph"):
    """A text."""

    text: str


class Listing(Struct, frozen=True, tag="listing"):
    """Texts, one under the other."""

    items: tuple[str, ...]


class Column(Struct, frozen=True):
    """The head of a column. `share` is how wide it is on paper, beside the others."""

    name: str
    align: Align = "left"
    share: float = 1.0


class Table(Struct, frozen=True, kw_only=True, tag="table"):
    """Rows under their columns; a row has a text for each."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Block: TypeAlias = Figures | Paragraph | Listing | Table


class Section(Struct, frozen=True, kw_only=True):
    """A part of a document. `count` stands beside its title."""

    title: str
    blocks: tuple[Block, ...]
    count: int | None = None


class Document(Struct, frozen=True, kw_only=True):
    """The whole. Units: `at` is naive UTC, and the date that the paper bears."""

    title: str
    subtitle: str
    at: dt.datetime
    sections: tuple[Section, ...]


_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LEFTWARD: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
_LEFTWARD_WORDS: Final = re.compile(rf"[{_LEFTWARD}](?:[{_LEFTWARD}\s\d.,:_/-]*[{_LEFTWARD}])?")
"""Source: www.unicode.org/Public/15.0.0/ucd/extracted/DerivedBidiClass.txt, retrieved 2026-11-27."""


def within_ours(text: str) -> str:
    """The text as it may stand among other words: it turns no direction but its own.

    Marks that turn one are replaced, and what is written from right to left is set apart.
    """
    return _LEFTWARD_WORDS.sub("\u2068\\g<0>\u2069", _TURNING.sub("\ufffd", text))


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, and whether each is code."""
    for number, part in enumerate(text.split("`")):
        if part:
            yield part, number % 2 == 1
