"""The change that flips a decision is the one that a person would make, in words that say where."""

from __future__ import annotations

from typing import Any

import pytest
from tests.property.policies_and_requests import ACCOUNT, ALLOW_ALL, FULL, policy_of

from craton.simulator.authorizer import Authorizer
from craton.simulator.flip import smallest_change
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"


def change(denial: dict[str, Any] | None, **given: Any) -> str:
    asked: dict[str, Any] = {
        "principal": f"arn:aws:iam::{ACCOUNT}:role/app",
        "action": "bedrock:InvokeModel",
        "resource": MODEL,
        "context": {"aws:PrincipalArn": (f"arn:aws:iam::{ACCOUNT}:role/app",)},
        **{key: given.pop(key) for key in ("context", "unknown_keys", "action", "resource") if key in given},
    }
    scps = ((FULL,), (FULL, policy_of({"Effect": "Deny", **denial}, name="rules"))) if denial else ((FULL,),)
    policies = PolicySet(account=ACCOUNT, **{"identity": (FULL,), "scps": scps, **given})
    return str(smallest_change(Authorizer(policies), Request(**asked)))


@pytest.mark.parametrize(
    ("denial", "words"),
    [
        (
            {"Action": "bedrock:*", "NotResource": "arn:aws:bedrock:*::foundation-model/anthropic.*"},
            f"add `{MODEL}` to `NotResource` of `statement 1` of SCP `rules` at level 2",
        ),
        (
            {"Sid": "Only", "NotAction": "iam:*", "Resource": "*"},
            "add `bedrock:InvokeModel` to `NotAction` of `Only` of SCP `rules` at level 2",
        ),
        (
            {"Action": "*", "Resource": "*"},
            "remove `statement 1` of SCP `rules` at level 2",
        ),
        (
            {"Action": "*", "Resource": "*", "Condition": {"Null": {"bedrock:GuardrailIdentifier": "true"}}},
            "send the request with `bedrock:GuardrailIdentifier` as `another-value`",
        ),
        (
            {"Action": "*", "Resource": "*", "Condition": {"StringNotLike": {"aws:PrincipalOrgID": "o-*"}}},
            "send the request with `aws:PrincipalOrgID` as `o-x`",
        ),
    ],
)
def test_a_denial_is_lifted_where_it_stands(denial: dict[str, Any], words: str) -> None:
    assert change(denial) == words


def test_what_nothing_allows_is_allowed_where_it_is_missing() -> None:
    only_s3 = policy_of({**ALLOW_ALL, "Action": "s3:*"})
    assert change(None, identity=(), scps=((FULL,), (only_s3,))) == (
        "add a statement to an SCP at level 2 that allows the request"
        " and add a statement to an identity policy that allows the request"
    )


def test_what_one_statement_allows_is_denied_without_it() -> None:
    assert change(None, scps=()) == "remove `statement 1` of identity policy `FullAWSAccess`"


def test_what_many_statements_allow_is_denied_by_one_more() -> None:
    assert change(None, identity=(FULL, FULL), scps=()) == (
        "add a statement to an identity policy that denies the request"
    )


def test_an_unknown_is_settled_by_the_key() -> None:
    denial = {"Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert change(denial, unknown_keys=frozenset({"aws:SecureTransport"})) == (
        "send the request with `aws:SecureTransport` as `false`"
    )


def test_what_nothing_can_change_has_an_empty_change() -> None:
    assert change(None, action="sts:GetCallerIdentity", resource="*") == ""
