"""Proofs hold for what is compiled, and fail for each way in which it could be wrong."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.unit.compiler.manifests import SMALL, TODAY, wanted

from craton.codec.policy_source import read_policy
from craton.codec.policy_template import parse_policy_template
from craton.compiler.organization_policies import organization_policies
from craton.compiler.proof_answers import proofs_document
from craton.compiler.proof_values import rebound
from craton.compiler.proofs import proved
from craton.compiler.standing import InForce
from craton.registry.content import PACKAGE
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from craton.compiler.proof_answers import Answered
    from craton.compiler.proofs import Proved

OTHER_REGION = """{"Version": "2012-10-17", "Statement": [{"Sid": "NoOhio", "Effect": "Deny",
 "Action": "bedrock:*", "Resource": "*",
 "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-2"}}}]}"""


def proofs(
    more: str = "", text: str = SMALL, in_force: tuple[InForce, ...] = (), policies: Policies | None = None
) -> Proved:
    if in_force or policies:
        return proved_anew(more, text, in_force, policies)
    return proved_once(more, text)


def proved_anew(
    more: str = "", text: str = SMALL, in_force: tuple[InForce, ...] = (), policies: Policies | None = None
) -> Proved:
    intent, origin = wanted(more, text)
    governing = organization_policies(intent, policies or Policies.load(), origin=origin, today=TODAY)
    return proved(intent, governing, in_force, origin=origin, today=TODAY)


@functools.cache
def proved_once(more: str, text: str) -> Proved:
    """The proofs of a manifest, which many tests look at and none changes."""
    return proved_anew(more, text)


def held(found: Proved, environment: str) -> dict[str, int]:
    return {one.claim: one.held for one in found.tallies if one.environment == environment}


def asked(
    found: Proved, environment: str, claim: str, api: str | None = None, answer: str | None = None
) -> list[Answered]:
    return [
        one
        for one in found.answers
        if environment in one.environments
        and one.claim == claim
        and api in (None, one.asked)
        and answer in (None, one.answer)
    ]


def failing(found: Proved) -> set[tuple[str, str]]:
    return {(one.environment, one.claim) for one in found.tallies if one.failed}


def in_force(text: str, at: str) -> InForce:
    policy, _ = read_policy(text.encode(), "own.json", "own.json")
    assert policy is not None
    return InForce(policy=policy, type="SERVICE_CONTROL_POLICY", at=at)


def with_file(name: str, old: str, new: str) -> Policies:
    """The package's policies, one of them changed."""
    data = (PACKAGE / "policies" / f"{name}.yaml").read_text()
    assert old in data
    template, problems = parse_policy_template(data.replace(old, new, 1).encode(), id=name, file=name)
    assert template is not None, problems
    return Policies({**Policies.load().templates, name: template})


@pytest.mark.slow
def test_every_claim_is_asked_and_holds() -> None:
    found = proofs()
    assert found.diagnostics == ()
    assert failing(found) == set()
    assert set(held(found, "prod")) == {
        "policy_files",
        "approved_models",
        "closed_surfaces",
        "demands",
        "unapproved_models",
        "other_regions",
        "protected_actions",
    }
    assert set(held(found, "dev")) == {
        "policy_files",
        "approved_models",
        "closed_surfaces",
        "observed_only",
        "protected_actions",
    }
    assert all(count > 20 for count in held(found, "dev").values())
    assert held(found, "prod") == {
        "policy_files": held(found, "prod")["policy_files"],
        "approved_models": len(asked(found, "prod", "approved_models")),
        "closed_surfaces": 8,  # two models on mantle, in two Regions, at two places
        "demands": len(asked(found, "prod", "approved_models", "CreateModelInvocationJob", "allowed")),
        "unapproved_models": len(asked(found, "prod", "unapproved_models")),
        "other_regions": len(asked(found, "prod", "other_regions")),
        "protected_actions": len(asked(found, "prod", "protected_actions")),
    }


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        ("approved_models", "allowed"),
        ("unapproved_models", "explicit_deny"),
        ("other_regions", "explicit_deny"),
    ],
)
def test_a_model_is_asked_for_whole_as_a_stream_by_a_batch_job_and_on_mantle(claim: str, answer: str) -> None:
    found = proofs()
    apis = {one.asked for one in asked(found, "prod", claim, answer=answer)}
    every = {"InvokeModel", "InvokeModelWithResponseStream", "CreateModelInvocationJob", "CreateInference"}
    assert apis == (every - {"CreateInference"} if claim == "approved_models" else every)
    alike = {api for one in asked(found, "prod", claim, "InvokeModel") for api in one.alike}
    assert {"Converse", "ChatCompletions", "Messages", "Responses"} <= alike


def test_the_own_role_calls_nothing_on_mantle_whatever_is_approved() -> None:
    found = proofs()
    told = asked(found, "prod", "closed_surfaces")
    assert {one.asked for one in told} == {"CreateInference"}
    assert {one.answer for one in told} == {"implicit_deny"}
    assert {one.of for one in told} == {"anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0"}


