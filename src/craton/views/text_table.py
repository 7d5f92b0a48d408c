"""Rows in columns of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.plural import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDEST = 60


def text_table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under their names; long values are cut, and a last line says how many rows there are."""
    cells = [[_cut(cell) for cell in row] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells), 1) for i, name in enumerate(names)]
    lines = [_line(names, widths)]
    lines.append("  ".join("-" * width for width in widths))
    lines += [_line(row, widths) for row in cells]
    lines.append(f"({plural(len(rows), 'row')})")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cut(cell: str) -> str:
    flat = " ".join(cell.split())
    return flat if len(flat) <= _WIDEST else flat[: _WIDEST - 1] + "…"
