"""An organization that nobody governs is surveyed, told in a manifest, imported in part, and governed."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.e2e.deployment.operator import Operator
from tests.e2e.emulator.running import started
from tests.e2e.survey.inhabited import (
    ACCOUNTS,
    DEV,
    HUB,
    MANAGEMENT,
    MODEL,
    PROD,
    PROFILE,
    SCP,
    client,
    inhabit,
    retiring_profile,
)

from craton.codec.policy_source import read_policy
from craton.core.survey import Survey
from craton.emulator.call import Operation
from craton.emulator.permissions import action_of
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

REGIONS = "us-east-1,us-west-2"
ROLE = "CratonSurvey"
SURVEY = ("survey", "--regions", REGIONS, "--format", "json")
COMMON = "BedrockEnterpriseControls"
STACK, STACK_SET = "enterprise-bedrock-hub", "enterprise-bedrock-monitoring-dev"
PARAMETER = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "by hand"}}
TEMPLATE = json.dumps({"Resources": {"Notes": PARAMETER}})


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """A shell beside an organization in which people call models."""
    folder = tmp_path_factory.mktemp("survey")
    (folder / "accounts.yaml").write_text(ACCOUNTS)
    with started("--accounts", str(folder / "accounts.yaml"), folder=folder) as running:
        inhabit(running)
        found = Operator(running, folder, "")
        (folder / "craton.yaml").unlink()
        yield found
        assert running.state() == {"refused": [], "failures": []}


@pytest.fixture(scope="module")
def survey(operator: Operator) -> Survey:
    return msgspec.json.decode(operator.run(*SURVEY, exits=2), type=Survey)


def rows(operator: Operator, lake: str, sql: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(operator.run("sql", sql, "--lake", lake, "--format", "json"))
    return told


def test_calls_without_logs_and_guardrails_are_found_where_they_are(survey: Survey) -> None:
    wanted = [(DEV, "us-east-1", 5), (PROD, "us-east-1", 1)]
    assert [(one.account, one.region, one.calls) for one in survey.unlogged] == wanted
    assert [(one.account, one.region, one.calls) for one in survey.unguarded] == wanted
    assert survey.unread == ()
    assert survey.regions == ("us-east-1", "us-west-2")


def test_models_are_counted_and_priced_by_metrics(survey: Survey) -> None:
    used = {(one.account, one.model_id): one for one in survey.uses}
    assert used[DEV, PROFILE].calls == 3
    assert used[DEV, PROFILE].model == "anthropic.claude-sonnet-4-6"
    assert used[DEV, MODEL].input_tokens
    assert all(one.cost is not None and one.cost > 0 for one in survey.uses)
    assert survey.cost == sum(one.cost for one in survey.uses if one.cost)
    assert (survey.unpriced_calls, survey.unknown_calls) == (0, 0)


def test_a_retired_model_in_use_is_found(survey: Survey) -> None:
    wanted = retiring_profile()
    if wanted is None:
        pytest.skip("no model that is known is legacy today")
    assert [(one.account, one.model_id, one.state, one.is_legacy) for one in survey.retired] == [
        (PROD, wanted, "legacy", True)
    ]


def test_a_long_term_key_is_found_without_its_secret(survey: Survey) -> None:
    assert [(one.account, one.user, one.status, one.expires) for one in survey.keys] == [
        (DEV, "BedrockAPIKey-a1b2", "Active", None)
    ]
    assert b"ABSK" not in msgspec.json.encode(survey)


def test_a_policy_that_breaks_a_profile_is_found_in_its_words_and_in_its_effect(survey: Survey) -> None:
    (faulty,) = survey.faulty_policies
    assert (faulty.name, faulty.targets, faulty.is_own) == ("one-region", ("workloads",), False)
    assert "cross_region_broken" in {one.rule for one in faulty.findings}
    in_use = [one for one in survey.broken if one.in_use and one.profile == PROFILE]
    assert [(one.region, one.denied_in, one.statement, one.at) for one in in_use] == [
        ("us-east-1", ("us-east-2", "us-west-2"), "OnlyOneRegion", "workloads")
    ]
    assert in_use[0].accounts == (DEV, PROD)
    reach = {account: one for one in survey.reach for account in one.accounts}
    assert reach[MANAGEMENT].partly == ()
    partly = {one.model: one.reasons for one in reach[DEV].partly}
    assert any("us-east-2" in reason for reason in partly["anthropic.claude-sonnet-4-6"])


def test_the_same_survey_is_told_as_text_as_a_page_and_on_paper(operator: Operator, survey: Survey) -> None:
    told = operator.run("survey", "--regions", REGIONS, "-o", "out", exits=2)
    assert f"calls that nothing logs (2)\n  {DEV} search-dev us-east-1: 5 calls" in told
    assert "BedrockAPIKey-a1b2 of" in told
    page = (operator.folder / "out" / "survey.html").read_text()
    assert f"Amazon Bedrock in {survey.organization}" in page
    assert "OnlyOneRegion" in page
    assert (operator.folder / "out" / "survey.pdf").read_bytes().startswith(b"%PDF-1.7")
    beside = (operator.folder / "out" / "craton.yaml").read_text()
    assert "{file: policies/one-region.json, at: workloads}" in beside
    assert json.loads((operator.folder / "out" / "policies" / "one-region.json").read_text()) == SCP
    kept = (operator.folder / "out" / "survey.json").read_bytes()
    again = msgspec.json.decode(kept, type=Survey)
    assert msgspec.structs.replace(again, at=survey.at) == survey


def test_the_printed_policy_is_enough_and_each_of_its_actions_is_needed(operator: Operator) -> None:
    document = operator.run("survey", "--policy")
    for account in (MANAGEMENT, HUB, DEV):
        iam = (
            client(operator.running, "iam", account)
            if account != MANAGEMENT
            else operator.running.client("iam")
        )
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))
        iam.put_role_policy(RoleName=ROLE, PolicyName="survey", PolicyDocument=document)
    keys = operator.running.session(f"arn:aws:iam::{MANAGEMENT}:role/{ROLE}")
    names = {"AccessKeyId": "AWS_ACCESS_KEY_ID", "SecretAccessKey": "AWS_SECRET_ACCESS_KEY"}
    environment = operator.environment
    operator.environment = {
        **environment,
        **{names.get(name, "AWS_SESSION_TOKEN"): value for name, value in keys.items()},
    }
    try:
        told = operator.run(*SURVEY, "--role", ROLE, "--lake", "by-role", exits=2)
    finally:
        operator.environment = environment
    found = msgspec.json.decode(told, type=Survey)
    # The one account without the role is named, and everything else could be read.
    assert [(one.account, one.whole, one.status) for one in found.unread] == [(PROD, True, "denied")]
    assert "sts:AssumeRole" in found.unread[0].reason
    assert [one.account for one in found.unlogged] == [DEV]
    calls = rows(
        operator,
        "by-role",
        "SELECT DISTINCT service, operation FROM observed WHERE status <> 'denied' ORDER BY 1, 2",
    )
    made = {action_of(Operation(one["service"], one["operation"])) for one in calls}
    named = set(json.loads(document)["Statement"][0]["Action"])
    assert made == named
    for left_out in (None, *sorted(named)):
        refused = {one for one in named if not allowed(document, one, without=left_out)}
        assert refused == ({left_out} if left_out else set())


def allowed(document: str, action: str, *, without: str | None) -> bool:
    told = json.loads(document)
    told["Statement"][0]["Action"] = [one for one in told["Statement"][0]["Action"] if one != without]
    policy, _ = read_policy(json.dumps(told).encode(), "survey")
    assert policy is not None
    request = Request(principal=f"arn:aws:iam::{DEV}:role/{ROLE}", action=action, resource="*")
    decision = Authorizer(PolicySet(account=DEV, identity=(policy,))).decide(request)
    return decision.outcome == "allowed"


def test_a_survey_that_is_killed_goes_on_where_it_was(operator: Operator) -> None:
    process = operator.start(*SURVEY, "--lake", "killed")
    lake = operator.folder / "killed"
    while not _answered(lake) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    before = _answered(lake)
    assert before
    found = msgspec.json.decode(operator.run(*SURVEY, "--lake", "killed", "--resume", exits=2), type=Survey)
    told = "SELECT count(*) AS rows, count(DISTINCT collection) AS collections FROM observed"
    assert rows(operator, "killed", told) == [{"rows": found.reads, "collections": 1}]
    assert not list((lake / "collecting").iterdir())


def _answered(lake: Path) -> int:
    return sum(max(0, path.read_bytes().count(b"\n") - 1) for path in lake.glob("collecting/*.jsonl"))


@pytest.fixture(scope="module")
def manifest(operator: Operator) -> str:
    """The manifest of what is there, written into the operator's folder."""
    operator.run("init", "--from-organization", "--region", "us-east-1")
    return (operator.folder / "craton.yaml").read_text()


