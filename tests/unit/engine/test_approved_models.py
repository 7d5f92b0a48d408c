from __future__ import annotations

import datetime as dt

import pytest

from craton.engine.approved_models import (
    current_models,
    has_ended,
    is_approved,
    is_pattern,
    newest_of_families,
    price_of_answers,
)

TODAY = dt.date(2026, 11, 26)


def test_a_pattern_stands_for_the_known_models_that_have_not_ended() -> None:
    found = current_models(("anthropic.claude-3-*", "anthropic.claude-sonnet-4-6"), TODAY)
    assert found[-1] == "anthropic.claude-sonnet-4-6"
    assert "anthropic.claude-3-7-sonnet-20250219-v1:0" in found
    assert "anthropic.claude-3-haiku-20240307-v1:0" not in found
    assert has_ended("anthropic.claude-3-haiku-20240307-v1:0", TODAY)
    assert not has_ended("anthropic.claude-3-haiku-20240307-v1:0", dt.date(2026, 9, 9))


def test_an_id_that_nobody_knows_is_taken_at_its_word() -> None:
    assert current_models(("acme.new-model-1",), TODAY) == ("acme.new-model-1",)
    assert not is_pattern("acme.new-model-1")
    assert is_approved("acme.new-model-1", ["acme.*"])


def test_the_newest_of_each_family_is_told_by_its_version_and_not_by_its_date() -> None:
    found = newest_of_families(
        [
            "anthropic.claude-3-5-haiku-20241022-v1:0",
            "anthropic.claude-haiku-4-5-20251001-v1:0",
            "anthropic.claude-sonnet-4-20250514-v1:0",
            "anthropic.claude-sonnet-4-6",
            "amazon.nova-lite-v1:0",
            "amazon.nova-2-lite-v1:0",
            "amazon.nova-pro-v1:0",
        ]
    )
    assert found == (
        "amazon.nova-2-lite-v1:0",
        "amazon.nova-pro-v1:0",
        "anthropic.claude-haiku-4-5-20251001-v1:0",
        "anthropic.claude-sonnet-4-6",
    )


@pytest.mark.parametrize(
    ("model", "answers"),
    [
        ("anthropic.claude-sonnet-4-6", True),
        ("amazon.titan-embed-text-v2:0", False),
        ("cohere.rerank-v3-5:0", False),
        ("amazon.nova-2-sonic-v1:0", False),
        ("acme.new-model-1", False),
    ],
)
def test_models_that_answer_in_text_are_told_by_what_their_answers_cost(model: str, answers: bool) -> None:
    assert (price_of_answers(model, "us-east-1", TODAY) is not None) == answers
