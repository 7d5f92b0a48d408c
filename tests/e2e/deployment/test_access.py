"""A small organization is governed by the roles alone that are compiled for it, and verified as it goes.

An administrator makes the roles; whatever is done afterwards is done by them. Every call is authorised by the
simulator, so that what lacks in a role shows as a refusal, and what is needless as an action nobody took.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.deployment.watched import Watched, watched
from tests.unit.kinds.access_policies import PLACES, actions_of, documents
from tests.unit.kinds.rehearsed import MANIFEST

from craton.core.intent import intent_of
from craton.engine.manifests import load
from craton.registry.handlers import changing, looking
from craton.registry.reading_actions import read_in

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

MANAGEMENT, HUB, SEARCH, SUPPORT = (str(number) * 12 for number in range(1, 5))
MORE = """
alarms: {emails: {prod: [bedrock@rehearsal.example]}}
budgets: {stop_at_percent: 120}
"""
TEXT = MANIFEST.replace("regions: [us-east-1, us-west-2]", "regions: [us-east-1]") + MORE
ACCESS = "enterprise-bedrock-access"


class Governed:
    """The organization in the course of the tests, with the two roles of the hub."""

    def __init__(self, on: Watched, folder: Path) -> None:
        self.on = on
        self.folder = folder
        self.hub = on.in_role(HUB, "/craton/CratonHub")
        self.deployer = on.in_role(HUB, "/craton/CratonDeployer")

    def run(self, who: dict[str, str], *words: str, exits: int = 0) -> str:
        """What `craton` prints; it ends as it should, and nobody is refused on the way."""
        self.on.denied.clear()
        ended: subprocess.CompletedProcess[str] = self.on.craton(who, self.folder, *words)
        assert ended.returncode == exits, f"{words} exits {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        assert self.on.denied == []
        return ended.stdout

    def apply(self, *words: str) -> dict[str, str]:
        """What became of each change of the saved plan, applied by the deployer, whatever that is."""
        told = self.on.craton(
            self.deployer, self.folder, "apply", "plan.json", "--quiet", "--format", "json", *words
        )
        assert told.returncode in (0, 2), told.stderr
        return {one["address"]: one["result"] for one in json.loads(told.stdout)["outcomes"]}

    def verify(self, *words: str, exits: int = 0) -> list[dict[str, Any]]:
        """What does not pass."""
        told = json.loads(self.run(self.hub, "verify", "--format", "json", *words, exits=exits))
        return [one for one in told["results"] if one["status"] != "passed"]


@pytest.fixture(scope="module")
def governed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Governed]:
    """The organization after an administrator made the roles, and the roles did the rest."""
    folder = tmp_path_factory.mktemp("access")
    (folder / "craton.yaml").write_text(TEXT)
    with watched(folder / "craton.yaml", MANAGEMENT) as on:
        administrator = on.administrator(MANAGEMENT)
        assert on.craton(administrator, folder, "plan", "-o", "plan.json").returncode == 2
        targets = [
            word for one in (MANAGEMENT, HUB) for word in ("--target", f"stack/{one}/us-east-1/{ACCESS}")
        ]
        on.craton(administrator, folder, "apply", "plan.json", "--quiet", *targets)
        on.taken.clear()
        found = Governed(on, folder)
        found.run(found.deployer, "plan", "-o", "plan.json", exits=2)
        found.run(found.deployer, "apply", "plan.json", "--quiet")
        yield found
        assert list(on.world.refused) == []
        assert list(on.world.work.failures) == []


def test_the_hub_s_role_plans(governed: Governed) -> None:
    governed.run(governed.hub, "plan")


def test_the_hub_s_role_collects(governed: Governed) -> None:
    governed.run(governed.hub, "collect", "--lake", "lake", "--manifest", "craton.yaml")


def test_the_hub_s_role_tells_how_far_accounts_are(governed: Governed) -> None:
    governed.run(governed.hub, "onboard")


def test_what_was_applied_is_verified_as_a_whole(governed: Governed) -> None:
    for one in governed.verify():
        assert one["status"] == "unknown", one
        assert one["check"] in ("calls_are_logged", "archive_receives"), one


def test_what_was_changed_by_hand_is_found_by_one_role_and_mended_by_the_other(governed: Governed) -> None:
    on = governed.on
    rule = on.client("events", MANAGEMENT).list_rules()["Rules"][0]["Name"]
    on.client("events", MANAGEMENT).disable_rule(Name=rule)
    group = "/craton/delivery"
    on.client("logs", HUB).put_retention_policy(logGroupName=group, retentionInDays=1)
    alarm = on.client("cloudwatch", SEARCH).describe_alarms()["MetricAlarms"][0]["AlarmName"]
    on.client("cloudwatch", SEARCH).disable_alarm_actions(AlarmNames=[alarm])
    alerted = ("--lake", "lake", "--alert")
    roles = on.client("iam", MANAGEMENT).list_roles(PathPrefix="/craton/")["Roles"]
    role = next(one["RoleName"] for one in roles if "TrailRole" in one["RoleName"])
    on.client("iam", MANAGEMENT).delete_role_permissions_boundary(RoleName=role)
    told = governed.run(governed.hub, "drift", "-o", "mend.json", *alerted, exits=2)
    for what in (rule, group, alarm, role):
        assert what in told
    (silent,) = governed.verify("--check", "alarms_are_on", exits=2)
    assert (silent["account"], silent["detail"]) == (SEARCH, f"{alarm} tells nobody")
    governed.run(governed.deployer, "apply", "mend.json", "--quiet")
    assert on.client("events", MANAGEMENT).describe_rule(Name=rule)["State"] == "ENABLED"
    (held,) = on.client("logs", HUB).describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert held["retentionInDays"] != 1
    bounded = on.client("iam", MANAGEMENT).get_role(RoleName=role)["Role"]["PermissionsBoundary"]
    assert bounded["PermissionsBoundaryArn"].endswith("policy/craton/CratonServiceBoundary")
    assert governed.verify("--check", "alarms_are_on") == []


def test_code_that_somebody_replaced_comes_back_once_its_function_is_gone(governed: Governed) -> None:
    functions = governed.on.client("lambda", HUB)
    name = next(
        one["FunctionName"]
        for one in functions.list_functions()["Functions"]
        if "Restore" in one["FunctionName"]
    )
    told = functions.get_function_configuration(FunctionName=name)
    functions.update_function_code(FunctionName=name, ZipFile=archive("index.py", "raise SystemExit"))
    assert name in governed.run(governed.hub, "drift", "--lake", "lake", exits=2)
    functions.delete_function(FunctionName=name)
    governed.run(governed.hub, "drift", "-o", "mend.json", "--lake", "lake", exits=2)
    governed.run(governed.deployer, "apply", "mend.json", "--quiet")
    again = functions.get_function_configuration(FunctionName=name)
    assert again["CodeSha256"] == told["CodeSha256"]


def archive(name: str, text: str) -> bytes:
    """A zip file of one file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        written.writestr(name, text)
    return held.getvalue()


