"""A manifest is brought into an organization by saved plans, whatever comes between."""

from __future__ import annotations

import json
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from tests.e2e.deployment.operator import Operator
from tests.e2e.deployment.standing import (
    COMMON,
    HUB,
    applied_content,
    client,
    policies,
    policy_of_prod,
    root_of,
    snapshot,
)
from tests.e2e.emulator.running import started
from tests.unit.compiler.manifests import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

MANIFEST = SMALL.replace("regions: [us-east-1, us-west-2]", "regions: [us-east-1]")
MOVING = "333333333333"
NOT_APPROVED = "amazon.nova-pro-v1:0"
OF_PROD = "prod: {mode: enforce, organizational_units: [workloads/prod]"
SEED = 20_261_126
KILLS = 3
STANDS = {"CREATE_COMPLETE": "stands", "UPDATE_COMPLETE": "stands"}
BY_HAND = {"Effect": "Deny", "Action": "bedrock:DeleteGuardrail", "Resource": "*"}
"""A statement that somebody writes who is not Craton."""


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The organization, into which the manifest was brought by an apply that was killed again and again."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "craton.yaml").write_text(MANIFEST)
    with started("--accounts", str(folder / "craton.yaml"), folder=folder) as running:
        found = Operator(running, folder, MANIFEST)
        assert all(one["action"] == "create" for one in found.plan().values())
        for number in sorted(random.Random(SEED).sample(range(1, len(found.plan())), KILLS)):
            assert found.stop_after(number, "apply", "plan.json") == number
        outcomes = found.apply("--why", "the first time")
        assert {one["result"] for one in outcomes.values()} == {"done", "already"}
        yield found
        assert running.state() == {"refused": [], "failures": []}


def test_after_an_apply_that_was_killed_and_resumed_nothing_is_left_and_nothing_was_done_twice(
    operator: Operator,
) -> None:
    assert operator.plan(exits=0) == {}
    cloudformation = operator.running.client("cloudformation")
    for one in cloudformation.list_stack_sets(Status="ACTIVE")["Summaries"]:
        told = cloudformation.list_stack_set_operations(StackSetName=one["StackSetName"])["Summaries"]
        units = {"enterprise-bedrock-access": 3, "enterprise-bedrock-monitoring-prod": 2}
        wanted = units.get(one["StackSetName"], 1)
        assert [each["Action"] for each in told] == ["CREATE"] * wanted, one["StackSetName"]
    events = client(operator, "cloudformation", HUB).describe_stack_events(StackName="enterprise-bedrock-hub")
    own = [one for one in events["StackEvents"] if one["ResourceType"] == "AWS::CloudFormation::Stack"]
    assert [one["ResourceStatus"] for one in own] == ["CREATE_COMPLETE", "CREATE_IN_PROGRESS"]


def test_what_was_done_is_kept_in_the_hub_with_who_and_why(operator: Operator) -> None:
    told = snapshot(operator)
    assert (told["why"], told["is_whole"]) == ("the first time", True)
    assert told["by"].startswith("arn:aws:")
    assert not [path for path in (operator.folder / ".craton").rglob("*.json") if path.is_file()]


def test_what_a_folder_remembers_of_former_days_is_not_believed_against_the_hub(operator: Operator) -> None:
    operator.settle()
    kept = snapshot(operator)
    folder = operator.folder / ".craton" / kept["deployment"]["organization"]
    folder.mkdir(parents=True, exist_ok=True)
    of_old = json.dumps({**kept, "number": 0, "why": "long ago"})
    (folder / "snapshot.json").write_text(of_old)
    assert operator.plan(exits=0) == {}
    operator.apply()
    assert snapshot(operator) == kept
    assert (folder / "snapshot.json").read_text() == of_old
    shutil.rmtree(folder)


def test_what_somebody_detached_is_mended_and_what_changed_since_the_plan_is_left(operator: Operator) -> None:
    operator.settle()
    organizations = operator.running.client("organizations")
    held = policies(operator)
    name = policy_of_prod(held)
    organizations.detach_policy(PolicyId=held[COMMON], TargetId=root_of(operator))
    weakened = json.dumps({"Version": "2012-10-17", "Statement": [BY_HAND]})
    organizations.update_policy(PolicyId=held[name], Content=weakened)
    changes = operator.plan()
    attachment = f"policy_attachment/{COMMON}/root"
    assert {one: changes[one]["action"] for one in changes} == {
        attachment: "create",
        f"policy/{name}": "update",
    }
    organizations.update_policy(PolicyId=held[name], Description="by hand")
    outcomes = operator.apply(exits=2)
    assert outcomes[attachment]["result"] == "done"
    told = outcomes[f"policy/{name}"]
    assert (told["result"], told["detail"]) == ("moved", "it was changed since the plan was made")
    kept = organizations.describe_policy(PolicyId=held[name])["Policy"]["Content"]
    assert json.loads(kept) == json.loads(weakened)


