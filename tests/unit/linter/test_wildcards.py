from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.linter.wildcards import arns_overlap, covers, is_wild, overlap

PATTERNS = st.text(alphabet="ab*?", max_size=5)
TEXTS = ["".join(letters) for length in range(6) for letters in itertools.product("ab", repeat=length)]


def by_hand(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern.replace("*", ".*").replace("?", "."), text) is not None


@given(PATTERNS, PATTERNS)
def test_two_patterns_overlap_where_some_text_is_covered_by_both(one: str, other: str) -> None:
    """Of two patterns of five letters, a common text of five or fewer exists where any exists at all, or both
    have so many fixed letters that none does.
    """
    common = any(by_hand(one, text) and by_hand(other, text) for text in TEXTS)
    if common:
        assert overlap(one, other)
    elif len(one.replace("*", "")) + len(other.replace("*", "")) <= 5:
        assert not overlap(one, other)


@given(PATTERNS, st.sampled_from(TEXTS))
def test_a_pattern_covers_what_a_regular_expression_covers(pattern: str, text: str) -> None:
    assert covers(pattern, text) == by_hand(pattern, text)
    assert overlap(pattern, text) == by_hand(pattern, text)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:us-east-1::foundation-model/x", True),
        ("arn:aws:bedrock:*:1:foundation-model/*", "arn:aws:bedrock:us-east-1::foundation-model/x", False),
        (
            "arn:${Partition}:lambda:${Region}:${Account}:function:${Name}",
            "arn:aws:lambda:*:*:function/*",
            False,
        ),
        ("arn:aws:bedrock:*", "arn:aws:bedrock:us-east-1::foundation-model/x", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::a/*", False),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/x", "arn:aws:iam::1:role/x", True),
    ],
)
def test_patterns_of_arns_are_compared_part_by_part(one: str, other: str, meet: bool) -> None:
    assert arns_overlap(one, other) is meet
    assert arns_overlap(other, one) is meet


@pytest.mark.parametrize(
    ("text", "wild"), [("a*", True), ("a?", True), ("a", False), ("${aws:username}", False), ("${*}", False)]
)
def test_a_wildcard_within_a_variable_is_none(text: str, wild: bool) -> None:
    assert is_wild(text) is wild
