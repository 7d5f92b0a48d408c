from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from craton.views.sparkline import HEIGHT, WIDTH, sparkline


def test_too_few_values_have_no_shape() -> None:
    assert sparkline([]) is None
    assert sparkline([None, 5, None]) is None


def test_a_line_breaks_where_a_value_is_unknown() -> None:
    found = sparkline([1, 2, None, 2, 1])
    assert found
    assert found.line.count("M") == 2


def test_small_changes_of_large_values_look_small() -> None:
    found = sparkline([99, 100])
    assert found
    heights = [float(y) for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", found.line)]
    assert abs(heights[0] - heights[1]) < 1


@given(st.lists(st.none() | st.floats(-1e12, 1e12), max_size=50))
def test_the_line_stays_within_its_room(values: list[float | None]) -> None:
    found = sparkline(values)
    if found is None:
        return
    for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", found.line):
        assert 0 <= float(x) <= WIDTH + 0.02
        assert 0 <= float(y) <= HEIGHT
