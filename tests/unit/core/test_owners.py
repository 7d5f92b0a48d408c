from __future__ import annotations

import datetime as dt

import pytest

from craton.core.owners import BusinessUnit, CostCenter, Owners, Period, Project, Team, positions

MARCH, APRIL, MAY = (dt.date(2026, month, 1) for month in (3, 4, 5))
DAY = dt.timedelta(days=1)


def test_a_period_holds_its_first_day_and_not_its_last() -> None:
    period = Period(MARCH, APRIL)
    assert MARCH in period
    assert APRIL - DAY in period
    assert APRIL not in period
    assert MARCH - DAY not in period
    assert MARCH in Period()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Period(None, APRIL), Period(APRIL, None), False),
        (Period(None, APRIL + DAY), Period(APRIL, None), True),
        (Period(), Period(), True),
        (Period(MARCH, MAY), Period(APRIL, APRIL + DAY), True),
        (Period(MARCH, MARCH), Period(), False),
        (Period(MAY, MARCH), Period(), False),
    ],
)
def test_periods_overlap_where_a_day_is_in_both(one: Period, other: Period, expected: bool) -> None:
    assert one.overlaps(other) is expected
    assert other.overlaps(one) is expected


def test_every_owner_knows_its_names_its_place_and_the_days_on_which_all_around_it_hold() -> None:
    team = Team(name="t", since=APRIL, projects=(Project(name="p", until=MAY),))
    owners = Owners(
        business_units=(
            BusinessUnit(name="a"),
            BusinessUnit(name="b", cost_centers=(CostCenter(name="c", since=MARCH, teams=(team,)),)),
        )
    )
    found = {owner.names: (owner.level, owner.period, owner.path) for owner in positions(owners)}
    path = ("owners", "business_units", 1, "cost_centers", 0, "teams", 0, "projects", 0)
    assert list(found) == [("a",), ("b",), ("b", "c"), ("b", "c", "t"), ("b", "c", "t", "p")]
    assert found["b", "c"] == ("cost_center", Period(MARCH), path[:5])
    assert found["b", "c", "t", "p"] == ("project", Period(APRIL, MAY), path)
