"""Policy files become documents that stand where a manifest says, and say what it says."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.compiler.manifests import SMALL, TODAY, wanted

from craton.codec.policy_template import parse_policy_template
from craton.compiler.organization_policies import organization_policies
from craton.compiler.statement_checks import statement_problems
from craton.core.deployment import Canary
from craton.registry.policies import Policies
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from craton.compiler.organization_policies import OrganizationPolicies
    from craton.core.diagnostic import Diagnostic


def compiled(more: str = "", today: dt.date = TODAY) -> OrganizationPolicies:
    intent, origin = wanted(more)
    return organization_policies(intent, Policies.load(), origin=origin, today=today)


def told(more: str, today: dt.date = TODAY) -> list[Diagnostic]:
    """What is wrong with what the manifest says of policy files."""
    intent, origin = wanted(more)
    return list(statement_problems(intent, Policies.load(), origin, today))


def statements(found: OrganizationPolicies, environment: str) -> dict[str, dict[str, Any]]:
    """Every statement of the documents of an environment, by Sid."""
    return {
        one["Sid"]: one
        for policy in found.policies
        if environment in policy.environments
        for one in json.loads(policy.content)["Statement"]
    }


def test_what_holds_for_all_is_one_document_at_the_root_and_small_enough_for_every_tool() -> None:
    found = compiled()
    assert found.diagnostics == ()
    common = next(
        one for one in found.policies if one.path == "governance/scp-bedrock-enterprise-controls.json"
    )
    assert (common.name, common.at) == ("BedrockEnterpriseControls", ("root",))
    assert common.files == (
        "exempt_roles_protected",
        "guardrails_protected",
        "logging_protected",
        "organization_stays",
    )
    assert len(common.content.decode()) <= 5_120


def test_a_canary_has_documents_of_its_own_and_what_holds_beside_it_waits_for_them() -> None:
    with_canary = SMALL.replace(
        "organizational_units: [workloads/prod], accounts",
        "organizational_units: [workloads/prod], canary: workloads/prod, canary_minutes: 30, accounts",
    )
    intent, origin = wanted("", with_canary)
    found = organization_policies(intent, Policies.load(), origin=origin, today=TODAY)
    of_prod = [one for one in found.policies if one.environments == ("prod",)]
    canary = [one for one in of_prod if ".canary" in one.name]
    rest = [one for one in of_prod if ".canary" not in one.name]
    assert of_prod == [*canary, *rest], "the canary comes first"
    assert [one.content for one in canary] == [one.content for one in rest]
    assert {one.at for one in canary} == {("workloads/prod",)}
    assert {one.at for one in rest} == {("555555555555",)}
    assert {one.after for one in canary} == {None}
    names = tuple(one.name for one in canary)
    assert {one.after for one in rest} == {Canary(policies=names, minutes=30)}


def test_an_environment_that_observes_is_held_to_nothing_but_what_holds_for_all() -> None:
    found = compiled()
    at = {one.path: one.at for one in found.policies if one.at != ("root",)}
    assert {path: place for path, place in at.items() if "dev" in path} == {
        "governance/scp/dev-1.json": (),
        "governance/scp/dev-2.json": (),
    }
    assert {place for path, place in at.items() if "prod" in path} == {("workloads/prod", "555555555555")}


def test_every_document_keeps_within_what_every_tool_takes() -> None:
    for one in compiled().policies:
        kind = "scp_characters" if one.type == "SERVICE_CONTROL_POLICY" else "rcp_characters"
        assert quota(kind).standing(len(one.content.decode())) == "within"


def test_each_environment_has_its_own_models() -> None:
    found = compiled()
    models = {
        name: statements(found, name)["DenyUnapprovedModels"]["NotResource"] for name in ("dev", "prod")
    }
    assert "arn:aws:bedrock:*::foundation-model/anthropic.claude-*" in models["dev"]
    assert "arn:aws:bedrock:*::foundation-model/anthropic.claude-*" not in models["prod"]
    assert "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-6" in models["prod"]


def test_regions_follow_the_manifest_and_destinations_its_profiles() -> None:
    prod = statements(compiled(), "prod")
    outside = prod["DenyOutsideRegions"]["Condition"]["StringNotEquals"]["aws:RequestedRegion"]
    batch = prod["DenyBatchOutsideGeographies"]["Condition"]["StringNotEquals"]["aws:RequestedRegion"]
    assert outside == ["us-east-1", "us-west-2"]
    assert set(batch) > set(outside)
    assert "us-east-2" in batch


def test_a_manifest_says_where_a_file_holds_and_with_what() -> None:
    more = """
statements:
  capacity_by_approval: {environments: [prod], parameters: {approvers: ["arn:aws:iam::*:role/buyer"]}}
  tags_required: {environments: []}
"""
    found = compiled(more)
    assert found.diagnostics == ()
    prod, dev = statements(found, "prod"), statements(found, "dev")
    denial = prod["DenyCapacityWithoutApproval"]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert denial == ["arn:aws:iam::*:role/buyer"]
    assert "DenyCapacityWithoutApproval" not in dev
    assert not any(sid.startswith("DenyWithoutTag") for sid in prod)
    assert "arn:aws:iam::*:role/buyer" in prod["DenyTakingRolesOver"]["Resource"]


def test_what_holds_for_all_but_not_everywhere_stands_at_the_environment_even_where_it_observes() -> None:
    found = compiled("statements: {logging_protected: {environments: [dev]}}\n")
    dev = {one.path: (one.at, one.files) for one in found.policies if one.environments == ("dev",)}
    assert dev["governance/scp/dev.json"] == (("workloads/dev",), ("logging_protected",))
    assert {at for path, (at, _) in dev.items() if "observed" in path} == {()}
    assert "DenyChangingInvocationLogging" not in statements(found, "prod")


EXCEPTION = """
exceptions:
  - statements: [DenyUnapprovedModels]
    principals: ["arn:aws:iam::444444444444:role/trial"]
    until: 2027-02-01
    reason: compares models
    owner: search
