from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from craton.views.quantity import UNKNOWN, change, quantity

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "unit", "text", "exact"),
    [
        (None, "USD", UNKNOWN, "not known"),
        (float("nan"), None, UNKNOWN, "not known"),
        (0, "calls", "0", "0 calls"),
        (9_999, "calls", "9,999", "9,999 calls"),
        (27_183, "calls", "27.2K", "27,183 calls"),
        (999_999, "calls", "1.00M", "999,999 calls"),
        (925_012_345, "tokens", "925M", "925,012,345 tokens"),
        (Decimal("1209.4"), "USD", "$1,209", "1,209.4 USD"),
        (Decimal("999.994"), "USD", "$999.99", "999.994 USD"),
        (Decimal("0.004321"), "USD", "$0.0043", "0.004321 USD"),
        (Decimal("0.0000001"), "USD", "<$0.000001", "0.0000001 USD"),
        (Decimal("-0.44"), "USD", "\u2212$0.44", "-0.44 USD"),
        (0.04, "percent", f"<0.1{THIN}%", "0.04 %"),
        (99.96, "percent", f">99.9{THIN}%", "99.96 %"),
        (100.0, "percent", f"100{THIN}%", "100 %"),
        (94.06, "percent", f"94.1{THIN}%", "94.06 %"),
        (644, "ms", "644 ms", "644 ms"),
        (51_234, "ms", "51.2 s", "51,234 ms"),
        (90_000, "ms", "1.5 min", "90,000 ms"),
        (7_200_000, "ms", "2.0 h", "7,200,000 ms"),
        (1_234_567, "bytes", "1.23 MB", "1,234,567 bytes"),
        (3.118, "times", f"\u00d7{THIN}3.12", "3.118 times"),
        (175.3, "times", f"\u00d7{THIN}175", "175.3 times"),
        (True, None, "yes", "yes"),
        (dt.date(2026, 11, 23), None, "2026-11-23", "2026-11-23"),
        (dt.datetime(2026, 11, 23, 4, 5, 6), None, "2026-11-23 04:05", "2026-11-23 04:05:06 UTC"),  # noqa: DTZ001
    ],
)
def test_a_quantity_is_short_to_read_and_exact_beside(
    value: Any, unit: str | None, text: str, exact: str
) -> None:
    found = quantity(value, unit)
    assert found.text == text
    assert found.exact == exact


def test_tables_show_numbers_in_full() -> None:
    assert quantity(27_183, "calls", compact=False).text == "27,183"
    assert quantity(Decimal("1209.4"), "USD", compact=False).text == "$1,209.40"
    assert quantity(51_234, "ms", compact=False).text == "51,234 ms"


@pytest.mark.parametrize(
    ("value", "before", "unit", "text"),
    [
        (145, 100, "calls", f"▲ 45{THIN}%"),
        (97, 100, "calls", f"▼ 3.0{THIN}%"),
        (100_001, 100_000, "calls", f"▲ <0.1{THIN}%"),
        (100, 100, "calls", "no change"),
        (5, 0, "calls", "▲ from 0"),
        (94.1, 98.7, "percent", "▼ 4.6 points"),
        (3.201, 3.2, "percent", "▲ <0.1 points"),
        (0, 4.0, "percent", "▼ 4.0 points"),
    ],
)
def test_a_change_says_its_direction_in_signs_too(value: float, before: float, unit: str, text: str) -> None:
    found = change(value, before, unit)
    assert found is not None
    assert found.text == text
    assert found.exact.endswith("before")


def test_what_is_unknown_on_one_side_has_no_change() -> None:
    assert change(None, 1, "calls") is None
    assert change(1, None, "calls") is None
