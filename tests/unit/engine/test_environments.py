from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from craton.engine.environments import Environments, environments
from craton.engine.manifests import load

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 26)


@pytest.fixture(scope="module")
def example(repository: Path) -> Environments:
    path = repository / "examples" / "acme-org" / "craton.yaml"
    return environments(load(path), path, today=TODAY)


def test_each_environment_tells_who_is_in_it_and_what_is_approved_there(example: Environments) -> None:
    prod = next(one for one in example.environments if one.name == "prod")
    assert (prod.tier, prod.mode) == ("prod", "enforce")
    assert [one.name for one in prod.accounts] == ["search-prod", "support-prod", "risk-prod"]
    assert "amazon.nova-pro-v1:0" in [one.approved for one in prod.approvals]
    assert all(one.models == (one.approved,) for one in prod.approvals)


def test_a_pattern_tells_the_models_that_it_stands_for_today(example: Environments) -> None:
    sandbox = next(one for one in example.environments if one.name == "sandbox")
    claude = next(one for one in sandbox.approvals if one.approved == "anthropic.claude-*")
    assert "anthropic.claude-sonnet-4-6" in claude.models
    assert "anthropic.claude-sonnet-4-20250514-v1:0" not in claude.models


def test_one_begins_with_a_current_model_through_the_profile_of_the_home_region(
    example: Environments,
) -> None:
    dev = next(one for one in example.environments if one.name == "dev")
    assert dev.begin_with is not None
    assert dev.begin_with.model == "anthropic.claude-haiku-4-5-20251001-v1:0"
    assert dev.begin_with.through == f"us.{dev.begin_with.model}"


def test_lines_are_told_once_as_differing_or_as_alike(example: Environments) -> None:
    assert len(example.differing()) + len(example.alike()) == len(example.lines)
    assert {len(set(one.cells.values())) for one in example.alike()} == {1}
    assert all(len(set(one.cells.values())) > 1 for one in example.differing())
    assert example.problems == ()


def test_what_keeps_policies_from_being_made_is_told_with_the_rest(tmp_path: Path, repository: Path) -> None:
    path = tmp_path / "craton.yaml"
    text = (repository / "examples/acme-org/craton.yaml").read_text("utf-8")
    start, end = text.index("\npolicies:"), text.index("\nstatements:")
    path.write_text(
        text[:start] + text[end:].replace("capacity_by_approval:", "capacity_by_aproval:"), "utf-8"
    )
    found = environments(load(path), path, today=TODAY)
    assert [one.rule for one in found.problems] == ["policy_unknown"]
    assert {line.about for line in found.lines} > {"Log group of invocations"}