def test_a_batch_job_goes_where_geographic_profiles_do_and_nowhere_with_a_global_one() -> None:
    told = asked(proofs(), "prod", "approved_models", "CreateModelInvocationJob")
    answers = {(one.of, one.answer) for one in told if one.of and "sonnet" in one.of}
    assert answers == {
        ("anthropic.claude-sonnet-4-6", "allowed"),
        ("us.anthropic.claude-sonnet-4-6", "allowed"),
        ("global.anthropic.claude-sonnet-4-6", "explicit_deny"),
    }


APPLICATIONS = """
owners:
  business_units:
    - name: Retail
      cost_centers:
        - {name: CC-1, teams: [{name: search, projects: [{name: ranking}]}]}
inference_profiles: {applications: [{team: search, project: ranking}]}
"""
LISTED = "arn:aws:bedrock:us-west-2:444444444444:application-inference-profile/rk7q2m9x4c1a"


@pytest.mark.slow
def test_approved_models_are_called_through_the_profiles_of_applications() -> None:
    text = f"""{SMALL}  application_inference_profiles:
    - arn: {LISTED}
      model: us.anthropic.claude-sonnet-4-6
      tags: {{team: search}}
"""
    found = proofs(APPLICATIONS, text)
    assert found.diagnostics == ()
    told = [one for one in asked(found, "prod", "approved_models") if "application-inf" in str(one.of)]
    assert {one.answer for one in told} == {"allowed"}
    assert {one.asked for one in told} > {"InvokeModel", "InvokeModelWithResponseStream"}
    listed = [one for one in told if one.of == LISTED and one.asked == "InvokeModel"]
    assert len(listed) == 2, "once with each ARN that the key may hold"
    assert {one.region for one in told} == {"us-east-1", "us-west-2"}
    more = f"{APPLICATIONS}statements: {{approved_regions: {{parameters: {{profiles: ['{LISTED}']}}}}}}\n"
    only = [one for one in asked(proofs(more, text), "prod", "approved_models") if one.of == LISTED]
    assert {one.answer for one in only} == {"allowed"}


def test_every_claim_stands_in_the_file_of_proofs_and_none_but_these() -> None:
    found = proofs()
    records = json.loads(proofs_document(found.answers))
    assert {claim for one in records for claim in [one["claim"]]} == {one.claim for one in found.answers}
    asked_of = sum(
        max(1, len(one.get("asked", ())))
        * max(1, len(one.get("of", ())))
        * max(1, len(one.get("region", ())))
        for one in records
    )
    distinct = {msgspec.json.encode(one) for one in found.answers}
    assert asked_of == len(distinct)
    assert {one["verdict"] for one in records} == {"held", "silent"}
    denied = [one for one in records if one["claim"] == "unapproved_models"]
    assert all("DenyUnapproved" in str(one["by"]) for one in denied)


@pytest.mark.slow
def test_what_is_in_force_already_and_stops_a_destination_is_found_with_its_statement() -> None:
    found = proofs(in_force=(in_force(OTHER_REGION, "root"),))
    assert ("prod", "approved_models") in failing(found)
    said = next(one for one in found.diagnostics if "`prod`" in one.message)
    assert said.rule == "proof_fails"
    assert said.place.line == SMALL[: SMALL.index("    prod: [anthropic")].count("\n") + 1
    assert "denied by `NoOhio` of `own.json`" in said.message
    assert "a destination Region" in said.message


@pytest.mark.slow
def test_what_stops_approved_calls_already_is_a_warning_where_that_is_only_observed() -> None:
    found = proofs(in_force=(in_force(OTHER_REGION, "workloads/dev"),))
    assert failing(found) == set()
    told = [one for one in found.diagnostics if one.rule == "stopped_already"]
    assert {one.severity for one in told} == {"warning"}
    assert all("`dev` approves what policies stop" in one.message for one in told)
    assert any("a destination Region is denied by `NoOhio` of `own.json`" in one.message for one in told)
    stopped = asked(found, "dev", "approved_models", answer="explicit_deny")
    assert {one.verdict for one in stopped if one.expected == "allowed"} == {"silent"}


@pytest.mark.slow
def test_global_profiles_that_are_not_let_through_are_denied() -> None:
    more = "statements: {approved_regions: {parameters: {global_profiles: []}}}\n"
    found = proofs(more)
    assert found.diagnostics == ()
    assert held(found, "prod")["approved_models"] == held(proofs(), "prod")["approved_models"]


@pytest.mark.slow
def test_what_is_demanded_is_brought_and_missed_where_it_is_not() -> None:
    more = """
statements:
  guardrail_required: {environments: [prod]}
  private_endpoints_only:
    environments: [prod]
    parameters: {endpoints: [vpce-0123456789abcdef0]}
"""
    found = proofs(more)
    assert found.diagnostics == ()
    answered = len(asked(found, "prod", "approved_models", answer="allowed"))
    lacking = [one.without for one in asked(found, "prod", "demands")]
    assert lacking.count("a guardrail") == lacking.count("an endpoint") == answered
    closed = {one.asked for one in asked(found, "prod", "closed_surfaces")}
    assert closed == {"CreateModelInvocationJob", "CreateInference", "StartAsyncInvoke"}


