"""What may be used in an account, as rows: ways that differ in their Region alone stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.engine.allowances import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.engine.allowances import Cell, Way


class AllowedCell(Struct, frozen=True):
    """An answer, and the number of its reason where it is no plain yes."""

    answer: Answer
    reason: int | None


class AllowedRow(Struct, frozen=True):
    """One model through one thing, from some Regions; `begins` where the row before is of another model.

    `cells` are for whole answers, streams, batch jobs and mantle.
    """

    model: str
    approved: bool
    begins: bool
    route: str
    through: str
    regions: tuple[str, ...]
    cells: tuple[AllowedCell, ...]


class AllowedRows(Struct, frozen=True):
    """The rows, and the reasons that they name by number, the first being 1."""

    rows: tuple[AllowedRow, ...]
    reasons: tuple[str, ...]


def allowed_rows(ways: Sequence[Way]) -> AllowedRows:
    """The ways as a table shows them."""
    together: dict[tuple[object, ...], list[Way]] = {}
    for way in ways:
        key = (way.model, way.through, way.whole, way.stream, way.batch, way.mantle)
        together.setdefault(key, []).append(way)
    reasons: dict[str, int] = {}
    rows: list[AllowedRow] = []
    for alike in together.values():
        way = alike[0]
        rows.append(
            AllowedRow(
                model=way.model,
                approved=way.approved,
                begins=not rows or rows[-1].model != way.model,
                route=way.route,
                through=way.through,
                regions=tuple(one.region for one in alike),
                cells=tuple(_cell(one, reasons) for one in (way.whole, way.stream, way.batch, way.mantle)),
            )
        )
    return AllowedRows(tuple(rows), tuple(reasons))


def _cell(cell: Cell, reasons: dict[str, int]) -> AllowedCell:
    if cell.answer in ("yes", "none") or not cell.reason:
        return AllowedCell(cell.answer, None)
    return AllowedCell(cell.answer, reasons.setdefault(cell.reason, len(reasons) + 1))