def test_a_manifest_of_what_is_there_plans_to_no_change_of_it(operator: Operator, manifest: str) -> None:
    operator.run("validate")
    assert f'hub_account: "{HUB}"' in manifest
    assert "regions: [us-east-1]" in manifest
    assert "dev: {mode: observe, organizational_units: [workloads/dev]}" in manifest
    assert "{file: policies/one-region.json, at: workloads}" in manifest
    assert f'match: {{accounts: ["{DEV}", "{PROD}"]}}' in manifest
    assert json.loads((operator.folder / "policies" / "one-region.json").read_text()) == SCP
    assert {one["action"] for one in operator.plan().values()} == {"create"}


def test_what_stands_is_imported_as_it_is_and_changed_by_the_next_plan(
    operator: Operator, manifest: str
) -> None:
    assert manifest
    organizations = operator.running.client("organizations")
    made = organizations.create_policy(
        Name=COMMON, Description="by hand", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(SCP)
    )
    known = made["Policy"]["PolicySummary"]["Id"]
    cloudformation = operator.running.client("cloudformation")
    cloudformation.create_stack_set(
        StackSetName=STACK_SET,
        TemplateBody=TEMPLATE,
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": True},
        ManagedExecution={"Active": True},
    )
    stacks = client(operator.running, "cloudformation", HUB)
    stacks.create_stack(StackName=STACK, TemplateBody=TEMPLATE)
    stacks.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    addresses = (f"policy/{COMMON}", f"stack/{HUB}/us-east-1/{STACK}", f"stack_set/{STACK_SET}")
    told = json.loads(operator.run("import", *addresses, "-o", "plan.json", "--format", "json", exits=2))
    changes = {one["address"]: one for one in told["plan"]["changes"]}
    assert {one["action"] for one in changes.values()} == {"update"}
    for one in changes.values():
        assert [each["path"] for each in one["differences"]] == ["managed"]
    assert {one["result"] for one in operator.apply().values()} == {"done"}
    assert json.loads(organizations.describe_policy(PolicyId=known)["Policy"]["Content"]) == SCP
    tags = organizations.list_tags_for_resource(ResourceId=known)["Tags"]
    assert {"Key": "craton:managed-by", "Value": "craton"} in tags
    (stack,) = stacks.describe_stacks(StackName=STACK)["Stacks"]
    assert {"Key": "craton:managed-by", "Value": "craton"} in stack["Tags"]
    assert stacks.get_template(StackName=STACK)["TemplateBody"] == json.loads(TEMPLATE)
    stack_set = cloudformation.describe_stack_set(StackSetName=STACK_SET)["StackSet"]
    assert stack_set["TemplateBody"] == TEMPLATE
    assert {"Key": "craton:managed-by", "Value": "craton"} in stack_set["Tags"]
    open_changes = operator.plan()
    assert {open_changes[one]["action"] for one in addresses} == {"update"}
    paths = [one["path"] for one in open_changes[addresses[0]]["differences"]]
    assert all(one.startswith(("content", "description")) for one in paths)


def test_nothing_is_imported_that_is_not_there(operator: Operator, manifest: str) -> None:
    assert manifest
    address = next(
        one for one, told in operator.plan().items() if (one[:7], told["action"]) == ("policy/", "create")
    )
    ended = operator.ended("import", address)
    assert ended.returncode == 1
    assert f"`{address}` does not exist in AWS" in ended.stderr


def test_an_organization_that_craton_manages_gives_its_manifest_back(
    operator: Operator, manifest: str, tmp_path: Path
) -> None:
    operator.plan()
    outcomes = operator.apply()
    assert {one["result"] for one in outcomes.values()} <= {"done", "already"}
    shutil.move(operator.folder / "craton.yaml", tmp_path / "craton.yaml")
    shutil.move(operator.folder / "policies", tmp_path / "policies")
    operator.run("init", "--from-organization", "--region", "us-east-1")
    assert (operator.folder / "craton.yaml").read_text() == manifest
    assert operator.plan(exits=0) == {}
    told = msgspec.json.decode(operator.run(*SURVEY, "-o", "later", exits=2), type=Survey)
    assert not (operator.folder / "later" / "craton.yaml").exists()
    assert any(one.is_own for one in told.policies)
    assert STACK_SET in told.stack_sets