def test_only_what_is_aimed_at_is_done_with_what_it_needs(operator: Operator) -> None:
    """Whatever else stands open is done by the next plan, what the test before this one left as well."""
    organizations = operator.running.client("organizations")
    held = policies(operator)
    name = policy_of_prod(held)
    organizations.detach_policy(PolicyId=held[COMMON], TargetId=root_of(operator))
    organizations.delete_policy(PolicyId=held[COMMON])
    weakened = json.dumps({"Version": "2012-10-17", "Statement": [BY_HAND]})
    organizations.update_policy(PolicyId=held[name], Content=weakened, Description="by hand")
    operator.plan()
    aim = ("--target", f"policy_attachment/{COMMON}/root")
    coming = operator.run("apply", "plan.json", "--dry-run", "--format", "json", *aim, exits=2)
    assert [one["address"] for one in json.loads(coming)["plan"]["changes"]] == [
        f"policy/{COMMON}",
        f"policy_attachment/{COMMON}/root",
    ]
    assert COMMON not in policies(operator), "nothing was done"
    outcomes = operator.apply(*aim, exits=2)
    assert list(outcomes) == [f"policy/{COMMON}", f"policy_attachment/{COMMON}/root"]
    assert list(operator.plan()) == [f"policy/{name}"]
    assert operator.apply()[f"policy/{name}"]["result"] == "done"
    mended = organizations.describe_policy(PolicyId=held[name])["Policy"]
    assert json.loads(mended["Content"]) == applied_content(operator, name)
    assert BY_HAND not in json.loads(mended["Content"])["Statement"]
    assert mended["PolicySummary"]["Description"] != "by hand"


def test_an_undo_goes_back_to_what_stood_before(operator: Operator) -> None:
    operator.settle()
    organizations = operator.running.client("organizations")

    def content() -> dict[str, str]:
        told = policies(operator).items()
        return {name: organizations.describe_policy(PolicyId=one)["Policy"]["Content"] for name, one in told}

    before = content()
    operator.write(MANIFEST.replace("prod: [anthropic.claude-sonnet-4-6, ", "prod: ["))
    assert any(one.startswith("policy/") for one in operator.plan())
    operator.apply()
    assert content() != before
    operator.plan("--undo")
    operator.apply()
    operator.write(MANIFEST)
    assert content() == before


def test_a_new_account_gets_the_rules_of_its_environment_without_a_command(operator: Operator) -> None:
    operator.settle()
    organizations = operator.running.client("organizations")
    status = organizations.create_account(Email="new@example.com", AccountName="new")["CreateAccountStatus"]
    while status["State"] == "IN_PROGRESS":
        told = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])
        status = told["CreateAccountStatus"]
    account = status["AccountId"]

    def ask() -> str:
        told = client(operator, "bedrock-runtime", account).converse(
            modelId=NOT_APPROVED, messages=[{"role": "user", "content": [{"text": "hello"}]}]
        )
        return str(told["stopReason"])

    assert ask() == "end_turn", "it is in no environment yet"
    (told,) = json.loads(operator.run("onboard", account, "--format", "json", exits=2))
    assert (told["environment"], told["steps"][-1]["state"]) == (None, "failed")
    operator.move(account, "workloads/prod")
    found = operator.run("onboard", account, "--watch", "--every", "0.5", "--format", "json")
    assert [(one["environment"], one["is_done"]) for one in json.loads(found)] == [("prod", True)]
    with pytest.raises(ClientError, match="with an explicit deny in a service control policy"):
        ask()


