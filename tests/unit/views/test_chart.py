from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.codec.content_file import Chart as Kind
from craton.codec.content_file import PanelHeader
from craton.core.filters import Days
from craton.lake.session import Rows
from craton.views.chart import Chart, chart, specification
from craton.views.palette import DARK, LIGHT
from craton.views.picture import svg
from craton.views.quantity import UNKNOWN
from craton.views.table import pivot

FIRST = dt.date(2026, 11, 1)
DAYS = Days(FIRST, FIRST + dt.timedelta(days=6))
HOSTILE = "</script><script>alert(1)</script>'\"] datum.x //"


def header(kind: Kind, **said: Any) -> PanelHeader:
    usual: dict[str, Any] = {"x": "day", "y": "calls", "series": "model", "unit": "calls", "width": 6}
    return PanelHeader(
        title="Calls", reads=(), explains="", page="usage", order=1, chart=kind, **{**usual, **said}
    )


def drawn(kind: Kind, rows: list[tuple[Any, ...]], x_type: str = "DATE", **said: Any) -> Chart:
    asked = header(kind, **said)
    names = tuple(name for name in (asked.x, asked.series, asked.y) if name)
    types = (x_type, "VARCHAR", "BIGINT") if asked.series else (x_type, "BIGINT")
    found = chart(asked, Rows(names, types, rows), DAYS, {})
    assert found is not None
    return found


def by_day(*values: tuple[int, str, int | None]) -> list[tuple[Any, ...]]:
    return [(FIRST + dt.timedelta(days=day), model, calls) for day, model, calls in values]


FORMS = {
    "line": drawn("line", by_day((0, "a", 1), (2, "a", 3), (1, "b", 5))),
    "area": drawn("area", by_day((0, "a", 1), (2, "a", 3), (1, "b", 5))),
    "stacked_bar": drawn("stacked_bar", by_day((0, "a", 1), (2, "a", 3), (1, "b", 5))),
    "bar": drawn("bar", [("a", 3), ("b", 1)], "VARCHAR", x="model", series=None),
    "bar beside": drawn("bar", [("a", "p50", 3), ("a", "p95", 9)], "VARCHAR", x="model", series="quantile"),
    "heatmap": drawn("heatmap", by_day((0, "a", 1), (1, "b", 5))),
    "coverage": drawn(
        "heatmap", by_day((0, "a", 100), (1, "a", 0)), y="coverage", unit="percent", series="account_id"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_drawn_in_both_themes_and_any_width(name: str) -> None:
    for palette in (LIGHT, DARK):
        for columns in (4, 12):
            one = Chart(FORMS[name].header, FORMS[name].shape, DAYS, columns)
            picture = svg(specification(one, palette, legend=True))
            assert picture.startswith("<svg")
            assert "NaN" not in picture
            assert "undefined" not in picture
            assert palette.ink in picture or palette.muted in picture


@pytest.mark.parametrize("name", FORMS)
def test_the_same_rows_give_the_same_bytes(name: str) -> None:
    one, other = (json.dumps(specification(FORMS[name])) for _ in range(2))
    assert one == other


def test_a_chart_without_rows_of_its_own_fills_the_room_beside_its_neighbour() -> None:
    assert specification(FORMS["line"])["height"] == "container"
    assert isinstance(specification(FORMS["line"], LIGHT)["height"], int)
    assert isinstance(specification(FORMS["bar"])["height"], int)


def test_nobody_s_text_is_a_field_an_expression_or_a_colour() -> None:
    told = json.dumps(specification(drawn("stacked_bar", by_day((0, HOSTILE, 1)))))
    data = json.dumps(HOSTILE)
    assert data in told
    rest = told.replace(data, "")
    assert "alert" not in rest


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    asked = header("line")
    assert chart(asked, Rows(("day", "model", "calls"), ("DATE", "VARCHAR", "BIGINT"), []), DAYS, {}) is None
    unknown = Rows(("day", "model", "calls"), ("DATE", "VARCHAR", "BIGINT"), by_day((0, "a", None)))
    assert chart(asked, unknown, DAYS, {}) is None


def test_a_line_breaks_on_days_of_which_nothing_is_known() -> None:
    values = specification(FORMS["line"])["data"]["values"]
    assert [row["y"] for row in values if row["s"] == "a"] == [1, None, 3]


def test_an_area_stacks_on_0_only_where_another_has_a_value() -> None:
    values = specification(FORMS["area"])["data"]["values"]
    assert [row["y"] for row in values if row["s"] == "a"] == [1, 0, 3]


def test_the_largest_series_have_the_colours_and_all_others_are_added_up() -> None:
    found = drawn("stacked_bar", by_day(*((0, f"m{number:02}", 20 - number) for number in range(11))))
    labels = [series.label for series in found.shape.series]
    assert labels == [*(f"m{number:02}" for number in range(8)), "other"]
    assert found.shape.series[-1].colour is None
    assert found.shape.folded == 3
    assert sum(point.y for point in found.shape.points) == sum(20 - number for number in range(11))


@pytest.mark.parametrize("unit", ["ms", "percent", "principals"])
def test_what_does_not_add_up_is_left_out_and_counted(unit: str) -> None:
    found = drawn("line", by_day(*((0, f"m{number:02}", 20 - number) for number in range(11))), unit=unit)
    assert len(found.shape.series) == 8
    assert found.shape.folded == 3
    assert all(series.total is None for series in found.shape.series)


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from("abcdefghijkl"), st.integers(0, 1000)),
        min_size=1,
        max_size=60,
    )
)
def test_nothing_that_adds_up_is_lost_between_rows_and_points(rows: list[tuple[int, str, int]]) -> None:
    found = drawn("stacked_bar", by_day(*rows))
    assert sum(point.y for point in found.shape.points) == sum(calls for _, _, calls in rows)


def test_the_table_beside_a_chart_holds_every_point_and_marks_what_is_unknown() -> None:
    found = pivot(FORMS["line"].shape, "calls")
    assert [column.title for column in found.columns] == ["Day", "b", "a"]
    assert [[cell.text for cell in row] for row in found.rows] == [
        ["Tue 3 Nov 2026", UNKNOWN, "3"],
        ["Mon 2 Nov 2026", "5", UNKNOWN],
        ["Sun 1 Nov 2026", UNKNOWN, "1"],
    ]


def test_a_chart_says_in_words_what_it_shows() -> None:
    assert FORMS["line"].summary == "line chart of calls by day for 2 series; the data follows as a table"
    assert FORMS["bar"].summary == "bar chart of calls by model; the data follows as a table"
