"""What the roles may do in which Craton works, and what nobody may do to them, asked of the simulator."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from tests.unit.compiler.manifests import SMALL, TODAY, wanted
from tests.unit.kinds.access_policies import PLACES, actions_of, documents, policies, statements
from tests.unit.kinds.judging import policy

from craton.codec.full_access import allowing_all
from craton.compiler.compilation import templates
from craton.compiler.organization_policies import organization_policies
from craton.registry.handlers import changing, named, types, unused
from craton.registry.iam import iam_reference
from craton.registry.policies import Policies
from craton.registry.quotas import quota
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.unit.kinds.access_policies import Documents

    from craton.core.policy import Policy
    from craton.registry.iam import Action

MANAGEMENT, HUB, MEMBER = "111111111111", "222222222222", "444444444444"
ROLES = [(place, role) for place, roles in PLACES.items() for role in roles]
NO_KEYS: dict[str, tuple[str, ...]] = {}
THROUGH = {"aws:CalledVia": ("cloudformation.amazonaws.com",)}
WRITES_OF_THE_HUB = {
    "athena:StartQueryExecution": "it asks the lake",
    "athena:StopQueryExecution": "it asks the lake",
    "kms:Decrypt": "it reads archives, which AWS counts as writing",
    "kms:GenerateDataKey": "it writes its own results",
    "s3:DeleteObject": "it writes its own results",
    "s3:PutObject": "it writes its own results",
    "sns:Publish": "it tells of drift",
    "sts:AssumeRole": "it assumes the reading roles",
}

BOUNDED = (
    *("iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy"),
    *("iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"),
    *("iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"),
)
"""What changes a role, and knows which boundary it has."""

EVERYTHING = """
budgets: {stop_at_percent: 120}
organization_budget: {usd_per_month: 1000, stop_at_percent: 120}
alarms: {emails: {prod: [bedrock@example.com]}}
config_rules: {recorded: true}
logging: {transport: centralization}
observability:
  sinks:
    us-east-1: arn:aws:oam:us-east-1:222222222222:sink/0b1c2d3e-0000-4000-8000-000000000001
    us-west-2: arn:aws:oam:us-west-2:222222222222:sink/0b1c2d3e-0000-4000-8000-000000000002
network:
  vpcs:
    - account: "444444444444"
      region: us-east-1
      id: vpc-0a1b2c3d4e5f60718
      subnets: [subnet-0a1b2c3d4e5f60718]
      security_groups: [sg-0a1b2c3d4e5f60718]
owners:
  business_units:
    - name: Retail
      cost_centers:
        - {name: CC-1, teams: [{name: search, match: {accounts: ["333333333333"]}, projects: [{name: rank}]}]}
