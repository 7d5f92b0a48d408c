from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.views.naming import pieces, title_of, without_positions


@pytest.mark.parametrize(
    ("column", "unit", "title"),
    [
        ("account_id", None, "Account"),
        ("estimated_cost", "USD", "Estimated cost"),
        ("latency_ms", "ms", "Latency"),
        ("latency_ms", None, "Latency ms"),
        ("through_vpc_endpoint", "events", "Through VPC endpoint"),
        ("source_ip", None, "Source IP"),
    ],
)
def test_headings_are_words(column: str, unit: str | None, title: str) -> None:
    assert title_of(column, unit) == title


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("anthropic.claude-sonnet-4-6", ["anthropic.", "claude-", "sonnet-4-6"]),
        (
            "PutModelInvocationLoggingConfiguration",
            ["PutModel", "Invocation", "Logging", "Configuration"],
        ),
        ("ana.silva@acme.example", ["ana.", "silva@", "acme.", "example"]),
        ("us-east-1", ["us-", "east-1"]),
        ("two words", ["two words"]),
        ("", [""]),
    ],
)
def test_long_names_go_on_behind_signs_and_before_capitals(text: str, cut: list[str]) -> None:
    assert pieces(text) == cut


@given(st.text())
def test_no_letter_is_lost_between_pieces(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_numbers_that_only_order_are_not_shown() -> None:
    assert without_positions(["1 Mon", "2 Tue"]) == {"1 Mon": "Mon", "2 Tue": "Tue"}
    assert without_positions(["1 Mon", "Tue"]) == {"1 Mon": "1 Mon", "Tue": "Tue"}