def test_an_account_that_moves_has_the_rules_of_its_new_environment_without_a_command(
    operator: Operator,
) -> None:
    operator.settle()

    def ask() -> str:
        told = client(operator, "bedrock-runtime", MOVING).converse(
            modelId=NOT_APPROVED, messages=[{"role": "user", "content": [{"text": "hello"}]}]
        )
        return str(told["stopReason"])

    def stacks() -> list[str]:
        told = client(operator, "cloudformation", MOVING).describe_stacks()["Stacks"]
        return [
            f"{one['Parameters'][0]['ParameterValue']} {STANDS.get(one['StackStatus'], one['StackStatus'])}"
            for one in told
            if one["StackName"].startswith("StackSet-enterprise-bedrock-monitoring-")
        ]

    assert (ask(), stacks()) == ("end_turn", ["dev stands"])
    operator.move(MOVING, "workloads/prod")
    operator.run("onboard", MOVING, "--watch", "--every", "0.5", "--format", "json")
    with pytest.raises(ClientError, match="with an explicit deny in a service control policy"):
        ask()
    assert stacks() == ["prod stands"]
    operator.move(MOVING, "workloads/dev")
    operator.run("onboard", MOVING, "--watch", "--every", "0.5", "--format", "json")
    assert (ask(), stacks()) == ("end_turn", ["dev stands"])
    kept = [one["Name"] for one in client(operator, "s3", MOVING).list_buckets()["Buckets"]]
    assert len([one for one in kept if one.startswith("craton-bedrock-logs-")]) == 3, "no log is lost"


def test_what_an_apply_made_before_it_died_is_taken_away_where_another_manifest_comes_next(
    operator: Operator,
) -> None:
    operator.settle()
    operator.write(MANIFEST.replace(OF_PROD, f"{OF_PROD}, canary: workloads/prod"))
    coming = list(operator.plan())
    new = next(one for one in coming if one.startswith("policy/") and ".canary" in one)
    operator.stop_after(coming.index(new) + 1, "apply", "plan.json")
    assert new.removeprefix("policy/") in policies(operator)
    assert snapshot(operator)["is_whole"] is False
    operator.write(MANIFEST)
    assert operator.plan()[new]["action"] == "delete"
    operator.apply()
    assert new.removeprefix("policy/") not in policies(operator)
    assert operator.plan(exits=0) == {}


def test_a_region_that_is_given_up_is_left_once_its_data_may_go(operator: Operator) -> None:
    operator.settle()
    operator.write(MANIFEST.replace("regions: [us-east-1]", "regions: [us-east-1, us-west-2]"))
    operator.plan()
    operator.apply()
    operator.write(MANIFEST)
    changes = operator.plan()
    members = {one for one in changes if one.startswith("stack_instances/")}
    assert members
    assert all(changes[one]["takes_data"] for one in members)
    kept = operator.apply(exits=2)
    assert {kept[one]["result"] for one in members} == {"kept"}
    operator.plan()
    left = operator.apply("--delete-data")
    assert {left[one]["result"] for one in members} == {"done"}
    assert operator.plan(exits=0) == {}
    there = client(operator, "cloudformation", MOVING, "us-west-2").list_stacks()["StackSummaries"]
    assert {one["StackStatus"] for one in there} == {"DELETE_COMPLETE"}


def test_another_ou_of_an_environment_takes_nothing_from_the_first(operator: Operator) -> None:
    operator.settle()
    organizations = operator.running.client("organizations")
    units = organizations.list_organizational_units_for_parent(ParentId=root_of(operator))
    parent = next(one["Id"] for one in units["OrganizationalUnits"] if one["Name"] == "workloads")
    organizations.create_organizational_unit(ParentId=parent, Name="more")
    more = MANIFEST.replace("- {path: special}", "- {path: special}\n    - {path: workloads/more}")
    operator.write(more.replace(OF_PROD, OF_PROD.replace("]", ", workloads/more]")))
    changes = operator.plan()
    assert changes
    assert not [address for address, one in changes.items() if one["action"] == "delete" or one["takes_data"]]
    operator.apply()
    assert operator.plan(exits=0) == {}
    operator.write(MANIFEST)


def test_what_was_not_aimed_at_is_no_drift(operator: Operator) -> None:
    operator.settle()
    operator.write(MANIFEST.replace(OF_PROD, f"{OF_PROD}, canary: workloads/prod"))
    coming = operator.plan()
    policy = next(one for one in coming if one.startswith("policy/") and ".canary" in one)
    operator.apply("--target", policy, exits=2)
    told = operator.ended("drift", "--format", "json")
    drifted = {one["address"] for one in json.loads(told.stdout)["drifts"]}
    assert drifted.isdisjoint(one for one, change in coming.items() if change["action"] == "create")
    assert set(operator.plan()) == set(coming) - {policy}
    operator.write(MANIFEST)
    operator.plan()
    operator.apply()


