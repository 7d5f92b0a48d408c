from __future__ import annotations

import pytest

from craton.core.plural import plural


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 sources"), (1, "1 source"), (2, "2 sources"), (12345, "12,345 sources")]
)
def test_a_count_has_its_noun_as_it_is_said(count: int, told: str) -> None:
    assert plural(count, "source") == told


def test_a_noun_of_its_own_form_is_given_it() -> None:
    assert plural(1, "address", "addresses") == "1 address"
    assert plural(2, "address", "addresses") == "2 addresses"
