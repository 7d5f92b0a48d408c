from __future__ import annotations

import datetime as dt
from decimal import Decimal

from craton.lake.session import Rows
from craton.views.quantity import UNKNOWN
from craton.views.table import table

ARN = "arn:aws:bedrock:us-east-1:012345678901:application-inference-profile/abc123def456"


def test_numbers_stand_right_and_what_is_unknown_is_no_0() -> None:
    rows = Rows(
        ("model", "calls", "estimated_cost"),
        ("VARCHAR", "BIGINT", "DECIMAL(38,12)"),
        [("m", 1200, Decimal("1.5")), ("n", None, None)],
    )
    found = table(rows, units={"calls": "calls", "estimated_cost": "USD"}, names={})
    assert [column.number for column in found.columns] == [False, True, True]
    assert [cell.text for cell in found.rows[0]] == ["m", "1,200", "$1.50"]
    assert [cell.text for cell in found.rows[1][1:]] == [UNKNOWN, UNKNOWN]
    assert [cell.exact for cell in found.rows[1][1:]] == ["not known", "not known"]
    assert all("n" in cell.classes for row in found.rows for cell in row[1:])


def test_an_account_is_called_by_its_name_and_keeps_its_id() -> None:
    rows = Rows(("account_id",), ("VARCHAR",), [("012345678901",), ("098765432109",)])
    found = table(
        rows, units={}, names={"012345678901": "research"}, link=lambda column, value: f"/{column}/{value}"
    )
    known, stranger = found.rows[0][0], found.rows[1][0]
    assert (known.text, known.note, known.href) == ("research", "012345678901", "/account_id/012345678901")
    assert (stranger.text, stranger.note, stranger.mono) == ("098765432109", None, True)


def test_long_ids_show_their_end_and_tell_the_whole() -> None:
    rows = Rows(("model_id",), ("VARCHAR",), [(ARN,)])
    cell = table(rows, units={}, names={}).rows[0][0]
    assert cell.text.startswith("…")
    assert ARN.endswith(cell.text[1:])
    assert cell.exact == ARN
    assert table(rows, units={}, names={}, short=False).rows[0][0].text == ARN


def test_names_that_need_room_may_break_and_short_ones_may_not() -> None:
    rows = Rows(("model",), ("VARCHAR",), [("anthropic.claude-sonnet-4-6",), ("us-east-1",), ("x" * 60,)])
    long, short, longest = (row[0] for row in table(rows, units={}, names={}).rows)
    assert (long.classes, short.classes, longest.classes) == ("t", "", "w")
    assert len(long.pieces) > 1
    assert short.pieces == ["us-east-1"]


def test_shares_carry_a_bar_that_stays_within_its_bounds() -> None:
    rows = Rows(("coverage", "error_percent"), ("DOUBLE", "DOUBLE"), [(120.0, 5.0), (-3.0, 5.0)])
    found = table(rows, units={"coverage": "percent", "error_percent": "percent"}, names={})
    assert [row[0].bar for row in found.rows] == [100.0, 0.0]
    assert [row[1].bar for row in found.rows] == [None, None]


def test_of_many_rows_the_first_are_shown_and_all_are_counted() -> None:
    rows = Rows(("day",), ("DATE",), [(dt.date(2026, 1, 1) + dt.timedelta(days=n),) for n in range(150)])
    found = table(rows, units={}, names={})
    assert (len(found.rows), found.whole) == (100, 150)
    assert found.rows[0][0].text == "2026-01-01"