def test_a_change_of_the_manifest_is_applied_by_the_roles(governed: Governed) -> None:
    (governed.folder / "craton.yaml").write_text(
        TEXT.replace("prod: [anthropic", "prod: [amazon.nova-lite-v1:0, anthropic")
    )
    governed.run(governed.deployer, "plan", "-o", "plan.json", exits=2)
    governed.run(governed.deployer, "apply", "plan.json", "--quiet")


def test_each_check_fails_where_what_it_looks_at_is_broken(governed: Governed) -> None:
    on = governed.on
    organizations = on.client("organizations", MANAGEMENT)
    policies = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    known = {one["Name"]: one["Id"] for one in policies}
    unit = next(
        one["TargetId"]
        for one in organizations.list_targets_for_policy(PolicyId=known["BedrockEnterpriseControls-prod-1"])[
            "Targets"
        ]
    )
    for name in ("BedrockEnterpriseControls-prod-1", "BedrockEnterpriseControls-prod-2"):
        organizations.detach_policy(PolicyId=known[name], TargetId=unit)
    key = on.client("kms", SEARCH).describe_key(KeyId="alias/craton-bedrock")["KeyMetadata"]["KeyId"]
    on.client("kms", SEARCH).disable_key(KeyId=key)
    budget = on.client("budgets", SEARCH).describe_budgets(AccountId=SEARCH)["Budgets"][0]["BudgetName"]
    on.client("budgets", SEARCH).delete_budget(AccountId=SEARCH, BudgetName=budget)
    on.client("cloudtrail", MANAGEMENT).stop_logging(Name="craton-bedrock")
    on.client("logs", HUB).put_destination_policy(
        destinationName="bedrock-logs",
        accessPolicy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "logs:PutSubscriptionFilter",
                        "Resource": f"arn:aws:logs:us-east-1:{HUB}:destination:bedrock-logs",
                    }
                ],
            }
        ),
    )
    broken = {(one["check"], one["account"]) for one in governed.verify(exits=2) if one["status"] == "failed"}
    assert broken == {
        ("deployment_stands", MANAGEMENT),
        ("policies_hold", SUPPORT),
        ("keys_are_enabled", SEARCH),
        ("budget_is_there", SEARCH),
        ("trail_records", MANAGEMENT),
        ("destination_accepts", HUB),
    }


