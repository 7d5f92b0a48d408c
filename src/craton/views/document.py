"""A document: what is told on one page of HTML and on paper alike, whatever it is about.

Texts may have words between back-ticks, which are shown as code. A report becomes such a value once; the page
is `craton.views.document_page`, the paper `craton.views.document_paper`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, TypeAlias

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


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, and whether each is code."""
    for number, part in enumerate(text.split("`")):
        if part:
            yield part, number % 2 == 1
