"""Every role of the hub and of the management account is bounded by what all of them are given together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import REPOSITORY
from tests.unit.compiler.manifests import wanted
from tests.unit.kinds.test_access_roles import EVERYTHING

from craton.compiler.compilation import templates
from craton.compiler.service_boundary import bounded
from craton.core.intent import intent_of
from craton.core.resource import Resource, attribute, ref, sub
from craton.core.statement import allow, document
from craton.engine.manifests import load
from craton.kinds.parts.service_role import service_role
from craton.registry.iam import iam_reference
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

ARN = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/craton/CratonServiceBoundary"
PLACES = {"management": "management_access", "hub": "hub_access"}


def intents() -> Iterator[tuple[str, Intent]]:
    yield "small", wanted()[0]
    yield "everything", wanted(EVERYTHING)[0]
    yield "replication", wanted("logging: {transport: replication}\n")[0]
    yield "example", intent_of(load(REPOSITORY / "examples/acme-org/craton.yaml"))


Documents = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=intents(), ids=lambda one: one[0])
def made(request: pytest.FixtureRequest) -> Documents:
    """The resources of each template."""
    return {one.name: dict(one.document["Resources"]) for one in templates(request.param[1])}


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return list(policy["PolicyDocument"]["Statement"])


def actions(told: list[dict[str, Any]]) -> set[str]:
    return {
        one
        for statement in told
        for one in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def boundary(made: Documents, place: str) -> dict[str, Any]:
    """The boundary of a place, which the template beside it holds."""
    (found,) = (
        one["Properties"]
        for one in made[PLACES[place]].values()
        if one["Properties"].get("ManagedPolicyName") == "CratonServiceBoundary"
    )
    assert found["Path"] == "/craton/"
    return dict(found)


@pytest.mark.parametrize("place", list(PLACES))
def test_every_role_of_the_hub_and_the_management_account_has_the_boundary(
    made: Documents, place: str
) -> None:
    roles = {name: one for name, one in made[place].items() if one["Type"] == "AWS::IAM::Role"}
    assert roles
    for name, role in roles.items():
        assert role["Properties"]["PermissionsBoundary"] == {"Fn::Sub": ARN}, name
        assert "ManagedPolicyArns" not in role["Properties"], name
    others = {one["Type"] for one in made[place].values()} - {"AWS::IAM::Role"}
    assert not [one for one in others if one.startswith("AWS::IAM::")]


@pytest.mark.parametrize("place", list(PLACES))
def test_the_boundary_allows_what_these_roles_are_given_and_no_other_action(
    made: Documents, place: str
) -> None:
    given = {
        action
        for one in made[place].values()
        if one["Type"] == "AWS::IAM::Role"
        for policy in one["Properties"]["Policies"]
        for action in actions(statements(policy))
    }
    assert actions(statements(boundary(made, place))) == given


@pytest.mark.parametrize("place", list(PLACES))
def test_nobody_becomes_another_or_an_administrator_within_the_boundary(made: Documents, place: str) -> None:
    told = statements(boundary(made, place))
    assert {one["Effect"] for one in told} == {"Allow"}
    for action in actions(told):
        assert "*" not in action
        known = iam_reference().action(action)
        assert known is not None, action
        assert not action.startswith("iam:")
        assert known.access_level in ("Read", "List", "Write", "Permissions management"), action
        if action.startswith("organizations:"):
            assert known.access_level in ("Read", "List") or action in ATTACHING, action
    for one in told:
        if one["Action"] == ["sts:AssumeRole"]:
            assert one["Resource"]["Fn::Sub"].rpartition("/")[2] in ("CratonEvaluator", "CratonRestorer")
        if ATTACHING & {*one["Action"]}:
            kept = json.dumps(one["Resource"])
            assert "service_control_policy/*" in kept
            assert "root/" not in kept


ATTACHING = {"organizations:AttachPolicy", "organizations:DetachPolicy"}
"""What a budget does that is spent, where the manifest wants that."""


@pytest.mark.parametrize("place", list(PLACES))
def test_iam_takes_the_boundary(made: Documents, place: str) -> None:
    text = json.dumps(boundary(made, place)["PolicyDocument"], separators=(",", ":"))
    assert len(text) <= quota("managed_policy_characters").limit // 2


def test_members_have_no_boundary_of_services(made: Documents) -> None:
    assert ARN not in json.dumps({name: one for name, one in made.items() if name.startswith("member")})


KEY = Resource(template="hub", id="Key", type="AWS::KMS::Key")
QUEUE = Resource(template="hub", id="Queue", type="AWS::SQS::Queue", properties={"QueueName": "q"})
LOG_GROUP = Resource(
    template="hub", id="Group", type="AWS::Logs::LogGroup", properties={"LogGroupName": "/craton/x"}
)
BUCKET = Resource(
    template="hub",
    id="Bucket",
    type="AWS::S3::Bucket",
    properties={"BucketName": sub("craton-${AWS::AccountId}-${AWS::Region}")},
)


def resources_of_boundary(*statements: dict[str, Any]) -> list[str]:
    """On what the boundary of one role allows."""
    role = service_role("hub", "Role", "lambda.amazonaws.com", statements)
    (policy,) = (
        one
        for one in bounded([role, KEY, QUEUE, LOG_GROUP, BUCKET])
        if isinstance(one, Resource) and one.id == "ServiceBoundary"
    )
    assert (policy.template, policy.regions) == ("hub_access", "home")
    told = policy.properties["PolicyDocument"]["Statement"]
    return [one["Resource"] if isinstance(one["Resource"], str) else str(one["Resource"]) for one in told]


def test_what_is_of_a_stack_is_told_by_its_name_in_every_region() -> None:
    of_account = "${AWS::AccountId}"
    assert resources_of_boundary(
        allow("kms:Decrypt", attribute("Key", "Arn")),
        allow("logs:PutLogEvents", attribute("Group", "Arn")),
        allow("s3:PutObject", sub("${Bucket.Arn}/x/*")),
    ) == [
        str(sub(f"arn:${{AWS::Partition}}:kms:*:{of_account}:key/*")),
        str(sub(f"arn:${{AWS::Partition}}:logs:*:{of_account}:log-group:/craton/x:*")),
        str(sub(f"arn:${{AWS::Partition}}:s3:::craton-{of_account}-*/x/*")),
    ]


def test_statements_that_differ_in_actions_alone_are_one() -> None:
    both = [allow("sns:Publish", "*"), allow(["sns:ListTopics", "sns:Publish"], "*")]
    assert resources_of_boundary(*both) == ["*"]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (allow("iam:PassRole", "*"), "a role of a service is given `iam:PassRole`"),
        (allow("iam:*", "*"), "a role of a service is given `iam:"),
        (allow("*", "*"), "a role of a service is given `"),
        (allow("sts:AssumeRole", "*"), "`sts:AssumeRole` on \\*"),
        (allow("sts:AssumeRole", sub("arn:${AWS::Partition}:iam::*:role/craton/*")), "role/craton/\\*"),
        (allow("organizations:AttachPolicy", "*"), "`organizations:AttachPolicy` on \\*"),
        (allow("sqs:SendMessage", attribute("Queue", "Arn")), "`Queue` is a AWS::SQS::Queue"),
        (allow("sqs:SendMessage", ref("Queue")), "is of one stack alone"),
    ],
)
def test_a_role_that_could_not_be_bounded_is_not_compiled(statement: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        resources_of_boundary(statement)


def test_a_role_with_managed_policies_is_not_compiled() -> None:
    role = Resource(
        template="management",
        id="Role",
        type="AWS::IAM::Role",
        properties={"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
    )
    with pytest.raises(ValueError, match="which no boundary can follow"):
        bounded([role])


def test_where_there_is_no_role_there_is_no_boundary() -> None:
    assert bounded([KEY]) == (KEY,)
    assert document() not in [one.properties for one in bounded([KEY]) if isinstance(one, Resource)]
