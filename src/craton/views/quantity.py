"""Quantities as people read them: few digits that carry meaning, with the exact value beside them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN: Final = "\u2013"
"""What stands where a value is not known; never 0."""

_THOUSAND: Final = 1000
_CENT: Final = 0.01
_LEAST_USD: Final = 0.000001
_FULL_BELOW: Final = 10_000
_FULL_USD_BELOW: Final = 100_000
_SECOND_MS: Final = 1000
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 3_600_000
_WHOLE: Final = 100
_NEARLY: Final = 99.9
_HARDLY: Final = 0.1
_FEW_PERCENT: Final = 10
_FEW_TIMES: Final = 10
_LEAST_POINTS: Final = 0.05
_NARROW: Final = "\u202f"
_MINUS: Final = "\u2212"


class Quantity(Struct, frozen=True):
    """A value as `text`, and in `exact` as precisely as it is known."""

    text: str
    exact: str


def quantity(value: Any, unit: str | None, *, compact: bool = True) -> Quantity:
    """The value in its unit; `compact` shortens large ones as a headline does, otherwise as a table does."""
    match value:
        case None:
            return Quantity(UNKNOWN, "not known")
        case bool():
            return Quantity("yes" if value else "no", "yes" if value else "no")
        case dt.datetime():
            moment = value.strftime("%Y-%m-%d %H:%M")
            return Quantity(moment, f"{value.isoformat(sep=' ', timespec='seconds')} UTC")
        case dt.date():
            return Quantity(value.isoformat(), value.isoformat())
        case int() | float() | Decimal():
            number = float(value)
            if not math.isfinite(number):
                return Quantity(UNKNOWN, "not known")
            form = _FORMS.get(unit or "", _count)
            text = form(abs(number), compact=compact)
            return Quantity(f"{_MINUS}{text}" if number < 0 else text, _exact(value, unit))
        case _:
            return Quantity(str(value), str(value))


def change(value: Any, before: Any, unit: str | None) -> Quantity | None:
    """By how much a value is more or less than the one before; None where either is unknown.

    Percentages change by points, all else in percent of what was.
    """
    if value is None or before is None:
        return None
    now, was = float(value), float(before)
    known = f"{quantity(before, unit).exact} before"
    if now == was:
        return Quantity("no change", known)
    arrow = "▲" if now > was else "▼"
    if unit == "percent":
        points = abs(now - was)
        text = f"{points:.1f}" if points >= _LEAST_POINTS else f"<{_HARDLY}"
        return Quantity(f"{arrow} {text} points", known)
    if was == 0:
        return Quantity(f"{arrow} from 0", known)
    share = abs(now - was) / abs(was) * 100
    if share < _HARDLY:
        return Quantity(f"{arrow} <{_HARDLY}{_NARROW}%", known)
    text = f"{share:.1f}" if share < _FEW_PERCENT else f"{share:,.0f}"
    return Quantity(f"{arrow} {text}{_NARROW}%", known)


def count_text(value: int) -> str:
    """A count in full, with separators."""
    return f"{value:,}"


def _count(number: float, *, compact: bool) -> str:
    if not compact or number < _FULL_BELOW:
        return f"{number:,.0f}" if number == int(number) or number >= _THOUSAND else _few_digits(number)
    return _short(number)


def _usd(number: float, *, compact: bool) -> str:
    if number == 0:
        return "$0"
    if number < _LEAST_USD:
        return f"<${_LEAST_USD:f}"
    if number < _CENT:
        return f"${number:.{1 - math.floor(math.log10(number))}f}"
    if not compact or number < _THOUSAND:
        return f"${number:,.2f}"
    return f"${number:,.0f}" if number < _FULL_USD_BELOW else f"${_short(number)}"


def _percent(number: float, *, compact: bool) -> str:  # noqa: ARG001 - one form for all
    if 0 < number < _HARDLY:
        return f"<{_HARDLY}{_NARROW}%"
    if _NEARLY < number < _WHOLE:
        return f">{_NEARLY}{_NARROW}%"
    text = f"{number:.1f}".removesuffix(".0") if number in (0, _WHOLE) else f"{number:.1f}"
    return f"{text}{_NARROW}%"


def _milliseconds(number: float, *, compact: bool) -> str:
    if number < _SECOND_MS or not compact:
        return f"{number:,.0f} ms"
    if number < _MINUTE_MS:
        return f"{_few_digits(number / _SECOND_MS)} s"
    return f"{number / _MINUTE_MS:.1f} min" if number < _HOUR_MS else f"{number / _HOUR_MS:.1f} h"


def _times(number: float, *, compact: bool) -> str:  # noqa: ARG001 - one form for all
    return f"\u00d7{_NARROW}{f'{number:.2f}' if number < _FEW_TIMES else f'{number:,.0f}'}"


def _bytes(number: float, *, compact: bool) -> str:  # noqa: ARG001 - one form for all
    for unit in ("B", "kB", "MB", "GB"):
        if number < _THOUSAND:
            return f"{number:.0f} B" if unit == "B" else f"{_few_digits(number)} {unit}"
        number /= _THOUSAND
    return f"{_few_digits(number)} TB"


_FORMS: Final[dict[str, Callable[..., str]]] = {
    "USD": _usd,
    "percent": _percent,
    "ms": _milliseconds,
    "bytes": _bytes,
    "times": _times,
}


def _short(number: float) -> str:
    """Three digits and K, M, B or T."""
    for letter in ("", "K", "M", "B"):
        if round(number, 2 - math.floor(math.log10(number)) if number else 0) < _THOUSAND:
            return f"{_few_digits(number)}{letter}"
        number /= _THOUSAND
    return f"{_few_digits(number)}T"


def _few_digits(number: float) -> str:
    """Three digits that carry meaning, without trailing zeros behind the point of a whole number."""
    if number == 0:
        return "0"
    rounded = float(f"{number:.3g}")
    digits = max(0, 2 - math.floor(math.log10(rounded)))
    text = f"{rounded:,.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if number == int(number) else text


def _exact(value: float | Decimal, unit: str | None) -> str:
    if isinstance(value, Decimal):
        text = f"{value.normalize():f}"
        whole, point, rest = text.partition(".")
        text = f"{int(whole):,}{point}{rest}" if whole not in ("-0", "-") else text
    elif isinstance(value, int):
        text = f"{value:,}"
    else:
        text = f"{value:,.6f}".rstrip("0").rstrip(".")
    match unit:
        case None:
            return text
        case "USD":
            return f"{text} USD"
        case "percent":
            return f"{text} %"
        case _:
            return f"{text} {unit}"
