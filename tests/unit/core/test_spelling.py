from __future__ import annotations

import pytest

from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean, nearest

KEYS = ("regions", "environments", "management_account", "until", "from")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("regoins", "regions"),
        ("Regions", "regions"),
        ("managementAccount", "management_account"),
        ("management-account", "management_account"),
        ("enviroments", "environments"),
        ("form", "from"),
        ("zebra", None),
        ("", None),
    ],
)
def test_the_nearest_word_forgives_style_order_and_a_letter(text: str, expected: str | None) -> None:
    assert nearest(text, KEYS) == expected


def test_the_order_of_letters_is_forgiven_before_letters_are() -> None:
    assert nearest("us-esat-1", ("us-west-1", "us-east-1")) == "us-east-1"


def test_the_answer_does_not_depend_on_the_order_of_what_is_known() -> None:
    assert nearest("tset", ("rest", "test")) == nearest("tset", ("test", "rest")) == "test"
    assert nearest("a_b", ("A-B", "a-b")) == nearest("a_b", ("a-b", "A-B"))


def test_nothing_is_asked_where_nothing_comes_close() -> None:
    assert did_you_mean("dev", ("prod", "test")) is None
    assert did_you_mean("prd", ("prod", "test")) == "did you mean `prod`?"


def test_quoted_text_stays_on_its_line_and_in_its_ticks() -> None:
    assert ticked("a\nb\x1b[31m") == "`a\\nb\\x1b[31m`"
    assert ticked("a`b") == "`a'b`"
    assert ticked("x" * 80) == f"`{'x' * 80}`"
    assert ticked("x" * 81) == f"`{'x' * 79}…`"


def test_an_enumeration_has_its_conjunction_only_where_it_needs_one() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b"], "or") == "`a` or `b`"
    assert listed(["a", "b", "c"]) == "`a`, `b` and `c`"
