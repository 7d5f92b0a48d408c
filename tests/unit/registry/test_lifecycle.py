"""How models end."""

from __future__ import annotations

from datetime import date

from craton.registry.lifecycle import model_lifecycles
from craton.registry.prices import model_ends


def test_a_model_is_active_then_legacy_then_gone() -> None:
    opus = model_lifecycles()["anthropic.claude-opus-4-1-20250805-v1:0"]
    assert opus.state_on(date(2026, 7, 7)) == "active"
    assert opus.state_on(date(2026, 7, 8)) == "legacy"
    assert opus.state_on(date(2027, 1, 7)) == "legacy"
    assert opus.state_on(date(2027, 1, 8)) == "end_of_life"
    assert opus.extended_access_from == date(2026, 10, 8)


def test_a_model_of_which_only_the_end_is_known_is_not_called_legacy() -> None:
    lifecycle = model_lifecycles()["anthropic.claude-sonnet-4-5-20250929-v1:0"]
    assert lifecycle.legacy_from is None
    assert lifecycle.state_on(date(2027, 4, 7)) == "active"
    assert lifecycle.state_on(date(2027, 4, 8)) == "end_of_life"


def test_legacy_comes_before_extended_access_and_both_before_the_end() -> None:
    for one in model_lifecycles().values():
        days = [day for day in (one.legacy_from, one.extended_access_from, one.end_of_life) if day]
        assert days == sorted(set(days)), one.model


def test_both_readings_of_the_file_agree_and_every_row_has_a_source() -> None:
    assert {model: one.end_of_life for model, one in model_lifecycles().items()} == dict(model_ends())
    assert all(one.source for one in model_lifecycles().values())
