from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from craton.lake.row_comparison import difference, same


@pytest.mark.parametrize(
    ("expected", "returned"),
    [
        (None, None),
        (5, 5),
        (5, Decimal("5.00")),
        (0.1, Decimal("0.1")),
        (0.3, 0.1 + 0.2),
        (5, 5.0),
        ("x", "x"),
        (True, True),
        ("2026-10-01", dt.date(2026, 10, 1)),
        ("2026-10-01T12:00:00Z", dt.datetime(2026, 10, 1, 12)),  # noqa: DTZ001 - what DuckDB returns
        ("2026-10-01T14:00:00+02:00", dt.datetime(2026, 10, 1, 12)),  # noqa: DTZ001 - what DuckDB returns
        (["a", None], ["a", None]),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_values_that_mean_the_same_are_the_same(expected: Any, returned: Any) -> None:
    assert same(expected, returned)


@pytest.mark.parametrize(
    ("expected", "returned"),
    [
        (0, None),
        (None, 0),
        ("5", 5),
        (5, "5"),
        (1, True),
        (True, 1),
        (0.1, Decimal("0.10000001")),
        (0.3, 0.3001),
        ("2026-10-01", dt.datetime(2026, 10, 1, 12)),  # noqa: DTZ001 - what DuckDB returns
        ("noon", dt.datetime(2026, 10, 1, 12)),  # noqa: DTZ001 - what DuckDB returns
        ("2026-10-02", dt.date(2026, 10, 1)),
        (["a"], ["a", "b"]),
        (["b", "a"], ["a", "b"]),
        ("a", ["a"]),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": 1, "b": 1}),
        (5, dt.date(2026, 10, 1)),
    ],
)
def test_values_that_differ_are_not_the_same(expected: Any, returned: Any) -> None:
    assert not same(expected, returned)


def test_only_the_columns_that_are_named_are_compared() -> None:
    assert difference([{"a": 1}], [{"a": 1, "b": 2}], ordered=False) is None


def test_the_order_of_rows_counts_only_where_it_is_asked_for() -> None:
    expected, returned = [{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}]
    assert difference(expected, returned, ordered=False) is None
    assert difference(expected, returned, ordered=True) is not None


def test_each_expected_row_needs_a_row_of_its_own() -> None:
    assert difference([{"a": 1}, {"a": 1}], [{"a": 1}], ordered=False) is not None
    assert difference([{"a": 1}], [{"a": 1}, {"a": 1}], ordered=False) is not None


def test_a_vague_row_leaves_the_exact_one_to_a_precise_row() -> None:
    expected = [{}, {"a": 1}, {"b": 2}]
    returned = [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 4, "b": 2}]
    assert difference(expected, returned, ordered=False) is None


def test_a_difference_names_what_is_missing_what_is_too_much_and_what_came_nearest() -> None:
    told = difference([{"a": "x", "n": 1}], [{"a": "x", "n": 2}, {"a": "y", "n": None}], ordered=False)
    assert told is not None
    assert told.splitlines() == [
        "expected 1 row, got 2 rows",
        "  missing    {a: x, n: 1}",
        "    nearest  differs in n: 2",
        "  unexpected {a: x, n: 2}",
        "  unexpected {a: y, n: NULL}",
    ]


def test_a_long_difference_is_cut() -> None:
    told = difference([], [{"a": n} for n in range(13)], ordered=False)
    assert told is not None
    assert told.splitlines()[-1] == "  and 3 more"