inference_profiles: {applications: [{team: search, project: rank}]}
"""


@pytest.fixture(scope="module")
def compiled() -> Documents:
    return documents(wanted()[0])


def boundary(account: str) -> str:
    """The ARN of the boundary of roles of services."""
    return f"arn:aws:iam::{account}:policy/craton/CratonServiceBoundary"


def outcome(
    held: PolicySet,
    action: str,
    resource: str,
    keys: Mapping[str, tuple[str, ...]] = NO_KEYS,
    role: str = "CratonDeployer",
) -> str:
    principal = f"arn:aws:iam::{held.account}:role/craton/{role}"
    context = {"aws:PrincipalArn": (principal,), **keys}
    request = Request(principal=principal, action=action, resource=resource, context=context)
    return str(Authorizer(held).decide(request).outcome)


@pytest.mark.parametrize(("place", "role"), ROLES)
def test_iam_takes_the_policies_of_each_role(compiled: Documents, place: str, role: str) -> None:
    resources = compiled[place]["Resources"]
    (held,) = (one["Properties"] for one in resources.values() if one["Properties"].get("RoleName") == role)
    names = [one["Ref"] for one in held["ManagedPolicyArns"]]
    assert len(names) <= quota("managed_policies_per_role").limit
    for name in names:
        text = json.dumps(resources[name]["Properties"]["PolicyDocument"], separators=(",", ":"))
        filled = text.replace("${AWS::Partition}", "aws-us-gov").replace("${AWS::AccountId}", "1" * 12)
        assert len(filled) <= quota("managed_policy_characters").limit


@pytest.mark.parametrize(("place", "role"), [one for one in ROLES if one[1] != "CratonDeployer"])
def test_roles_for_reading_only_read(compiled: Documents, place: str, role: str) -> None:
    known = iam_reference()
    for pattern in actions_of(compiled, place, role):
        for action in known.actions_matching(pattern):
            reads = action.access_level in ("Read", "List")
            assert reads or (role == "CratonHub" and pattern in WRITES_OF_THE_HUB), action.name


def test_a_deployer_makes_resources_through_cloudformation_alone(compiled: Documents) -> None:
    for place, account in (("hub_access", HUB), ("member_access", MEMBER)):
        held = policies(compiled, place, "CratonDeployer", account)
        for action, resource in (
            ("kms:CreateKey", "*"),
            ("s3:CreateBucket", "arn:aws:s3:::craton-bedrock-archive-1"),
            ("iam:CreateRole", f"arn:aws:iam::{account}:role/craton/made-by-a-stack"),
        ):
            keys = {**THROUGH, "iam:PermissionsBoundary": (boundary(account),)}
            assert outcome(held, action, resource, keys) == "allowed"
            assert outcome(held, action, resource) == "implicit_deny"


@pytest.mark.parametrize("place", ["management_access", "hub_access"])
def test_a_deployer_makes_and_changes_roles_with_the_boundary_alone(compiled: Documents, place: str) -> None:
    held = policies(compiled, place, "CratonDeployer", HUB)
    role = f"arn:aws:iam::{HUB}:role/craton/made-by-a-stack"
    for action in BOUNDED:
        for told, expected in (
            ((boundary(HUB),), "allowed"),
            ((f"arn:aws:iam::{HUB}:policy/bedrock/BedrockBoundary",), "implicit_deny"),
            ((f"arn:aws:iam::{MEMBER}:policy/craton/CratonServiceBoundary",), "implicit_deny"),
            ((), "implicit_deny"),
        ):
            keys = {**THROUGH, **({"iam:PermissionsBoundary": told} if told else {})}
            assert outcome(held, action, role, keys) == expected, (action, told)


@pytest.mark.parametrize("place", ["management_access", "hub_access"])
def test_no_deployer_takes_a_boundary_away_or_changes_what_it_says(compiled: Documents, place: str) -> None:
    held = policies(compiled, place, "CratonDeployer", HUB)
    keys = {**THROUGH, "iam:PermissionsBoundary": (boundary(HUB),)}
    role = f"arn:aws:iam::{HUB}:role/craton/made-by-a-stack"
    assert outcome(held, "iam:DeleteRolePermissionsBoundary", role, keys) == "explicit_deny"
    for action in (
        *("iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion"),
        "iam:SetDefaultPolicyVersion",
    ):
        assert outcome(held, action, boundary(HUB), keys) == "explicit_deny", action


@pytest.mark.parametrize("template", ["management", "hub"])
def test_every_change_of_a_role_that_knows_boundaries_is_held_to_it(template: str) -> None:
    told = (iam_reference().action(one) for one in changing(template))
    known = {
        one.name
        for one in told
        if one is not None and "iam:PermissionsBoundary" in {*one.condition_keys, *_keys(one)}
    }
    assert known - {"iam:GetRole"} == {*BOUNDED, "iam:DeleteRolePermissionsBoundary"}


def _keys(action: Action) -> set[str]:
    return {key for one in action.resource_types for key in one.condition_keys}


def test_who_reads_in_the_hub_changes_nothing_of_what_was_applied(compiled: Documents) -> None:
    results = f"arn:aws:s3:::craton-bedrock-results-{HUB}-us-east-1"
    reader = policies(compiled, "hub_access", "CratonHub", HUB)
    deployer = policies(compiled, "hub_access", "CratonDeployer", HUB)
    state, lake = f"{results}/state/lease.json", f"{results}/lake/tables/invocation/one.parquet"
    for held, key, expected in (
        *((reader, state, "implicit_deny"), (reader, lake, "allowed")),
        *((deployer, state, "allowed"), (deployer, lake, "implicit_deny")),
    ):
        for action in ("s3:PutObject", "s3:DeleteObject"):
            assert outcome(held, action, key) == expected, (action, key)
    for held in (reader, deployer):
        assert outcome(held, "s3:GetObject", state) == "allowed"


def test_who_reads_in_the_hub_reads_what_craton_reads_and_no_other_bucket(compiled: Documents) -> None:
    held = policies(compiled, "hub_access", "CratonHub", HUB)
    for name, expected in (
        *((one, "allowed") for one in ("archive", "costs", "results", "trail")),
        *((one, "implicit_deny") for one in ("access", "logs", "another")),
    ):
        bucket = f"arn:aws:s3:::craton-bedrock-{name}-{HUB}-us-east-1"
        assert outcome(held, "s3:GetObject", f"{bucket}/key") == expected, name


def test_a_deployer_touches_no_bucket_role_or_function_of_others(compiled: Documents) -> None:
    held = policies(compiled, "hub_access", "CratonDeployer", HUB)
    for action, resource in (
        ("s3:PutBucketPolicy", "arn:aws:s3:::payroll"),
        ("iam:PutRolePolicy", f"arn:aws:iam::{HUB}:role/administrator"),
        ("iam:PassRole", f"arn:aws:iam::{HUB}:role/administrator"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:us-east-1:{HUB}:function:payroll"),
    ):
        assert outcome(held, action, resource, THROUGH) == "implicit_deny"


@pytest.mark.parametrize("place", list(PLACES))
def test_no_deployer_changes_what_it_may_do_itself(compiled: Documents, place: str) -> None:
    held = policies(compiled, place, "CratonDeployer", MEMBER)
    own = f"arn:aws:iam::{MEMBER}"
    for action, resource in (
        ("iam:PutRolePolicy", f"{own}:role/craton/CratonDeployer"),
        ("iam:UpdateAssumeRolePolicy", f"{own}:role/craton/CratonReader"),
        ("iam:AttachRolePolicy", f"{own}:role/craton/CratonHub"),
        ("iam:CreatePolicyVersion", f"{own}:policy/craton/access-DeployerRolePolicy1"),
    ):
        denied = outcome(held, action, resource, THROUGH)
        assert denied == "explicit_deny", action
    stack = f"arn:aws:cloudformation:us-east-1:{MEMBER}:stack/enterprise-bedrock-access/1"
    assert outcome(held, "cloudformation:UpdateStack", stack) == "implicit_deny"


def test_the_set_of_roles_reaches_further_accounts_and_is_changed_by_no_role(compiled: Documents) -> None:
    held = policies(compiled, "hub_access", "CratonDeployer", HUB)
    access, members = (
        f"arn:aws:cloudformation:us-east-1:{HUB}:stackset/{name}:1"
        for name in ("enterprise-bedrock-access", "enterprise-bedrock-monitoring-prod")
    )
    assert outcome(held, "cloudformation:CreateStackInstances", access) == "allowed"
    assert outcome(held, "cloudformation:UpdateStackSet", access) == "implicit_deny"
    assert outcome(held, "cloudformation:UpdateStackSet", members) == "allowed"


def test_no_stack_set_is_brought_into_the_hub(compiled: Documents) -> None:
    """StackSets works there as an administrator, of whatever template."""
    held = policies(compiled, "hub_access", "CratonDeployer", HUB)
    stem = f"arn:aws:cloudformation:us-east-1:{HUB}:stackset-target/enterprise-bedrock-monitoring-prod:1"
    for action in ("CreateStackInstances", "UpdateStackInstances", "UpdateStackSet"):
        for target, expected in (
            *((HUB, "explicit_deny"), ("r-a1b2", "explicit_deny")),
            *((MEMBER, "allowed"), ("ou-a1b2-workdev01", "allowed")),
        ):
            assert outcome(held, f"cloudformation:{action}", f"{stem}/{target}") == expected, target


@pytest.mark.parametrize(
    ("account", "denied", "let_through"),
    [
        ("ou: sec/logs", {HUB, "r-*", "ou-a1b2-security1", "ou-a1b2-logs00001"}, {"ou-a1b2-workdev01"}),
        ("ou: workloads/dev", set(), {HUB, "r-*"}),
    ],
)
def test_targets_in_which_the_hub_stands_are_those_that_no_environment_has(
    account: str, denied: set[str], let_through: set[str]
) -> None:
    more = "    - {path: sec, id: ou-a1b2-security1}\n    - {path: sec/logs, id: ou-a1b2-logs00001}\n"
    text = SMALL.replace("    - {path: special}\n", f"    - {{path: special}}\n{more}")
    text = text.replace("name: hub, ou: root", f"name: hub, {account}")
    of = documents(wanted("", text)[0])
    told = json.dumps(
        [one for one in statements(of, "hub_access", "CratonDeployer") if one["Effect"] == "Deny"]
    )
    for one in denied:
        assert f"stackset-target/*/{one}" in told
    for one in let_through:
        assert f"stackset-target/*/{one}" not in told


def test_only_the_hub_is_made_an_administrator_of_services(compiled: Documents) -> None:
    held = policies(compiled, "management_access", "CratonDeployer", MANAGEMENT)
    keys = {"organizations:ServicePrincipal": ("member.org.stacksets.cloudformation.amazonaws.com",)}
    for account, expected in ((HUB, "allowed"), (MEMBER, "implicit_deny")):
        arn = f"arn:aws:organizations::{MANAGEMENT}:account/o-exampleorgid/{account}"
        assert outcome(held, "organizations:RegisterDelegatedAdministrator", arn, keys) == expected


@pytest.mark.parametrize("place", list(PLACES))
def test_nothing_that_others_made_comes_into_a_stack(compiled: Documents, place: str) -> None:
    held = policies(compiled, place, "CratonDeployer", HUB)
    name = {
        "management_access": "enterprise-bedrock-organization",
        "hub_access": "enterprise-bedrock-hub",
        "member_access": "StackSet-enterprise-bedrock-monitoring-prod-1",
    }[place]
    stack = f"arn:aws:cloudformation:us-east-1:{HUB}:stack/{name}/1"
    imported = {"cloudformation:ImportResourceTypes": ("AWS::Lambda::Function",)}
    assert outcome(held, "cloudformation:CreateChangeSet", stack) == "allowed"
    assert outcome(held, "cloudformation:CreateChangeSet", stack, imported) == "explicit_deny"


def of_production() -> tuple[Policy, ...]:
    """Every SCP that holds in production."""
    intent, origin = wanted()
    made = organization_policies(intent, Policies.load(), origin=origin, today=TODAY).policies
    told = [json.loads(one.content) for one in made if one.type == "SERVICE_CONTROL_POLICY" and one.at]
    return tuple(policy(one, MEMBER) for one in told)


@pytest.fixture(scope="module")
def held() -> PolicySet:
    """A member of production in which everybody's own policies allow everything."""
    scps = (allowing_all("FullAWSAccess"), *of_production())
    return PolicySet(account=MEMBER, scps=(scps,), identity=(allowing_all("All"),))


