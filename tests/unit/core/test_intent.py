"""What environments want differently is told apart where it differs, and nowhere above."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kinds.rehearsed import intent

from craton.core.resource import ByEnvironment


@pytest.mark.parametrize(
    ("dev", "prod", "merged"),
    [
        ({"A": 1}, {"A": 1}, {"A": 1}),
        ({"A": 1, "B": "x"}, {"A": 2, "B": "x"}, {"A": ByEnvironment({"dev": 1, "prod": 2}), "B": "x"}),
        (["a"], ["a", "b"], ByEnvironment({"dev": ["a"], "prod": ["a", "b"]})),
        (["a"], ["b"], ByEnvironment({"dev": ["a"], "prod": ["b"]})),
        ([{"A": 1}], [{"A": 2}], [{"A": ByEnvironment({"dev": 1, "prod": 2})}]),
        ({"A": 1}, {"B": 1}, ByEnvironment({"dev": {"A": 1}, "prod": {"B": 1}})),
    ],
)
def test_only_what_differs_is_told_apart(tmp_path: Any, dev: Any, prod: Any, merged: Any) -> None:
    wanted = {"dev": dev, "prod": prod}
    assert intent(tmp_path).structure_by_environment(lambda one: wanted[one.name]) == merged
