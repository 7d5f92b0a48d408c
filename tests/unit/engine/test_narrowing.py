from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from craton.core.filters import Days, Filters
from craton.engine.narrowing import Buckets, narrowed, narrowed_by_bucket

COLUMNS = {
    "usage_daily": frozenset({"day", "account_id", "team"}),
    "coverage": frozenset({"day", "account_id"}),
    "freshness": frozenset({"source"}),
}
DAY = dt.date(2026, 10, 1)
OPEN = Days(None, None)
ASKED = Filters().with_values("account", ["111111111111"]).with_values("team", ["search"])
BOTH = "SELECT count(*) FROM (SELECT day FROM usage_daily UNION ALL SELECT day FROM coverage)"


@pytest.fixture
def engine() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect(":memory:")
    made.execute(
        "CREATE TABLE usage_daily AS SELECT DATE '2026-10-01' AS day, a AS account_id, t AS team "
        "FROM (VALUES ('111111111111', 'search'), ('111111111111', 'risk'), ('222222222222', 'search')) "
        "AS rows(a, t)"
    )
    made.execute("CREATE TABLE coverage AS SELECT * EXCLUDE (team) FROM usage_daily")
    made.execute("CREATE TABLE freshness AS SELECT 'invocation' AS source")
    return made


def test_a_filter_that_one_relation_does_not_know_narrows_none(engine: duckdb.DuckDBPyConnection) -> None:
    asked = narrowed(BOTH, ("usage_daily", "coverage"), COLUMNS, ASKED, OPEN)

    assert asked.not_filtered_by == ("team",)
    assert engine.execute(asked.sql, asked.parameters).fetchall() == [(4,)]


def test_a_filter_that_every_relation_knows_narrows_all(engine: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT count(*) FROM usage_daily"

    asked = narrowed(sql, ("usage_daily",), COLUMNS, ASKED, Days(DAY, DAY))

    assert asked.not_filtered_by == ()
    assert engine.execute(asked.sql, asked.parameters).fetchall() == [(1,)]


def test_days_are_such_a_filter(engine: duckdb.DuckDBPyConnection) -> None:
    before = Days(None, DAY - dt.timedelta(days=1))
    sql = "SELECT count(*) FROM usage_daily, freshness"

    asked = narrowed(sql, ("usage_daily", "freshness"), COLUMNS, Filters(), before)

    assert asked.not_filtered_by == ("time",)
    assert engine.execute(asked.sql, asked.parameters).fetchall() == [(3,)]


def test_in_each_bucket_it_is_the_same(engine: duckdb.DuckDBPyConnection) -> None:
    asked = narrowed_by_bucket(BOTH, ("usage_daily", "coverage"), COLUMNS, ASKED, Buckets(DAY, 1, 1))

    assert asked is not None
    assert asked.not_filtered_by == ("team",)
    assert engine.execute(asked.sql, asked.parameters).fetchall() == [(0, 4)]
