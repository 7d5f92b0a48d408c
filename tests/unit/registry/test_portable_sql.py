from __future__ import annotations

import pytest

from craton.codec.content_file import ContentFile, MartHeader, parse_content
from craton.registry.portable_sql import parse_query

HEADER = "--- title: x\n--- grain: x\n--- key: [day]\n--- reads: [x]\n--- explains: x\n"
TESTS = "--? - {name: x, given: {}, expect: []}\n"


def file_of(query: str) -> ContentFile[MartHeader]:
    file, _ = parse_content((HEADER + query + "\n" + TESTS).encode(), id="x", file="x.sql", header=MartHeader)
    assert file is not None
    return file


def problems_of(query: str) -> list[str]:
    return [str(problem).partition("\n")[0] for problem in parse_query(file_of(query))[1]]


def test_a_query_tells_what_it_reads_and_what_it_returns() -> None:
    query, problems = parse_query(
        file_of(
            "WITH own AS (SELECT a FROM t WHERE b IN (SELECT b FROM u))\n"
            "SELECT o.a, count(*) AS n FROM own AS o INNER JOIN v ON o.a = v.a GROUP BY o.a"
        )
    )
    assert not problems
    assert query is not None
    assert query.reads == {"t", "u", "v"}
    assert query.outputs == ("a", "n")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM t UNION ALL SELECT b AS a FROM u",
        "SELECT f.found FROM t CROSS JOIN UNNEST(t.findings) AS f(found)",
        "SELECT t.m['k'] AS v, array_to_string(list_sort(map_keys(t.m)), '+') AS ks FROM t",
        "SELECT p.part FROM t CROSS JOIN UNNEST(string_split(t.parts, '+')) AS p(part)",
        "SELECT list_sort(array_agg(DISTINCT a) FILTER (WHERE a IS NOT NULL)) AS found FROM t",
        "SELECT date_trunc('hour', ts) AS hour, isodow(ts) AS d, hour(ts) AS h FROM t",
        "SELECT sum(x) FILTER (WHERE y IS NOT NULL AND z <> 1) AS s FROM t HAVING count(*) > 0",
        "SELECT sum(x) OVER (PARTITION BY a ORDER BY b) AS s, row_number() OVER (ORDER BY a) AS n FROM t",
        "SELECT CAST(sum(x) AS DECIMAL(38, 12)) AS s, day - INTERVAL 7 DAY AS d FROM t",
        "SELECT a FROM t WHERE EXISTS (SELECT 1 AS one FROM u WHERE u.a = t.a) ORDER BY a NULLS LAST LIMIT 5",
        "SELECT quantile_cont(x, 0.5) AS p50, coalesce(a, 'x') || 'y' AS b FROM t",
    ],
)
def test_the_portable_subset_is_taken(query: str) -> None:
    assert problems_of(query) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT a, count(*) AS n FROM t GROUP BY ALL", "6:8: error: `GROUP BY ALL` is outside"),
        ("SELECT a FROM t GROUP BY ROLLUP (a)", "`ROLLUP` is outside"),
        ("SELECT * FROM t", "6:8: error: `*` is outside the portable subset"),
        ("SELECT * EXCLUDE (a) FROM t", "`*` is outside the portable subset"),
        ("SELECT a FROM t\nASOF JOIN u ON t.x >= u.x", "error: `ASOF JOIN` is outside"),
        ("SELECT a FROM t SEMI JOIN u ON t.a = u.a", "`SEMI JOIN` is outside"),
        ("SELECT approx_quantile(a, 0.5) AS p FROM t", "error: `approx_quantile` is outside"),
        ("SELECT approx_count_distinct(a) AS p FROM t", "`approx_distinct` is outside"),
        ("SELECT a FROM read_csv('/etc/passwd')", "the table function `READ_CSV('/etc/passwd')` is outside"),
        ("SELECT a FROM glob('*')", "is outside the portable subset"),
        ("SELECT getenv('HOME') AS a FROM t", "`getenv` is outside"),
        ("SELECT a FROM 'file.parquet'", "the name `file.parquet` is outside"),
        ("SELECT a FROM other.t", "`other.t` is outside"),
        ("SELECT least(a, b) AS c FROM t", "`least` is outside"),
        ("SELECT now() AS a FROM t", "`now` is outside"),
        ("SELECT random() AS a FROM t", "`rand` is outside"),
        ("SELECT any_value(a) AS a FROM t", "`any_value` is outside"),
        ("SELECT array_agg(DISTINCT a) AS a FROM t", "`array_agg` without an order is outside"),
        ("SELECT frobnicate(a) AS a FROM t", "6:8: error: `frobnicate` is outside"),
        ("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", "`QUALIFY` is outside"),
        ("SELECT DISTINCT ON (a) a FROM t", "`DISTINCT ON` is outside"),
        ("SELECT a FROM t LIMIT 5 OFFSET 5", "`OFFSET` is outside"),
        ("WITH RECURSIVE r AS (SELECT a FROM t) SELECT a FROM r", "`WITH RECURSIVE` is outside"),
        ("SELECT a AS B FROM t", "the name `B` is outside"),
        ("SELECT a, b AS a FROM t", "two columns are named `a`"),
        ("SELECT a + 1 FROM t", "the column `a + 1` has no name"),
        ("SELECT a FROM t;", "6:1: error: the query is not one SELECT without a semicolon"),
        ("SELECT a FROM t; SELECT b FROM u", "the query is not one SELECT without a semicolon"),
        ("COPY t TO 'x'", "the query is not one SELECT without a semicolon"),
        ("DELETE FROM t", "the query is not one SELECT without a semicolon"),
        ("VALUES (1)", "the query is not one SELECT without a semicolon"),
        ("SELECT a FROM t\nWHERE (", "7:7: error: the query is not SQL: something is missing here"),
        ("SELECT FROM WHERE", "the query is not SQL"),
        ("SELECT 'open FROM t", "the query is not SQL"),
    ],
)
def test_what_is_outside_is_refused_by_name_and_place(query: str, expected: str) -> None:
    found = problems_of(query)
    assert any(expected in problem for problem in found), found


def test_a_refusal_says_what_to_do_instead() -> None:
    _, problems = parse_query(file_of("SELECT greatest(a, b) AS c FROM t"))
    assert [problem.hint for problem in problems] == ["engines disagree about NULL in it: use `CASE`"]