@pytest.mark.slow
def test_a_vpc_is_demanded_as_an_endpoint_is() -> None:
    more = """
statements:
  private_endpoints_only:
    environments: [prod]
    parameters: {endpoints: [], vpcs: [vpc-0123456789abcdef0]}
"""
    found = proofs(more)
    assert found.diagnostics == ()
    lacking = [one.without for one in asked(found, "prod", "demands")]
    assert lacking.count("an endpoint") == len(asked(found, "prod", "approved_models", answer="allowed"))
    network = """
statements: {private_endpoints_only: {environments: [prod]}}
network:
  vpcs:
    - {account: "444444444444", region: us-east-1, id: vpc-0123456789abcdef0,
       subnets: [subnet-0123456789abcdef0], security_groups: [sg-0123456789abcdef0]}
"""
    told = proofs(network)
    assert told.diagnostics == ()
    assert held(told, "prod") == held(found, "prod")


@pytest.mark.slow
def test_private_calls_alone_where_there_is_no_private_way_stop_the_compile() -> None:
    found = proofs("statements: {private_endpoints_only: {environments: [prod]}}\n")
    assert ("prod", "approved_models") in failing(found)
    assert "denied by `DenyPublicCalls`" in found.diagnostics[0].message


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "old", "new", "claims"),
    [
        (
            "approved_models",
            "      - arn:aws:bedrock:*:*:inference-profile/*\n",
            "",
            {"policy_files", "approved_models"},
        ),
        (
            "approved_models",
            'each: "arn:aws:bedrock:*::foundation-model/{}"',
            'each: "arn:aws:bedrock:*::foundation-model/{}*"',
            {"policy_files"},
        ),
        (
            "approved_models",
            "    NotResource:\n",
            "    NotResource:\n      - arn:aws:bedrock:*::foundation-model/*\n",
            {"policy_files", "unapproved_models", "protected_actions"},
        ),
        (
            "approved_regions",
            '      - {parameter: geographies, each: "arn:aws:bedrock:*:*:inference-profile/{}.*"}'.replace(
                "      - ", "          - "
            )
            + "\n",
            "",
            {"policy_files", "approved_models"},
        ),
        ("logging_protected", "Effect: Deny", "Effect: Allow", {"policy_files", "protected_actions"}),
        (
            "logging_protected",
            "      - bedrock:DeleteModelInvocationLoggingConfiguration\n",
            "",
            {"policy_files", "protected_actions"},
        ),
        (
            "organization_stays",
            "      - organizations:LeaveOrganization\n",
            "",
            {"policy_files", "protected_actions"},
        ),
    ],
)
def test_a_policy_file_that_does_not_hold_stops_the_compile(
    name: str, old: str, new: str, claims: set[str]
) -> None:
    found = proofs(policies=with_file(name, old, new))
    assert claims <= {claim for _, claim in failing(found)}
    assert found.diagnostics


@pytest.mark.slow
def test_what_is_attached_above_an_environment_that_observes_is_told() -> None:
    text = SMALL.replace(
        "  prod: {mode: enforce, organizational_units: [workloads/prod]",
        "  prod: {mode: enforce, organizational_units: [workloads]",
    )
    found = proofs(text=text)
    assert ("dev", "observed_only") in failing(found)
    assert any("stops" not in one.message and "`dev`" in one.message for one in found.diagnostics)


def test_proofs_are_told_in_the_compiled_values() -> None:
    intent, origin = wanted()
    filled = organization_policies(intent, Policies.load(), origin=origin, today=TODAY).filled["prod"]
    models = next(one for one in filled if one.template.id == "approved_models")
    retold = rebound(models)
    assert retold.template.examples()["models"] == ("anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0")
    batch = next(
        one for one in retold.template.header.proofs if one.name == "a batch job runs on an approved model"
    )
    assert batch.request is not None
    approved = {"anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0"}
    named = {one.rpartition("/")[2] for one in batch.request.resource if "foundation-model" in one}
    assert named <= approved
    assert retold.silent == (
        "provisioned throughput answers once its ARN is listed",
        "approved throughput is changed otherwise",
    )


@pytest.mark.slow
def test_an_organization_elsewhere_has_proofs_of_its_own_regions() -> None:
    found = proofs(text=SMALL.replace("[us-east-1, us-west-2]", "[eu-central-1, eu-west-1]"))
    assert found.diagnostics == ()
    assert held(found, "prod")["approved_models"] > 20
    regions = next(one for one in found.tallies if one.environment == "prod" and one.claim == "policy_files")
    assert regions.silent > 4, "what was written for us-east-1 says nothing of Europe"


@pytest.mark.slow
def test_the_same_manifest_is_proved_the_same() -> None:
    assert proofs_document(proofs().answers) == proofs_document(proved_anew().answers)
