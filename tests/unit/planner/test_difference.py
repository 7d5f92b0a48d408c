from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from craton.planner.difference import Difference, differences

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner.filter(bool), max_size=3)
    ),
    max_leaves=10,
)


def test_each_place_that_differs_is_told_once_with_both_sides() -> None:
    before = {"a": 1, "b": {"c": [1, 2], "d": "x"}, "gone": True}
    after = {"a": 1, "b": {"c": [1, 3], "d": "y"}, "new": False}
    assert list(differences(before, after)) == [
        Difference("b.c.1", 2, 3),
        Difference("b.d", "x", "y"),
        Difference("gone", True, None),
        Difference("new", None, False),
    ]


def test_lists_of_unlike_length_differ_as_wholes() -> None:
    assert list(differences({"a": [1]}, {"a": [1, 2]})) == [Difference("a", [1], [1, 2])]


@given(VALUES)
def test_nothing_differs_from_itself(value: object) -> None:
    assert list(differences(value, value)) == []


@given(VALUES, VALUES)
def test_what_is_not_equal_differs_somewhere(one: object, other: object) -> None:
    assert bool(list(differences(one, other))) == (one != other)