def test_the_roles_take_away_what_they_made_and_not_themselves(governed: Governed) -> None:
    governed.run(governed.deployer, "destroy", "-o", "plan.json", exits=2)
    plan = json.loads((governed.folder / "plan.json").read_text())["plan"]
    addresses = [one["address"] for one in plan["changes"] if one["action"] == "delete"]
    own = {f"stack/{HUB}/us-east-1/{ACCESS}", f"stack/{MANAGEMENT}/us-east-1/{ACCESS}"}
    own |= {one for one in addresses if one.startswith((f"stack_set/{ACCESS}", f"stack_instances/{ACCESS}"))}
    results = governed.apply("--delete-data", *_targets(one for one in addresses if one not in own))
    assert set(results.values()) == {"done"}, results
    governed.run(governed.deployer, "destroy", "-o", "plan.json", exits=2)
    refused = governed.apply("--delete-data", *_targets(own))
    assert set(refused.values()) <= {"failed", "skipped"}
    for account in (HUB, MANAGEMENT, SEARCH):
        assert governed.on.client("iam", account).get_role(RoleName="CratonDeployer")


def _targets(addresses: Iterable[str]) -> list[str]:
    return [word for one in sorted(addresses) for word in ("--target", one)]


FAILED = "it tells why an operation failed"
LOOKING = "AWS asks for it where somebody looks for drift"
TAGS = "AWS asks for it where a stack bears tags"
LAKE = "ingest, sql and the pages read archives and the lake, which tests of their own show"
WITHOUT_A_CALL = {
    "athena:GetQuery*": LAKE,
    "athena:StartQueryExecution": LAKE,
    "athena:StopQueryExecution": LAKE,
    "bedrock:PutModelInvocationLoggingConfiguration": "logging is put back, which a test of its own shows",
    "ce:UpdateCostAllocationTagsStatus": "tags are activated once the bill knows them, a day after their use",
    "cloudformation:BatchDescribeTypeConfigurations": LOOKING,
    "cloudformation:DescribeStackEvents": FAILED,
    "cloudformation:DetectStackResourceDrift": LOOKING,
    "cloudformation:ListStackSetOperationResults": FAILED,
    "cloudformation:TagResource": TAGS,
    "cloudformation:UntagResource": TAGS,
    "cloudformation:UpdateStackInstances": "what failed in some accounts is tried there again",
    "cloudformation:UpdateStack": "a change of the manifest that reaches the stack",
    "cloudwatch:GetMetricData": LAKE,
    "cloudwatch:ListMetrics": LAKE,
    "config:SelectAggregateResourceConfig": LAKE,
    "glue:GetPartitions": LAKE,
    "glue:GetTable": LAKE,
    "kms:Decrypt": "S3 asks for it as whoever reads, where an object is encrypted",
    "kms:GenerateDataKey": "S3 asks for it as whoever writes, where an object is encrypted",
    "logs:DescribeLogStreams": "verify asks it where models were called",
    "s3:GetBucketLocation": LAKE,
    "s3:DeleteObject": LAKE,
    "s3:GetObjectRetention": LAKE,
    "s3:PutObject": LAKE,
}
"""Actions of roles that no test here takes, with the reason why they are there."""


def test_a_role_may_do_nothing_that_nobody_did_or_that_is_without_a_reason(governed: Governed) -> None:
    """What CloudFormation takes for a role is what its registry says; the rest was taken, or has a reason."""
    of = documents(intent_of(load(governed.folder / "craton.yaml")))
    accounts = {"management": (MANAGEMENT,), "hub": (HUB,), "member": (SEARCH, SUPPORT)}
    needless = []
    for place, roles in PLACES.items():
        kind: Any = place.removesuffix("_access")
        for role in roles:
            arns = {f"arn:aws:iam::{one}:role/craton/{role}" for one in accounts[kind]}
            taken = {action for who, action, _ in governed.on.taken if who in arns}
            told = {*looking(kind), *looking("access"), *WITHOUT_A_CALL}
            told |= {*changing(kind)} if role == "CratonDeployer" else {*read_in(kind, "collect")}
            needless += [f"{place} {role} {one}" for one in actions_of(of, place, role) - taken - told]
    assert not needless, "\n".join(sorted(needless))
