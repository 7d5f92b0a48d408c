"""Laws of the names in somebody's own SELECT: the check and the engine agree on what is in scope."""

from __future__ import annotations

import functools

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craton.core.errors import UserError
from craton.lake.sandbox import checked

RELATIONS = frozenset({"k"})
# The last is the sign of the Kelvin, which Python takes for a k and the engine does not.
names = st.sampled_from(('"k"', "K", "ghost", "GHOST", '"a b"', '"\N{KELVIN SIGN}"'))


def selects() -> st.SearchStrategy[str]:
    """SELECT statements of one column `n`, in which names may be in scope or not."""
    plain = st.one_of(
        st.just("SELECT 1 AS n"),
        names.map("SELECT n FROM {}".format),
        st.tuples(names, names).map(lambda pair: "SELECT a.n FROM {} a, {} b".format(*pair)),
        names.map("SELECT (SELECT max(n) FROM {}) AS n".format),
    )
    return st.recursive(plain, _larger, max_leaves=8)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two, named, both = st.tuples(inner, inner), st.tuples(names, inner, inner), st.tuples(names, names)
    return st.one_of(
        named.map(lambda it: "WITH {} AS ({}) {}".format(*it)),
        named.map(lambda it: "WITH {} AS MATERIALIZED ({}) ({})".format(*it)),
        named.map(lambda it: "WITH RECURSIVE {} AS ({}) {}".format(*it)),
        named.map(lambda it: "WITH RECURSIVE {0} AS (({1}) UNION ({2})) SELECT n FROM {0}".format(*it)),
        st.tuples(both, inner, inner, inner).map(
            lambda it: f"WITH {it[0][0]} AS ({it[1]}), {it[0][1]} AS ({it[2]}) {it[3]}"
        ),
        two.map(lambda it: "({}) UNION ALL ({})".format(*it)),
        two.map(lambda it: "({}) EXCEPT ({}) ORDER BY n".format(*it)),
        two.map(lambda it: "SELECT x.n FROM ({}) x, ({}) y".format(*it)),
        two.map(lambda it: "SELECT x.n FROM ({}) x LEFT JOIN ({}) y USING (n)".format(*it)),
        two.map(lambda it: "SELECT n FROM ({}) WHERE n IN ({})".format(*it)),
        two.map(lambda it: "SELECT n FROM ({}) o WHERE EXISTS (FROM ({}) i WHERE i.n = o.n)".format(*it)),
        two.map(lambda it: "SELECT l.n FROM ({}) o, LATERAL (SELECT o.n + n AS n FROM ({})) l".format(*it)),
        two.map(lambda it: "SELECT n FROM ({}) ORDER BY (SELECT max(n) FROM ({}))".format(*it)),
    )


@pytest.mark.slow
@given(sql=selects())
@settings(max_examples=250)
def test_what_passes_the_check_names_nothing_that_the_engine_looks_for_elsewhere(sql: str) -> None:
    try:
        checked(sql, RELATIONS)
    except UserError:
        return
    assert "does not exist" not in _problem_of_the_engine(sql)


def _problem_of_the_engine(sql: str) -> str:
    try:
        _engine().execute(f"EXPLAIN {sql}")
    except duckdb.Error as error:
        return str(error)
    return ""


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect(":memory:")
    made.execute("CREATE VIEW k AS SELECT 1 AS n")
    return made


@pytest.mark.parametrize(
    "sql",
    [
        "WITH ghost AS (SELECT 1 AS n) SELECT a.n FROM Ghost a JOIN GHOST b USING (n)",
        'WITH "a b" AS (SELECT 1 AS n) SELECT n FROM "A B"',
        "WITH ghost AS (SELECT 1 AS n), phantom AS (FROM ghost) SELECT n FROM phantom",
        "WITH ghost AS (SELECT 1 AS n) SELECT (SELECT max(n) FROM ghost) AS n",
        "WITH ghost AS (SELECT 1 AS n) SELECT n FROM k o WHERE EXISTS (FROM ghost i WHERE i.n = o.n)",
        "WITH ghost AS (SELECT 1 AS n) (FROM ghost UNION ALL FROM ghost) EXCEPT (SELECT 2) ORDER BY n",
        "WITH ghost AS (SELECT 1 AS n) SELECT n FROM k ORDER BY (SELECT max(n) FROM ghost)",
        "WITH ghost AS (WITH ghost AS (SELECT 1 AS n) FROM ghost) SELECT n FROM ghost",
        "WITH RECURSIVE ghost AS (SELECT 1 AS n UNION SELECT 1 FROM ghost g) SELECT n FROM ghost",
        "WITH RECURSIVE ghost AS (SELECT 1 AS n UNION SELECT n FROM (FROM ghost) x) SELECT n FROM ghost",
        "WITH RECURSIVE a AS (SELECT 1 AS n), ghost AS (FROM a UNION FROM ghost) SELECT n FROM ghost",
        "WITH k AS (FROM k) SELECT n FROM k",
        "WITH g AS (SELECT 1 AS n) SELECT l.n FROM k, LATERAL (SELECT g.n FROM g WHERE g.n = k.n) l",
    ],
)
def test_a_common_table_expression_is_used_wherever_it_is_in_scope(sql: str) -> None:
    assert _engine().execute(checked(sql, RELATIONS)).fetchall() == [(1,)]


@pytest.mark.parametrize("name", ["pg_settings", "sqlite_master", "PG_SETTINGS", "duckdb_logs"])
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT y.* FROM (WITH {0} AS (SELECT 1) SELECT 1) x, {0} y",
        "SELECT * FROM {0} WHERE 1 IN (WITH {0} AS (SELECT 1) FROM {0})",
        "(WITH {0} AS (SELECT 1) FROM {0}) UNION ALL (SELECT 1 FROM {0})",
        "WITH {0} AS (SELECT * FROM {0}) FROM {0}",
        "WITH RECURSIVE {0} AS (SELECT * FROM {0}) FROM {0}",
        "WITH RECURSIVE {0} AS (FROM {0} UNION ALL FROM {0} WHERE false) FROM {0}",
        "WITH a AS (FROM {0}), {0} AS (SELECT 1) FROM a",
        "WITH a AS (WITH {0} AS (SELECT 1) FROM {0}) SELECT * FROM a, {0}",
        "SELECT (SELECT count(*) FROM {0}) FROM (WITH {0} AS (SELECT 1) FROM {0})",
        "SELECT 1 ORDER BY (WITH {0} AS (SELECT 1) SELECT 1), (SELECT count(*) FROM {0})",
    ],
)
def test_the_engines_own_tables_are_out_of_reach(name: str, sql: str) -> None:
    with pytest.raises(UserError, match="there is no table"):
        checked(sql.format(name), RELATIONS)
