"""Where a thing came about half, it is told in words what it is and what it is not."""

from __future__ import annotations

from typing import Any

import pytest

from craton.engine.applying import _unlike


@pytest.mark.parametrize(
    ("after", "wanted", "told"),
    [
        (None, {"a": 1}, "it is not there after it was made"),
        ({"1/us-east-1": "INOPERABLE"}, None, "it is still there after it was to go"),
        ({"1/us-east-1": "OUTDATED"}, {"1/us-east-1": "CURRENT"}, "1/us-east-1 is OUTDATED, not CURRENT"),
    ],
)
def test_what_is_not_as_it_should_be_is_told_in_words(after: Any, wanted: Any, told: str) -> None:
    assert _unlike(after, wanted) == told
