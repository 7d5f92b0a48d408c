"""Expected rows against returned rows: equal, or told how they differ."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from craton.core.plural import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_RELATIVE_TOLERANCE: Final = 1e-9
"""A DOUBLE is compared up to this share of itself: engines add up floats in different orders."""

_SHOWN: Final = 10


def difference(
    expected: Sequence[Mapping[str, Any]], returned: Sequence[Mapping[str, Any]], *, ordered: bool
) -> str | None:
    """How `returned` differs from `expected`, or None where it does not.

    Each expected row is paired with one returned row that agrees in the columns the expected row names, and
    no returned row is left over; where `ordered`, the first with the first and so on.
    """
    if ordered:
        pairs = {
            i: i
            for i, row in enumerate(expected)
            if i < len(returned) and not disagreements(row, returned[i])
        }
    else:
        pairs = _pair(expected, returned)
    missing = [row for i, row in enumerate(expected) if i not in pairs]
    taken = set(pairs.values())
    extra = [row for i, row in enumerate(returned) if i not in taken]
    if not missing and not extra:
        return None
    columns = list(dict.fromkeys(column for row in expected for column in row))
    counts = f"expected {plural(len(expected), 'row')}, got {plural(len(returned), 'row')}"
    lines = ["rows differ" if len(expected) == len(returned) else counts]
    for row in missing[:_SHOWN]:
        lines.append(f"  missing    {_shown(row)}")
        if extra:
            nearest = min(extra, key=lambda other: len(disagreements(row, other)))
            wrong = disagreements(row, nearest)
            if len(wrong) < len(row) or len(missing) == len(extra) == 1:
                lines.append(
                    f"    nearest  differs in {', '.join(f'{c}: {nearest.get(c)!s}' for c in wrong)}"
                )
    lines += [
        f"  unexpected {_shown({c: row.get(c) for c in columns} if columns else row)}"
        for row in extra[:_SHOWN]
    ]
    hidden = max(len(missing) - _SHOWN, 0) + max(len(extra) - _SHOWN, 0)
    if hidden:
        lines.append(f"  and {hidden} more")
    return "\n".join(lines)


def disagreements(expected: Mapping[str, Any], returned: Mapping[str, Any]) -> list[str]:
    """The columns of `expected` in which `returned` has another value."""
    return [
        column
        for column, value in expected.items()
        if column not in returned or not same(value, returned[column])
    ]


def same(expected: Any, returned: Any) -> bool:
    """Whether a value of a test is the value that the engine returned.

    NULL is only NULL; a text is never a number; numbers are compared by value, DOUBLE up to rounding; days
    and times are compared as UTC.
    """
    match returned:
        case None:
            return expected is None
        case bool():
            return expected is returned
        case float():
            return _is_number(expected) and math.isclose(
                float(expected), returned, rel_tol=_RELATIVE_TOLERANCE, abs_tol=1e-12
            )
        case int() | Decimal():
            return _is_number(expected) and Decimal(str(expected)) == returned
        case datetime():
            return isinstance(expected, str) and _utc(expected) == returned
        case date():
            return isinstance(expected, str) and expected == returned.isoformat()
        case list():
            return (
                isinstance(expected, list)
                and len(expected) == len(returned)
                and all(same(e, r) for e, r in zip(expected, returned, strict=True))
            )
        case dict():
            return (
                isinstance(expected, dict)
                and expected.keys() == returned.keys()
                and all(same(expected[key], returned[key]) for key in expected)
            )
        case _:
            return bool(type(expected) is type(returned) and expected == returned)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _utc(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def _pair(expected: Sequence[Mapping[str, Any]], returned: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """As many pairs (expected, returned) as can be made, by augmenting paths."""
    fits = [[r for r, row in enumerate(returned) if not disagreements(wanted, row)] for wanted in expected]
    holder: dict[int, int] = {}

    def place(wanted: int, tried: set[int]) -> bool:
        for candidate in fits[wanted]:
            if candidate in tried:
                continue
            tried.add(candidate)
            if candidate not in holder or place(holder[candidate], tried):
                holder[candidate] = wanted
                return True
        return False

    for wanted in range(len(expected)):
        place(wanted, set())
    return {wanted: candidate for candidate, wanted in holder.items()}


def _shown(row: Mapping[str, Any]) -> str:
    return (
        "{" + ", ".join(f"{name}: {'NULL' if value is None else value}" for name, value in row.items()) + "}"
    )
