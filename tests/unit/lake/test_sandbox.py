from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest

from craton.core.errors import UserError
from craton.lake.lake import Lake
from craton.lake.sandbox import locked

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    made = Lake(tmp_path / "lake")
    made.prefix_key()
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "COPY invocation TO '/tmp/out.csv'",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "ATTACH '/tmp/other.db'",
        "PRAGMA database_list",
        "SET threads = 1",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE x AS SELECT 1",
        "DROP VIEW invocation",
        "INSERT INTO invocation SELECT * FROM invocation",
        "DELETE FROM invocation",
        "EXPORT DATABASE '/tmp/x'",
        "CALL pragma_version()",
        "EXPLAIN ANALYZE SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_parquet('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "/etc/passwd"',
        "SELECT (SELECT count(*) FROM read_csv('/etc/passwd'))",
        "WITH x AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM x",
        "SELECT * FROM invocation UNION ALL SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pg_catalog.pg_tables",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('invocation')",
        "SELECT getenv('HOME')",
        "SELECT current_setting('temp_directory')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "FROM read_csv('/etc/passwd')",
        "DESCRIBE invocation",
        "SHOW TABLES",
        'SELECT * FROM (WITH "a/b.parquet" AS (SELECT 1) SELECT 1), "a/b.parquet"',
        "not sql",
        "SELECT '\udcff'",
        "",
    ],
)
def test_what_is_no_select_over_the_lakes_tables_is_refused(lake: Lake, sql: str) -> None:
    with pytest.raises(UserError):
        lake.ask(sql)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) FROM invocation", [(0,)]),
        ("WITH x AS (SELECT 1 AS a) SELECT a FROM x", [(1,)]),
        ("SELECT unnest([1, 2])", [(1,), (2,)]),
        ("SELECT sum(i) FROM range(4) t(i)", [(6,)]),
        ("SELECT count(*) FROM coverage JOIN usage_daily USING (day)", [(0,)]),
        ("-- a remark\nSELECT 'COPY; ATTACH' AS words", [("COPY; ATTACH",)]),
    ],
)
def test_a_select_over_the_lakes_tables_is_answered(
    lake: Lake, sql: str, rows: list[tuple[object, ...]]
) -> None:
    assert lake.ask(sql).rows == rows


def test_even_a_statement_that_passed_the_checks_reads_no_file_outside_the_lake(lake: Lake) -> None:
    session = lake.session()
    locked(session, lake.root)

    for sql in (
        "SELECT * FROM read_text('/etc/passwd')",
        "SET enable_external_access = true",
        "ATTACH '/tmp/x.db'",
    ):
        with pytest.raises(duckdb.Error):
            session.query(sql)


ENDLESS = "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r"


@pytest.mark.slow
@pytest.mark.parametrize("sql", [ENDLESS, "SELECT count(*) FROM range(1000000000000)"])
def test_ctrl_c_stops_a_statement_that_does_not_end(lake: Lake, sql: str) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "craton", "sql", sql, "--lake", str(lake.root)], stderr=subprocess.PIPE
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            run.communicate(timeout=4)
        run.send_signal(signal.SIGINT)
        _, talk = run.communicate(timeout=20)
    finally:
        run.kill()
    assert (run.returncode, talk.split()) == (130, [b"stopped"])


def test_no_column_hides_another_of_its_name(lake: Lake) -> None:
    assert lake.ask("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a").names == ("a", "a_1", "a_1_1", "a_2")


def test_times_with_a_zone_are_told_in_utc(lake: Lake) -> None:
    sql = """
        SELECT i, TIMESTAMPTZ '2026-10-01 12:00:00+02' AS "a ""time", i AS i FROM range(3) r(i)
        ORDER BY i DESC; -- the newest first
    """
    moment = dt.datetime(2026, 10, 1, 10)  # noqa: DTZ001 - times are naive UTC throughout
    assert lake.ask(sql).rows == [(2, moment, 2), (1, moment, 1), (0, moment, 0)]
    assert isinstance(lake.ask("SELECT now()").rows[0][0], dt.datetime)
