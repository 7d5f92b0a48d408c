from __future__ import annotations

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from craton.codec.content_file import ContentFile, MartHeader, PanelHeader, parse_content
from craton.core.diagnostic import Place

HEADER = """\
--- title: Calls
--- grain: a day
--- key: [day]
--- reads: [invocation]
--- explains: What the rows mean.
"""
QUERY = """\
SELECT day, count(*) AS calls -- a comment of the query
FROM invocation
GROUP BY day
"""
TESTS = """\
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: two calls
--?   given: {invocation: [{repeat: 2, set: {account_id: "222222222222", estimated_cost: 0.5}}]}
--?   expect: [{day: 2026-10-01, calls: 2, note: null, ready: true}]
"""


def parsed(text: str) -> tuple[ContentFile[MartHeader] | None, list[str]]:
    file, problems = parse_content(text.encode(), id="x", file="x.sql", header=MartHeader)
    return file, [str(problem) for problem in problems]


def sound(text: str) -> ContentFile[MartHeader]:
    file, problems = parsed(text)
    assert not problems
    assert file is not None
    return file


def test_a_file_comes_apart_into_header_query_and_tests() -> None:
    file = sound(HEADER + QUERY + TESTS)
    assert file.header.title == "Calls"
    assert file.header.key == ("day",)
    assert file.reads == ("invocation",)
    assert file.sql == QUERY
    assert file.sql_line == 6
    cases, _, problems = file.cases()
    assert not problems
    assert [case.name for case in cases] == ["no calls give no rows", "two calls"]
    assert cases[1].given["invocation"][0].repeat == 2
    assert cases[1].given["invocation"][0].set == {"account_id": "222222222222", "estimated_cost": 0.5}
    assert cases[1].expect == ({"day": "2026-10-01", "calls": 2, "note": None, "ready": True},)


def test_the_whole_file_is_valid_sql() -> None:
    text = HEADER + QUERY + TESTS
    assert sqlglot.parse_one(text, read="duckdb").sql("duckdb", comments=False).startswith("SELECT day")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE invocation (day DATE)")
        assert connection.execute(text).fetchall() == []


def test_places_are_those_of_the_file() -> None:
    file = sound(HEADER + "\n" + QUERY + TESTS)
    assert file.header_place("key", 0) == Place("x.sql", 3, 11)
    assert file.place(file.sql.index("FROM")) == Place("x.sql", 8, 1)
    assert file.place(file.sql.index("count")) == Place("x.sql", 7, 13)
    cases, source, _ = file.cases()
    assert cases[1].place == Place("x.sql", 13, 13)
    assert source.place((1, "expect", 0, "calls")) == Place("x.sql", 15, 41)


def test_blank_lines_and_comments_of_the_query_are_kept_where_they_stand() -> None:
    file = sound(HEADER + "\n-- first\n" + QUERY + "\n-- last\n\n" + TESTS)
    assert file.sql == "-- first\n" + QUERY + "\n-- last\n"
    assert file.sql_line == 7


def test_a_header_may_have_texts_of_several_lines() -> None:
    file = sound(
        HEADER.replace("What the rows mean.", ">\n---   What the rows\n---\n---   mean.") + QUERY + TESTS
    )
    assert file.header.explains == "What the rows\nmean.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeff" + HEADER + QUERY + TESTS, "x.sql:1:1: error: the file begins with a byte-order mark"),
        (HEADER + QUERY + TESTS.replace("\n", "\r\n", 1), "x.sql:9:1: error: lines end in a carriage return"),
        (QUERY + TESTS, "x.sql: error: the file has no header"),
        (HEADER + TESTS, "x.sql: error: the file has no query"),
        (HEADER + QUERY, "x.sql: error: the file has no tests"),
        ("", "x.sql: error: the file has no header"),
        (QUERY + HEADER + TESTS, "x.sql:4:1: error: a header line stands after the query"),
        (HEADER + QUERY + TESTS + HEADER, "x.sql:15:1: error: a header line stands after the tests"),
        (HEADER + QUERY + TESTS + "LIMIT 1\n", "x.sql:15:1: error: a line of the query stands after"),
        ("---title: Calls\n" + HEADER[17:] + QUERY + TESTS, "x.sql:1:4: error: no blank follows `---`"),
        (HEADER + QUERY + "--?- name: x\n" + TESTS, "x.sql:9:4: error: no blank follows `--?`"),
        (HEADER + "/* block */\n" + QUERY + TESTS, "x.sql:6:1: error: a block comment stands in the query"),
        (HEADER.replace("key", "kye") + QUERY + TESTS, "x.sql:3:5: error: unknown key `kye`"),
        (HEADER.replace("[day]", "[day") + QUERY, "x.sql:4:10: error: a comma or `]` is missing before this"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_form_is_told_with_its_place(text: str, expected: str) -> None:
    _, problems = parsed(text)
    assert any(problem.partition("\n")[0].startswith(expected) for problem in problems), problems


def test_every_problem_is_told_in_one_run() -> None:
    text = "\ufeff" + HEADER.replace("grain", "grian").replace("[day]", "5") + "/* x */\n" + QUERY
    _, problems = parsed(text.replace("\n", "\r\n"))
    assert len(problems) == 5


def test_a_file_that_is_not_utf8_is_told() -> None:
    _, problems = parse_content(b"--- title: \xff\n", id="x", file="x.sql", header=MartHeader)
    assert "x.sql:1:1: error: the file is not UTF-8" in [str(problem) for problem in problems]


def test_a_slash_and_star_in_a_text_is_no_block_comment() -> None:
    sound(HEADER + "SELECT day, 'arn:aws:s3:::x/*' AS calls FROM invocation -- see /* here\n" + TESTS)


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (TESTS.replace("expect", "expct", 1), "x.sql:11:7: error: unknown key `expct`"),
        (TESTS.replace("repeat: 2", "repeat: two"), "x.sql:13:37: error: `two` is not a whole number"),
        (TESTS.replace("two calls", "no calls give no rows"), "two cases are named `no calls give no rows`"),
    ],
)
def test_what_is_wrong_with_the_tests_is_told_with_its_place(tests: str, expected: str) -> None:
    _, _, problems = sound(HEADER + QUERY + tests).cases()
    assert any(expected in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_the_unit_of_a_column_is_told_by_units_or_is_that_of_y() -> None:
    header = PanelHeader(
        title="t",
        page="cost",
        order=1,
        chart="bar",
        x="a",
        y="b",
        unit="USD",
        units={"c": "ms"},
        reads=(),
        explains="",
    )
    assert [header.unit_of(column) for column in "abc"] == [None, "USD", "ms"]


@given(st.text(max_size=300))
def test_no_text_makes_reading_fail(text: str) -> None:
    parse_content(text.encode("utf-8", "surrogatepass"), id="x", file="x.sql", header=PanelHeader)


@given(
    st.lists(st.sampled_from([*HEADER.splitlines(), *QUERY.splitlines(), *TESTS.splitlines()]), max_size=12)
)
def test_lines_in_any_order_give_a_file_or_problems(lines: list[str]) -> None:
    file, problems = parse_content("\n".join(lines).encode(), id="x", file="x.sql", header=MartHeader)
    assert file is not None or problems
