"""What must hold of Craton's own policy statements beyond what each file proves of itself."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from craton.codec.policy_filling import fill
from craton.core.errors import UserError
from craton.registry.content import path_of
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_surfaces
from craton.registry.policies import Policies
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from pathlib import Path

    from craton.codec.policy_template import PolicyTemplate

TEMPLATES = [pytest.param(one, id=one.id) for one in Policies.load().templates.values()]
INTENTS = {
    "approved_models",
    "guardrail_required",
    "logging_protected",
    "guardrails_protected",
    "approved_regions",
    "no_long_term_keys",
    "private_endpoints_only",
    "tags_required",
    "capacity_by_approval",
    "data_retention_fixed",
    "mantle_same_rules",
    "organization_stays",
}


def test_each_intent_has_a_statement() -> None:
    assert set(Policies.load().templates) >= INTENTS


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_policy_with_its_examples_fits_any_quota_that_ever_held(template: PolicyTemplate) -> None:
    size = len(fill(template, template.examples()).json())
    assert quota("scp_characters").standing(size) == "within"


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_action_and_key_of_a_policy_is_one_of_iam_s_as_iam_spells_it(template: PolicyTemplate) -> None:
    policy = fill(template, template.examples()).policy
    assert policy is not None
    for statement in policy.statements:
        for pattern in statement.actions.patterns:
            if "*" in pattern.text:
                assert iam_reference().actions_matching(pattern.text)
            else:
                action = iam_reference().action(pattern.text)
                assert action is not None
                assert action.name == pattern.text
        for condition in statement.conditions:
            key = iam_reference().condition_key(condition.key.text)
            assert key is not None
            spelt, hole, _ = key.name.partition("${")
            assert condition.key.text.startswith(spelt) if hole else condition.key.text == spelt


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_key_of_a_condition_can_be_in_a_request_of_each_action(template: PolicyTemplate) -> None:
    policy = fill(template, template.examples()).policy
    assert policy is not None
    for statement in policy.statements:
        for pattern in statement.actions.patterns:
            for condition in statement.conditions:
                actions = iam_reference().actions_matching(pattern.text)
                known = [iam_reference().supports(action, condition.key.text) for action in actions]
                assert any(known) if "*" in pattern.text else all(known)


@pytest.mark.parametrize("name", ["approved_models", "private_endpoints_only", "approved_regions"])
def test_a_rule_on_models_speaks_of_every_action_that_runs_one(name: str) -> None:
    template = Policies.load().templates[name]
    policy = fill(template, template.examples()).policy
    assert policy is not None
    spoken = {
        action.name
        for statement in policy.statements
        for pattern in statement.actions.patterns
        for action in iam_reference().actions_matching(pattern.text)
    }
    wanted = {one.action for one in inference_surfaces() if one.target in ("model", "batch", "project")}
    assert wanted <= spoken


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_policy_says_on_what_it_relies_and_since_when(template: PolicyTemplate) -> None:
    assert all(source.page.startswith("docs.aws.amazon.com/") for source in template.header.sources)
    assert all(source.retrieved > dt.date(2026, 1, 1) for source in template.header.sources)
    assert template.header.explains.endswith(".")


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    return tmp_path


def test_own_policies_join_those_of_the_package(overlay: Path) -> None:
    text = _text_of("organization_stays")
    (overlay / "policies" / "we_stay.yaml").write_text(text)
    found = Policies.load([overlay])
    assert found.templates["we_stay"].file == f"{overlay}/policies/we_stay.yaml"
    assert set(found.templates) == set(Policies.load().templates) | {"we_stay"}


def test_an_own_policy_replaces_none_of_the_package(overlay: Path) -> None:
    (overlay / "policies" / "organization_stays.yaml").write_text(_text_of("organization_stays"))
    with pytest.raises(UserError, match="the id `organization_stays` is taken by craton/content/policies"):
        Policies.load([overlay])


def test_the_name_of_a_policy_file_is_an_id(overlay: Path) -> None:
    (overlay / "policies" / "We-Stay.yaml").write_text(_text_of("organization_stays"))
    _, problems = Policies.check([overlay], packaged=False)
    assert [problem.rule for problem in problems] == ["bad_id"]


def test_a_file_that_would_not_be_found_is_told(overlay: Path) -> None:
    (overlay / "policies" / "below").mkdir()
    (overlay / "policies" / "below" / "we_stay.yaml").write_text(_text_of("organization_stays"))
    (overlay / "policies" / "we_stay.yml").write_text(_text_of("organization_stays"))
    found, problems = Policies.check([overlay], packaged=False)
    told = [(problem.place.file.removeprefix(f"{overlay}/"), problem.rule) for problem in problems]
    assert told == [("policies/below/we_stay.yaml", "no_kind"), ("policies/we_stay.yml", "bad_id")]
    assert "we_stay" in found.templates


def test_a_policy_that_no_scp_can_hold_is_told(overlay: Path) -> None:
    text = _text_of("approved_models")
    many = json.dumps([f"provider.model-{number}" for number in range(300)])
    example = '[anthropic.claude-sonnet-4-6, amazon.nova-pro-v1:0, "openai.gpt-oss-120b*"]'
    assert example in text
    (overlay / "policies" / "many_models.yaml").write_text(text.replace(example, many))
    _, problems = Policies.check([overlay], packaged=False)
    (problem,) = problems
    assert problem.rule == "too_large"
    assert f"{quota('scp_characters').limit:,} are the most" in problem.message


def _text_of(name: str) -> str:
    return path_of(Policies.load().templates[name].file).read_text("utf-8")