"""


def test_an_exception_lapses_by_itself_and_reaches_its_own_environment_alone() -> None:
    found = compiled(EXCEPTION)
    assert found.diagnostics == ()
    prod, dev = statements(found, "prod"), statements(found, "dev")
    spared = prod["DenyUnapprovedModels"]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    again = prod["DenyUnapprovedModelsFrom20270201"]["Condition"]
    assert spared == ["arn:aws:iam::444444444444:role/trial"]
    assert again["DateGreaterThanEquals"] == {"aws:CurrentTime": ["2027-02-01T00:00:00Z"]}
    assert "Condition" not in dev["DenyUnapprovedModels"]


def test_a_lapsed_exception_is_told_and_compiles_to_nothing() -> None:
    day = dt.date(2027, 2, 1)
    found = compiled(EXCEPTION, today=day)
    assert [(one.rule, one.severity, one.place.line) for one in told(EXCEPTION, today=day)] == [
        ("exception_lapsed", "warning", 28)
    ]
    assert statements(found, "prod") == statements(compiled(), "prod")


@pytest.mark.parametrize(
    ("more", "rule", "severity"),
    [
        ("statements: {aproved_models: {}}\n", "policy_unknown", "error"),
        ("statements: {approved_models: {parameters: {model: [x]}}}\n", "parameter_unknown", "error"),
        ("statements: {approved_regions: {parameters: {regions: [Ohio]}}}\n", "wrong_value", "error"),
        (EXCEPTION.replace("DenyUnapprovedModels", "DenyUnaproved"), "statement_unknown", "error"),
        (EXCEPTION.replace("DenyUnapprovedModels", "DenyPublicCalls"), "exception_idle", "warning"),
    ],
)
def test_what_no_policy_file_knows_is_told(more: str, rule: str, severity: str) -> None:
    (found,) = told(more)
    assert (found.rule, found.severity) == (rule, severity)
    assert found.place.line > 0


def test_a_parameter_that_has_no_value_keeps_policies_from_being_made() -> None:
    found = compiled("statements: {mantle_same_rules: {environments: [prod]}}\n")
    (missing,) = found.diagnostics
    assert (missing.rule, missing.severity) == ("parameter_missing", "error")
    assert missing.message == "`mantle_same_rules` holds in `prod`, and has no value for `principals`"
    assert found.policies == ()


OWN = """
title: Two parameters
explains: Neither has a value of its own.
kind: scp
sources: [{page: example.com, says: nothing, retrieved: 2026-11-26}]
parameters:
  callers: {type: arn, means: who, example: ["arn:aws:iam::333333333333:role/a"]}
  askers: {type: arn, means: who else, example: ["arn:aws:iam::333333333333:role/b"]}
attach: {tiers: [prod]}
statements:
  - Sid: DenyAll
    Effect: Deny
    Action: bedrock:InvokeModel
    Resource: "*"
    Condition:
      ArnNotLike: {aws:PrincipalArn: [{parameter: callers}, {parameter: askers}]}
proofs: [{name: all, request: {action: bedrock:InvokeModel, resource: "*"}, expect: explicit_deny}]
"""


def test_without_required_tags_no_tag_is_demanded() -> None:
    found = compiled("tags: {required: []}\n")
    assert found.diagnostics == ()
    assert not {sid for sid in statements(found, "prod") if "Tag" in sid}
    assert "tags_required" not in {one.template.id for one in found.filled["prod"]}


def test_several_parameters_without_a_value_stand_in_back_ticks_once_each() -> None:
    template, problems = parse_policy_template(OWN.encode(), id="two", file="two.yaml")
    assert template is not None, problems
    intent, origin = wanted()
    own = Policies({"two": template})
    (missing,) = organization_policies(intent, own, origin=origin, today=TODAY).diagnostics
    assert missing.message == "`two` holds in `prod`, and has no value for `askers` and `callers`"


def test_an_environment_that_enforces_and_approves_nothing_is_told() -> None:
    intent, origin = wanted("models: {approved: {dev: [anthropic.claude-*]}}\n", _without_models())
    found = organization_policies(intent, Policies.load(), origin=origin, today=TODAY)
    assert [one.rule for one in found.diagnostics] == ["nothing_approved"]


def test_policies_that_do_not_fit_are_told() -> None:
    models = ", ".join(f"anthropic.claude-{'x' * 60}-{number}" for number in range(700))
    more = f"models: {{approved: {{dev: [], prod: [{models}]}}}}\n"
    intent, origin = wanted(more, _without_models())
    found = organization_policies(intent, Policies.load(), origin=origin, today=TODAY)
    assert [one.rule for one in found.diagnostics] == ["policies_do_not_fit"]


def _without_models() -> str:
    from tests.unit.compiler.manifests import SMALL  # noqa: PLC0415 - used here alone

    return SMALL.partition("models:")[0]
