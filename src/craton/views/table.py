"""Rows as a table that people read: headings, aligned cells, links, and small bars behind shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from craton.views.naming import pieces, title_of
from craton.views.quantity import UNKNOWN, Quantity, quantity
from craton.views.rows import json_value, text_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.lake.session import Rows
    from craton.views.shape import Shape

MOST_ROWS: Final = 100
_LONGEST: Final = 160
_ONE_LINE: Final = 44
_ONE_WORD: Final = 18
_NUMBERS: Final = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UBIGINT",
    "DOUBLE",
    "FLOAT",
    "DECIMAL",
)
_SHARES: Final = ("coverage", "share")
_IDS: Final = ("_id", "_arn", "file", "digest", "hash", "_path", "key")

Link = Callable[[str, str], str | None]
"""Where a value of a column leads, if anywhere."""


class Column(Struct, frozen=True):
    """A heading. `number` columns are set to the right."""

    title: str
    number: bool
    unit: str | None = None


class Cell(Struct, frozen=True):
    """A value. `exact` is told where `text` is short; `note` stands below; `bar` is a share in percent."""

    text: str
    exact: str | None = None
    note: str | None = None
    href: str | None = None
    number: bool = False
    mono: bool = False
    bar: float | None = None

    @property
    def classes(self) -> str:
        """How the style sheet knows it.

        `n` are numbers, `m` ids, `t` names that may take a second line, and `w` texts that need lines.
        """
        named = not (self.number or self.mono) and _ONE_WORD < len(self.text) <= _ONE_LINE
        kinds = [("n", self.number), ("m", self.mono), ("t", named), ("w", len(self.text) > _ONE_LINE)]
        return " ".join(name for name, holds in kinds if holds)

    @property
    def pieces(self) -> list[str]:
        """The text, cut where it may go on in the next line."""
        return pieces(self.text) if not self.number and len(self.text) > _ONE_WORD else [self.text]


class Table(Struct, frozen=True):
    """Columns and rows. `whole` counts the rows that there are, of which the first are shown."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    whole: int


def table(
    rows: Rows,
    *,
    units: Mapping[str, str | None],
    names: Mapping[str, str],
    link: Link = lambda _column, _value: None,
    most: int = MOST_ROWS,
    short: bool = True,
) -> Table:
    """The rows as a table; `names` are the names by which people know accounts.

    Where `short`, ids and paths longer than a line show their end, which is what tells them apart.
    """
    numbers = [kind.startswith(_NUMBERS) and "[" not in kind for kind in rows.types]
    columns = tuple(
        Column(title_of(name, units.get(name)), number, units.get(name) if number else None)
        for name, number in zip(rows.names, numbers, strict=True)
    )

    def cell(column: str, value: Any, *, number: bool) -> Cell:
        if value is None:
            return Cell(UNKNOWN, "not known", number=number)
        if number:
            return _number(column, value, units.get(column))
        if isinstance(json_value(value), str) and not isinstance(value, str):
            return _told(quantity(value, None), number=False)
        return _text(column, text_value(value), names, link, short=short)

    shown = tuple(
        tuple(
            cell(name, value, number=number)
            for name, value, number in zip(rows.names, row, numbers, strict=True)
        )
        for row in rows.rows[:most]
    )
    return Table(columns, shown, len(rows.rows))


def pivot(shape: Shape, unit: str | None, *, most: int = MOST_ROWS) -> Table:
    """What a chart draws as a table: a row for each x, a column for each series."""
    found: dict[Any, dict[int, str]] = {}
    texts: dict[Any, str] = {}
    for point in shape.points:
        found.setdefault(point.x, {})[point.series] = point.y_text
        texts[point.x] = point.x_text
    order = (
        sorted(found, key=shape.categories.index)
        if shape.x_kind == "category"
        else sorted(found, reverse=shape.x_kind in ("day", "time"))
    )
    columns = (
        Column(shape.x_title, number=False),
        *(Column(series.label or shape.y_title, number=True, unit=unit) for series in shape.series),
    )
    rows = tuple(
        (
            Cell(texts[x]),
            *(Cell(found[x].get(place, UNKNOWN), number=True) for place in range(len(shape.series))),
        )
        for x in order[:most]
    )
    return Table(columns, rows, len(order))


def _number(column: str, value: Any, unit: str | None) -> Cell:
    told = _told(quantity(value, unit, compact=False), number=True)
    if unit != "percent" or not column.startswith(_SHARES):
        return told
    return structs.replace(told, bar=min(max(float(value), 0.0), 100.0))


def _told(found: Quantity, *, number: bool) -> Cell:
    return Cell(found.text, found.exact if found.exact != found.text else None, number=number)


def _text(column: str, text: str, names: Mapping[str, str], link: Link, *, short: bool) -> Cell:
    name = names.get(text) if column == "account_id" else None
    mono = name is None and (column.endswith(_IDS) or column.startswith("arn"))
    if mono and short and len(text) > _ONE_LINE:
        shown = f"…{text[1 - _ONE_LINE :]}"
    else:
        shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return Cell(
        name or shown,
        exact=text if shown != text else None,
        note=text if name else None,
        href=link(column, text),
        mono=mono,
    )
