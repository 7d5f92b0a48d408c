"""Rows of an answer as JSON values and as text."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def json_value(value: Any) -> Any:
    """A value of a row as JSON has it: DECIMAL as text, times in ISO 8601 with Z, no NaN or infinity."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dt.datetime():
            return value.replace(tzinfo=None).isoformat() + "Z"
        case dt.date() | dt.time():
            return value.isoformat()
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {str(json_value(name)): json_value(one) for name, one in value.items()}
        case list() | tuple():
            return [json_value(one) for one in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def json_rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Each row as an object."""
    return [dict(zip(names, map(json_value, row), strict=True)) for row in rows]


def text_value(value: Any) -> str:
    """A value as a person reads it; nothing where it is unknown."""
    plain = json_value(value)
    if plain is None:
        return ""
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
