"""Roles call approved models in approved Regions, for a while, and cannot free themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.kinds.judging import TODAY, allowed, allowed_call, policy
from tests.unit.kinds.rehearsed import GOVERNED, SEARCH, SUPPORT, Rehearsed, intent

from craton.kinds.grant import granted_roles
from craton.kinds.role import CALLING, boundary, developers_call, people
from craton.registry.iam import iam_reference
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from pathlib import Path

    from craton.core.intent import Intent

SONNET, NOVA = "anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0"
ROLE = f"arn:aws:iam::{SUPPORT}:role/bedrock/BedrockWorkload"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def bounded(wanted: Intent, environment: str = "prod") -> PolicySet:
    """Whatever policies a role has, its boundary holds."""
    one = next(one for one in wanted.environments if one.name == environment)
    return PolicySet(
        account=SUPPORT,
        identity=(policy(ALL, SUPPORT),),
        boundaries=(policy(boundary(wanted, one), SUPPORT),),
    )


@pytest.mark.parametrize(
    ("environment", "model", "region", "outcome"),
    [
        ("prod", f"us.{SONNET}", "us-east-1", "allowed"),
        ("prod", SONNET, "us-west-2", "allowed"),
        ("prod", f"global.{SONNET}", "us-east-1", "allowed"),
        ("prod", f"us.{SONNET}", "us-east-2", "explicit_deny"),
        ("prod", f"eu.{SONNET}", "eu-central-1", "explicit_deny"),
        ("prod", f"us.{NOVA}", "us-east-1", "explicit_deny"),
        ("dev", f"us.{NOVA}", "us-east-1", "allowed"),
        ("dev", "us.anthropic.claude-opus-4-6-v1", "us-east-1", "allowed"),
        ("dev", "us.meta.llama4-maverick-17b-instruct-v1:0", "us-east-1", "explicit_deny"),
    ],
)
def test_the_boundary_lets_approved_models_answer_in_approved_regions(
    tmp_path: Path, environment: str, model: str, region: str, outcome: str
) -> None:
    wanted = intent(tmp_path)
    assert allowed_call(bounded(wanted, environment), model, region) == outcome


@pytest.mark.parametrize(
    ("action", "context", "outcome"),
    [
        ("bedrock:PutModelInvocationLoggingConfiguration", {}, "explicit_deny"),
        ("bedrock:DeleteEnforcedGuardrailConfiguration", {}, "explicit_deny"),
        ("iam:CreateServiceSpecificCredential", {}, "explicit_deny"),
        ("iam:DeleteRolePermissionsBoundary", {}, "explicit_deny"),
        ("iam:CreateRole", {}, "explicit_deny"),
        (
            "iam:CreateRole",
            {"iam__PermissionsBoundary": f"arn:aws:iam::{SUPPORT}:policy/bedrock/BedrockBoundary"},
            "allowed",
        ),
        ("s3:GetObject", {}, "allowed"),
    ],
)
def test_the_boundary_keeps_controls_and_itself(
    tmp_path: Path, action: str, context: dict[str, str], outcome: str
) -> None:
    assert allowed(bounded(intent(tmp_path)), action, principal=ROLE, **context) == outcome


def test_the_boundary_is_not_to_be_rewritten(tmp_path: Path) -> None:
    own = f"arn:aws:iam::{SUPPORT}:policy/bedrock/BedrockBoundary"
    bound = bounded(intent(tmp_path))
    assert allowed(bound, "iam:CreatePolicyVersion", own, principal=ROLE) == "explicit_deny"
    assert allowed(bound, "iam:CreatePolicyVersion", f"{own}Other", principal=ROLE) == "allowed"


def test_every_action_that_is_named_exists(tmp_path: Path) -> None:
    wanted = intent(tmp_path, GOVERNED)
    texts = [json.dumps(boundary(wanted, wanted.environments[0])), json.dumps(CALLING)]
    named = {
        word
        for text in texts
        for word in text.replace('"', " ").split()
        if word.startswith(("bedrock:", "bedrock-mantle:", "iam:")) and word not in KEYS
    }
    assert {word for word in named if iam_reference().action(word) is None} == set()


KEYS = {"bedrock-mantle:Model", "bedrock:InferenceProfileArn", "iam:PermissionsBoundary"}


@pytest.mark.parametrize(
    ("principal", "context", "outcome"),
    [
        (f"arn:aws:iam::{SUPPORT}:user/ana", {"aws__MultiFactorAuthPresent": "true"}, "allowed"),
        (f"arn:aws:iam::{SUPPORT}:user/ana", {"aws__MultiFactorAuthPresent": "false"}, "implicit_deny"),
        (f"arn:aws:iam::{SUPPORT}:user/ana", {}, "implicit_deny"),
        (f"arn:aws:iam::{SUPPORT}:role/build", {"aws__MultiFactorAuthPresent": "false"}, "implicit_deny"),
        (
            f"arn:aws:iam::{SUPPORT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_BedrockDeveloper_0a1",
            {},
            "allowed",
        ),
        (f"arn:aws:iam::{SUPPORT}:role/AWSReservedSSO_BedrockDeveloper_0a1", {}, "implicit_deny"),
    ],
)
def test_people_come_with_mfa_or_from_identity_center(
    tmp_path: Path, principal: str, context: dict[str, str], outcome: str
) -> None:
    trust = json.loads(
        json.dumps(people(intent(tmp_path, GOVERNED))).replace('{"Fn::Sub": ', "").replace('_*"}', '_*"')
    )
    policies = PolicySet(account=SUPPORT, identity=(policy(ALL, SUPPORT),), resource=policy(trust, SUPPORT))
    role = f"arn:aws:iam::{SUPPORT}:role/bedrock/BedrockDeveloper"
    told = {"aws__PrincipalArn": principal, **context}
    assert allowed(policies, "sts:AssumeRole", role, principal=principal, **told) == outcome


def test_developers_call_models_where_workloads_serve_nobody(tmp_path: Path) -> None:
    wanted = intent(tmp_path)
    assert {one.name: developers_call(wanted, one) for one in wanted.environments} == {
        "dev": True,
        "prod": False,
    }


@pytest.mark.parametrize(
    ("at", "outcome"), [("2029-12-31T23:59:59Z", "allowed"), ("2030-01-01T00:00:00Z", "implicit_deny")]
)
def test_a_grant_ends_by_itself_for_who_comes_and_for_who_is_there(
    tmp_path: Path, at: str, outcome: str
) -> None:
    (role,) = granted_roles(intent(tmp_path, GOVERNED))
    held = PolicySet(account=SUPPORT, identity=(policy(role.permissions, SUPPORT),))
    moment = TODAY.fromisoformat(at)
    assert allowed_call(held, f"us.{SONNET}", at=moment, context={"aws:CurrentTime": (at,)}) == outcome
    arn, who = f"arn:aws:iam::{SUPPORT}:role/bedrock/{role.name}", role.grant.principal
    trusting = PolicySet(
        account=SUPPORT, identity=(policy(ALL, SUPPORT),), resource=policy(role.trust, SUPPORT)
    )
    told = {"aws__PrincipalArn": who, "aws__CurrentTime": at}
    assert allowed(trusting, "sts:AssumeRole", arn, principal=who, **told) == outcome
    told["aws__PrincipalArn"] = other = f"{who}-other"
    assert allowed(trusting, "sts:AssumeRole", arn, principal=other, **told) == "implicit_deny"


@pytest.mark.slow
def test_roles_are_there_and_held_by_their_boundary(members: Rehearsed) -> None:
    iam = members.client("iam", SUPPORT)
    names = {one["RoleName"] for one in iam.list_roles(PathPrefix="/bedrock/")["Roles"]}
    (granted,) = granted_roles(members.intent)
    assert names == {"BedrockDeveloper", "BedrockReader", "BedrockWorkload", granted.name}
    role = iam.get_role(RoleName="BedrockDeveloper")["Role"]
    assert role["MaxSessionDuration"] == 2 * 3600
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/bedrock/BedrockBoundary")
    assert iam.list_role_policies(RoleName="BedrockDeveloper")["PolicyNames"] == []
    in_dev = members.client("iam", SEARCH)
    assert in_dev.list_role_policies(RoleName="BedrockDeveloper")["PolicyNames"] == ["call"]


@pytest.mark.slow
def test_who_was_granted_calls_models_in_the_account(members: Rehearsed) -> None:
    (granted,) = granted_roles(members.intent)
    keys = session(members, granted.grant.principal, granted.name)
    runtime = members.client("bedrock-runtime", SUPPORT, keys=keys)
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": "?"}]}]}
    assert runtime.converse(modelId=f"us.{SONNET}", **asked)["stopReason"] == "end_turn"
    with pytest.raises(ClientError, match="with an explicit deny in a permissions boundary"):
        runtime.converse(modelId=f"us.{NOVA}", **asked)


def session(members: Rehearsed, principal: str, role: str) -> tuple[str, str, str]:
    """The keys of a session of the role, which a principal that the account's administrator made assumed."""
    iam, name = members.client("iam", SUPPORT), principal.rpartition("/")[2]
    trust = {"Effect": "Allow", "Principal": {"AWS": SUPPORT}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({**ALL, "Statement": [trust]}))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ALL))
    keys: Any = None
    for arn in (principal, f"arn:aws:iam::{SUPPORT}:role/bedrock/{role}"):
        sts = members.client("sts", SUPPORT, keys=keys)
        told = sts.assume_role(RoleArn=arn, RoleSessionName="rehearsal")["Credentials"]
        keys = told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"]
    return keys  # type: ignore[no-any-return]
