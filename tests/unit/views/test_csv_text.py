from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.views.csv_text import csv_text


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert read(csv_text(["a"], [[text]]))[1] == [f"'{text}"]


@pytest.mark.parametrize("value", [-5, -0.5, Decimal("-1.25"), "-12", "012345678901"])
def test_numbers_and_ids_stay_as_they_are(value: Any) -> None:
    assert read(csv_text(["a"], [[value]]))[1] == [str(value)]


def test_what_is_unknown_is_empty_and_times_are_utc() -> None:
    moment = dt.datetime(2026, 11, 23, 4, 5)  # noqa: DTZ001 - the lake's times are naive UTC
    assert read(csv_text(["a", "b"], [[None, moment]]))[1] == ["", "2026-11-23T04:05:00Z"]


@given(st.lists(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_every_cell_comes_back_in_its_place(rows: list[list[str]]) -> None:
    found = read(csv_text(["a", "b"], rows))
    assert len(found) == len(rows) + 1
    for row, told in zip(rows, found[1:], strict=True):
        assert [
            cell.removeprefix("'") if not one.startswith("'") else cell
            for one, cell in zip(row, told, strict=True)
        ] == row