@pytest.mark.slow
def test_no_policy_stops_the_roles_in_a_member(compiled: Documents, held: PolicySet) -> None:
    for role in PLACES["member_access"]:
        for action in actions_of(compiled, "member_access", role):
            keys = {"aws:RequestedRegion": ("us-east-1",), "aws:TagKeys": ("team", "project")}
            assert outcome(held, action, "*", keys, role) != "explicit_deny", action


def test_nobody_else_in_a_member_takes_the_roles_over(held: PolicySet) -> None:
    for role in PLACES["member_access"]:
        for action in ("iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:DeleteRole", "iam:PassRole"):
            request = Request(
                principal=f"arn:aws:iam::{MEMBER}:role/administrator",
                action=action,
                resource=f"arn:aws:iam::{MEMBER}:role/craton/{role}",
                context={"aws:PrincipalArn": (f"arn:aws:iam::{MEMBER}:role/administrator",)},
            )
            assert Authorizer(held).decide(request).outcome == "explicit_deny", (role, action)


@pytest.mark.parametrize("template", ["management", "hub", "member"])
def test_the_reference_has_every_type_of_a_template(template: str) -> None:
    intent, _ = wanted(EVERYTHING)
    (document,) = (one.document for one in templates(intent) if one.name == template)
    made = {one["Type"] for one in document["Resources"].values() if one["Type"].startswith("AWS::")}
    assert made - types(template) == set()


def test_every_pattern_of_what_is_unused_leaves_something_out() -> None:
    assert [one for one in unused() if not any(fnmatchcase(action, one) for action in named())] == []
    assert all(changing(one) for one in ("management", "hub", "member"))
