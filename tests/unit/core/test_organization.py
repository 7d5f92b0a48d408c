from __future__ import annotations

import datetime as dt

import pytest

from craton.core.organization import (
    Account,
    EarlierUnit,
    Organization,
    OrganizationalUnit,
    holds,
    up_from,
)


@pytest.mark.parametrize(
    ("unit", "path", "expected"),
    [
        ("workloads", "workloads", True),
        ("workloads", "workloads/prod/eu", True),
        ("root", "workloads", True),
        ("root", "root", True),
        ("workloads/prod", "workloads", False),
        ("work", "workloads", False),
        ("workloads", "root", False),
    ],
)
def test_a_unit_holds_itself_and_what_is_below(unit: str, path: str, expected: bool) -> None:
    assert holds(unit, path) is expected


def test_the_way_up_ends_below_the_root() -> None:
    assert list(up_from("a/b/c")) == ["a/b/c", "a/b", "a"]


def test_upper_parts_of_paths_and_the_root_are_units() -> None:
    organization = Organization(
        id="o-exampleorgid",
        management_account="111111111111",
        hub_account="222222222222",
        organizational_units=(OrganizationalUnit(path="a/b"), OrganizationalUnit(path="c")),
        accounts=(),
    )
    assert organization.unit_paths() == {"a", "a/b", "c", "root"}


@pytest.mark.parametrize(
    ("day", "unit"),
    [
        (dt.date(2026, 1, 1), "first"),
        (dt.date(2026, 2, 28), "first"),
        (dt.date(2026, 3, 1), "second"),
        (dt.date(2026, 6, 30), "second"),
        (dt.date(2026, 7, 1), "now"),
    ],
)
def test_an_account_was_where_it_was_in_whatever_order_that_is_written(day: dt.date, unit: str) -> None:
    earlier = (
        EarlierUnit(ou="second", until=dt.date(2026, 7, 1)),
        EarlierUnit(ou="first", until=dt.date(2026, 3, 1)),
    )
    account = Account(id="111111111111", name="a", ou="now", earlier=earlier)
    assert account.ou_on(day) == unit
