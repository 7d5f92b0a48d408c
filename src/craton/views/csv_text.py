"""Rows as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from craton.views.rows import text_value

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(names: Sequence[str], rows: Sequence[Sequence[Any]], *, line_end: str = "\r\n") -> str:
    """The rows under their names; what is unknown is empty.

    A text that a spreadsheet would take for a formula begins with an apostrophe; numbers stay as they are.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow([_cell(name) for name in names])
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return out.getvalue()


def _cell(value: Any) -> str:
    text = text_value(value)
    guarded = not isinstance(value, int | float) and not _is_number(text)
    return f"'{text}" if guarded and text.startswith(_FORMULA) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return not text.startswith("+")
