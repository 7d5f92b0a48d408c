"""Whoever holds a deployer tries to become an administrator by the stacks that it may change, in vain.

The way of the attack: the hub's `CratonDeployer` assumes that of the management account, which updates its
own stack with a template of the attacker's. Every call is authorised by the simulator.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.kinds.rehearsed import HOME, HUB, MANAGEMENT, MANIFEST, SEARCH, Rehearsed, document, intent
from tests.unit.kinds.test_hub_role import assumed
from tests.unit.kinds.whole_hub import ACCESS, STACK, deploy

from craton.compiler.template_text import template_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.core.resource import TemplateName

pytestmark = pytest.mark.slow

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
EVIL = "CratonEvil"
STACKS = {MANAGEMENT: "management", HUB: STACK}
TEMPLATES: dict[str, TemplateName] = {MANAGEMENT: "management", HUB: "hub"}
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)

BY_THE_BOUNDARY = "no permissions boundary allows the|perform: sts:AssumeRole on resource"
"""Why a session is refused what its policies allow; STS gives no reasons."""

Document = dict[str, Any]
Keys = tuple[str, str, str]


def boundary(account: str) -> str:
    return f"arn:aws:iam::{account}:policy/craton/CratonServiceBoundary"


class Attacked:
    """The organization, and what whoever holds the hub's deployer does in it."""

    def __init__(self, on: Rehearsed) -> None:
        self.on = on
        hub = assumed(on, f"arn:aws:iam::{HUB}:role/craton/CratonDeployer")
        management = assumed(on, f"arn:aws:iam::{MANAGEMENT}:role/craton/CratonDeployer", *hub)
        self.keys: dict[str, Keys] = {HUB: hub, MANAGEMENT: management}

    def client(self, service: str, account: str) -> Any:
        return self.on.client(service, account, keys=self.keys[account])

    def update(self, account: str, change: Callable[[Document], None]) -> str:
        """How the account's stack is after its deployer brought a changed template, and why."""
        told = copy.deepcopy(document(self.on.intent, TEMPLATES[account]))
        change(told)
        name = STACKS[account]
        self.client("cloudformation", account).update_stack(
            StackName=name,
            TemplateBody=template_text(told).decode(),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self.on.rest()
        status = self.on.status(name, account)
        return status if status == "UPDATE_COMPLETE" else f"{status}: {self.on.reasons(name, account)[0]}"

    def is_there(self, account: str) -> bool:
        """Whether the attacker's role is."""
        roles = self.on.client("iam", account).list_roles(PathPrefix="/craton/")["Roles"]
        return any(one["RoleName"] == EVIL for one in roles)

    def role_of(self, account: str, logical_id: str) -> str:
        """The name of a role that the stack made."""
        told = self.on.client("cloudformation", account).describe_stack_resource(
            StackName=STACKS[account], LogicalResourceId=logical_id
        )
        return str(told["StackResourceDetail"]["PhysicalResourceId"])

    def boundary_of(self, account: str, logical_id: str) -> str | None:
        name = self.role_of(account, logical_id)
        role = self.on.client("iam", account).get_role(RoleName=name)["Role"]
        found: str | None = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return found


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """An organization that stands."""
    manifest = MANIFEST.replace("names: {", f"names: {{management_stack: {STACKS[MANAGEMENT]}, ")
    with Rehearsed(intent(tmp_path_factory.mktemp("attacked"), manifest=manifest)) as on:
        deploy(on)
        yield Attacked(on)
        on.rest()
        assert list(on.world.refused) == []


def evil(**more: Any) -> Callable[[Document], None]:
    """A template with a further role: an administrator, whom everybody in the hub may become."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": HUB}, "Action": "sts:AssumeRole"}],
    }
    properties = {
        "RoleName": EVIL,
        "Path": "/craton/",
        "AssumeRolePolicyDocument": trust,
        "ManagedPolicyArns": [ADMINISTRATOR],
        "Policies": [{"PolicyName": "all", "PolicyDocument": json.loads(EVERYTHING)}],
        **more,
    }

    def add(told: Document) -> None:
        told["Resources"]["Evil"] = {"Type": "AWS::IAM::Role", "Properties": properties}

    return add


def nothing(_: Document) -> None:
    """The template as it is compiled."""


@pytest.mark.parametrize("account", [MANAGEMENT, HUB])
def test_no_role_without_the_boundary_is_made(attacked: Attacked, account: str) -> None:
    told = attacked.update(account, evil())
    assert told.startswith("UPDATE_ROLLBACK_COMPLETE")
    assert "is not authorized to perform: iam:CreateRole" in told
    assert not attacked.is_there(account)


@pytest.mark.parametrize("account", [MANAGEMENT, HUB])
@pytest.mark.parametrize("path", ["/bedrock/", "/"])
def test_no_other_path_is_a_way_around(attacked: Attacked, account: str, path: str) -> None:
    told = attacked.update(account, evil(Path=path))
    assert "is not authorized to perform: iam:CreateRole" in told
    assert not attacked.is_there(account)


@pytest.mark.parametrize("account", [MANAGEMENT, HUB])
def test_a_boundary_of_the_attacker_s_own_is_no_boundary(attacked: Attacked, account: str) -> None:
    told = attacked.update(account, evil(PermissionsBoundary=ADMINISTRATOR))
    assert "is not authorized to perform: iam:CreateRole" in told

    def with_a_policy(template: Document) -> None:
        evil(PermissionsBoundary={"Ref": "Wide"})(template)
        template["Resources"]["Wide"] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "Path": "/craton/",
                "ManagedPolicyName": "CratonServiceBoundary2",
                "PolicyDocument": json.loads(EVERYTHING),
            },
        }

    assert "is not authorized to perform: iam:CreatePolicy" in attacked.update(account, with_a_policy)
    assert not attacked.is_there(account)


@pytest.mark.parametrize("account", [MANAGEMENT, HUB])
def test_a_role_with_the_boundary_is_no_administrator(attacked: Attacked, account: str) -> None:
    assert attacked.update(account, evil(PermissionsBoundary=boundary(account))) == "UPDATE_COMPLETE"
    assert attacked.is_there(account)
    keys = assumed(attacked.on, f"arn:aws:iam::{account}:role/craton/{EVIL}")
    for attempt in rights(attacked.on, account, keys):
        with pytest.raises(ClientError, match=BY_THE_BOUNDARY):
            attempt()
    assert attacked.update(account, nothing) == "UPDATE_COMPLETE"
    assert not attacked.is_there(account)


def rights(on: Rehearsed, account: str, keys: Keys) -> Iterator[Callable[[], object]]:
    """What an administrator could do, each tried by a session of the role."""
    iam, sts = (on.client(one, account, keys=keys) for one in ("iam", "sts"))
    s3, functions = (on.client(one, account, keys=keys) for one in ("s3", "lambda"))
    deployer = {"RoleName": "CratonDeployer"}
    yield lambda: iam.create_user(UserName="backdoor")
    yield lambda: iam.delete_role_permissions_boundary(RoleName=EVIL)
    yield lambda: iam.attach_role_policy(**deployer, PolicyArn=ADMINISTRATOR)
    yield lambda: iam.update_assume_role_policy(**deployer, PolicyDocument=EVERYTHING)
    yield lambda: iam.create_policy_version(
        PolicyArn=boundary(account), PolicyDocument=EVERYTHING, SetAsDefault=True
    )
    yield lambda: sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/craton/CratonDeployer", RoleSessionName="evil"
    )
    yield functions.list_functions
    yield lambda: s3.put_object(
        Bucket=f"craton-bedrock-results-{HUB}-{HOME}", Key="state/snapshot.json", Body=b"{}"
    )


def test_a_role_of_the_management_account_becomes_no_administrator_of_a_member(attacked: Attacked) -> None:
    role = f"arn:aws:iam::{SEARCH}:role/OrganizationAccountAccessRole"
    administrator = attacked.on.client("sts", MANAGEMENT)
    assert administrator.assume_role(RoleArn=role, RoleSessionName="administrator")["Credentials"]
    assert attacked.update(MANAGEMENT, evil(PermissionsBoundary=boundary(MANAGEMENT))) == "UPDATE_COMPLETE"
    keys = assumed(attacked.on, f"arn:aws:iam::{MANAGEMENT}:role/craton/{EVIL}")
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
        assumed(attacked.on, role, *keys)
    assert attacked.update(MANAGEMENT, nothing) == "UPDATE_COMPLETE"


@pytest.mark.parametrize(("account", "name"), [(MANAGEMENT, "TrailRole"), (HUB, "DeliveryRole")])
def test_the_boundary_of_a_role_is_neither_taken_away_nor_replaced(
    attacked: Attacked, account: str, name: str
) -> None:
    def without(template: Document) -> None:
        del template["Resources"][name]["Properties"]["PermissionsBoundary"]

    def wider(template: Document) -> None:
        template["Resources"][name]["Properties"]["PermissionsBoundary"] = ADMINISTRATOR

    for change, action in ((without, "DeleteRolePermissionsBoundary"), (wider, "PutRolePermissionsBoundary")):
        told = attacked.update(account, change)
        assert told.startswith("UPDATE_ROLLBACK_COMPLETE")
        assert f"is not authorized to perform: iam:{action}" in told
        assert attacked.boundary_of(account, name) == boundary(account)


@pytest.mark.parametrize(("account", "name"), [(MANAGEMENT, "TrailRole"), (HUB, "DeliveryRole")])
def test_a_role_of_a_service_that_is_opened_is_no_administrator(
    attacked: Attacked, account: str, name: str
) -> None:
    def opened(template: Document) -> None:
        properties = template["Resources"][name]["Properties"]
        properties["AssumeRolePolicyDocument"]["Statement"].append(
            {"Effect": "Allow", "Principal": {"AWS": HUB}, "Action": "sts:AssumeRole"}
        )
        properties["ManagedPolicyArns"] = [ADMINISTRATOR]

    assert attacked.update(account, opened) == "UPDATE_COMPLETE"
    arn = f"arn:aws:iam::{account}:role/craton/{attacked.role_of(account, name)}"
    keys = assumed(attacked.on, arn)
    for attempt in rights(attacked.on, account, keys):
        with pytest.raises(ClientError, match=BY_THE_BOUNDARY):
            attempt()
    assert attacked.update(account, nothing) == "UPDATE_COMPLETE"


@pytest.mark.parametrize("account", [MANAGEMENT, HUB])
def test_what_the_boundary_says_is_changed_by_no_deployer(attacked: Attacked, account: str) -> None:
    iam, stacks = (attacked.client(one, account) for one in ("iam", "cloudformation"))
    arn = boundary(account)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: iam.create_policy_version(PolicyArn=arn, PolicyDocument=EVERYTHING, SetAsDefault=True),
        lambda: iam.set_default_policy_version(PolicyArn=arn, VersionId="v1"),
        lambda: iam.delete_policy(PolicyArn=arn),
        lambda: stacks.update_stack(StackName=ACCESS, TemplateBody="{}", Capabilities=["CAPABILITY_IAM"]),
        lambda: stacks.delete_stack(StackName=ACCESS),
    )
    for attempt in attempts:
        with pytest.raises(ClientError, match="is not authorized to perform"):
            attempt()


def test_no_stack_set_makes_an_administrator_of_the_hub(attacked: Attacked) -> None:
    """StackSets works as an administrator wherever it is sent, and no account is made its administrator."""
    on, name = attacked.on, "enterprise-bedrock-monitoring-evil"
    told: Document = {"Resources": {}}
    evil(Path="/")(told)
    administrator = on.client("cloudformation", MANAGEMENT)
    administrator.activate_organizations_access()
    attacked.client("organizations", MANAGEMENT).register_delegated_administrator(
        AccountId=HUB, ServicePrincipal=STACK_SETS
    )
    stacks = attacked.client("cloudformation", HUB)
    stacks.create_stack_set(
        StackSetName=name,
        TemplateBody=json.dumps(told),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
        CallAs="DELEGATED_ADMIN",
    )
    root = on.client("organizations", MANAGEMENT).list_roots()["Roots"][0]["Id"]
    for targets in (
        {"OrganizationalUnitIds": [root]},
        {"OrganizationalUnitIds": [root], "Accounts": [HUB], "AccountFilterType": "INTERSECTION"},
        {
            "OrganizationalUnitIds": ["ou-a1b2-workdev01"],
            "Accounts": [HUB],
            "AccountFilterType": "UNION",
        },
    ):
        with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
            stacks.create_stack_instances(
                StackSetName=name, DeploymentTargets=targets, Regions=[HOME], CallAs="DELEGATED_ADMIN"
            )
    with pytest.raises(ClientError, match="organizations:RegisterDelegatedAdministrator"):
        attacked.client("organizations", MANAGEMENT).register_delegated_administrator(
            AccountId=SEARCH, ServicePrincipal=STACK_SETS
        )


def test_who_reads_in_the_hub_forges_nothing_of_what_was_applied(attacked: Attacked) -> None:
    on, bucket, key = attacked.on, f"craton-bedrock-results-{HUB}-{HOME}", "state/snapshot.json"
    attacked.client("s3", HUB).put_object(Bucket=bucket, Key=key, Body=b"{}")
    reader = on.client("s3", HUB, keys=assumed(on, f"arn:aws:iam::{HUB}:role/craton/CratonHub"))
    assert reader.get_object(Bucket=bucket, Key=key)["Body"].read() == b"{}"
    attempts: tuple[Callable[[], object], ...] = (
        lambda: reader.put_object(Bucket=bucket, Key=key, Body=b"forged"),
        lambda: reader.delete_object(Bucket=bucket, Key=key),
    )
    for attempt in attempts:
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt()