def test_an_environment_that_is_renamed_has_its_former_stacks_make_way(operator: Operator) -> None:
    operator.settle()
    renamed = MANIFEST.replace(
        OF_PROD, OF_PROD.replace("prod:", "live: {tier: prod,", 1).replace("{mode", "mode")
    )
    operator.write(renamed.replace("prod: [anthropic", "live: [anthropic"))
    changes = list(operator.plan())
    former, new = (
        f"stack_instances/enterprise-bedrock-monitoring-{one}/workloads/prod" for one in ("prod", "live")
    )
    assert changes.index(former) < changes.index(new)
    kept = operator.apply(exits=2)
    assert (kept[former]["result"], kept[new]["result"]) == ("kept", "skipped")
    operator.plan()
    done = operator.apply("--delete-data")
    assert (done[former]["result"], done[new]["result"]) == ("done", "done")
    assert operator.plan(exits=0) == {}
    operator.write(MANIFEST)
    operator.plan()
    operator.apply("--delete-data")


def test_another_organization_is_refused(operator: Operator) -> None:
    operator.write(MANIFEST.replace("o-exampleorgid", "o-otherorgid1"))
    ended = operator.ended("plan")
    assert ended.returncode == 1
    assert "this is the organization o-exampleorgid, and the manifest says o-otherorgid1" in ended.stderr
    operator.write(MANIFEST)


@pytest.mark.parametrize(
    ("former", "new", "said"),
    [
        ("regions: [us-east-1]", "regions: [us-west-2, us-east-1]", "us-west-2"),
        (f'hub_account: "{HUB}"', 'hub_account: "555555555555"', "555555555555"),
    ],
)
def test_a_manifest_that_names_another_hub_finds_what_was_applied(
    operator: Operator, former: str, new: str, said: str
) -> None:
    operator.settle()
    operator.write(MANIFEST.replace(former, new))
    for words in (("plan",), ("drift",), ("destroy",)):
        ended = operator.ended(*words)
        assert ended.returncode == 1
        assert f"is kept in account {HUB}, us-east-1, and the manifest says account" in ended.stderr
        assert said in ended.stderr
    operator.write(MANIFEST)


def test_changed_policies_come_to_the_canary_first_and_the_rest_waits_for_it(operator: Operator) -> None:
    operator.settle()
    changed = MANIFEST.replace("prod: [anthropic.claude-sonnet-4-6, ", "prod: [")
    operator.write(changed.replace(OF_PROD, f"{OF_PROD}, canary: workloads/prod"))
    operator.plan()
    outcomes = operator.apply("--why", "with a canary", exits=2)
    canary = {one: told["result"] for one, told in outcomes.items() if ".canary" in one}
    assert set(canary.values()) == {"done"}
    waits = {one: told["detail"] for one, told in outcomes.items() if told["result"] == "waits"}
    assert waits
    assert all(one.startswith(f"policy/{COMMON}-prod") for one in waits)
    assert all("the canary has it since" in detail for detail in waits.values())
    operator.write(changed.replace(OF_PROD, f"{OF_PROD}, canary: workloads/prod, canary_minutes: 0"))
    again = operator.plan()
    assert set(waits) <= set(again)
    operator.apply()


def log_groups(operator: Operator, account: str) -> list[str]:
    told = client(operator, "logs", account).describe_log_groups()["logGroups"]
    return [one["logGroupName"] for one in told]


def test_a_destroy_takes_away_what_craton_made_and_leaves_the_logs(operator: Operator) -> None:
    operator.settle()
    organizations = operator.running.client("organizations")
    organizations.create_policy(
        Name="ByHand",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=json.dumps({"Version": "2012-10-17", "Statement": [BY_HAND]}),
    )
    operator.run("destroy", "-o", "plan.json", exits=2)
    kept = operator.apply(exits=2)
    assert {one["result"] for one in kept.values()} == {"done", "kept"}
    delegated = "delegated_administrator/member.org.stacksets.cloudformation.amazonaws.com/222222222222"
    assert {address for address, one in kept.items() if one["result"] == "kept"} == {
        address for address in kept if address.startswith("stack") or address == delegated
    }
    operator.run("destroy", "-o", "plan.json", exits=2)
    operator.apply("--delete-data")
    assert list(policies(operator)) == ["ByHand"]
    assert operator.running.client("cloudformation").list_stack_sets(Status="ACTIVE")["Summaries"] == []
    buckets = [one["Name"] for one in client(operator, "s3", HUB).list_buckets()["Buckets"]]
    assert f"craton-bedrock-archive-{HUB}-us-east-1" in buckets
    for account in (HUB, MOVING):
        assert log_groups(operator, account) == [], account
