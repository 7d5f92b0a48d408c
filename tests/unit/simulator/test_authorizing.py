"""Who blocks a request, through which statements, and what is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.property.policies_and_requests import (
    ACCOUNT,
    ALLOW_ALL,
    FULL,
    FULL_FOR_ALL,
    OTHER_ACCOUNT,
    policy_of,
)

from craton.core.errors import UserError
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from craton.simulator.decision import Decision

ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"
DENY_ELSEWHERE = policy_of(
    {
        "Sid": "Elsewhere",
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}},
    },
    name="regions",
)


def decided(asked: dict[str, Any] | None = None, **policies: Any) -> Decision:
    request = {"principal": ROLE, "action": "bedrock:InvokeModel", "resource": MODEL, **(asked or {})}
    return Authorizer(PolicySet(account=ACCOUNT, **{"identity": (FULL,), **policies})).decide(
        Request(**request)
    )


def test_a_denial_names_its_statement_with_level_and_place() -> None:
    decision = decided(scps=((FULL,), (FULL, DENY_ELSEWHERE)))
    assert (decision.outcome, decision.blocked_by) == ("explicit_deny", ("scp",))
    (one,) = decision.statements
    assert (one.kind, one.level, one.policy, one.effect) == ("scp", 2, "regions", "Deny")
    assert (one.statement.label, one.place.file, one.place.line) == ("Elsewhere", "regions", 1)


def test_every_kind_that_does_not_allow_is_named() -> None:
    nothing = policy_of({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    decision = decided(
        scps=((FULL,), (nothing,), (nothing,)), identity=(), boundaries=(nothing,), endpoints=(nothing,)
    )
    assert decision.outcome == "implicit_deny"
    assert decision.blocked_by == ("scp", "identity", "boundary", "endpoint")
    assert decision.statements == ()


def test_an_allowed_request_names_all_that_allow_it() -> None:
    decision = decided(scps=((FULL,), (FULL, policy_of({**ALLOW_ALL, "Action": "bedrock:*"}))))
    assert [(one.kind, one.level) for one in decision.statements] == [
        *(("scp", 1), ("scp", 2), ("scp", 2)),
        ("identity", None),
    ]


def test_an_unknown_names_the_keys_as_the_request_spells_them() -> None:
    unknown = frozenset({"AWS:requestedRegion", "aws:SourceIp"})
    decision = decided({"unknown_keys": unknown}, scps=((FULL, DENY_ELSEWHERE),))
    assert (decision.outcome, decision.unknown_keys) == ("unknown", ("AWS:requestedRegion",))
    assert [one.statement.label for one in decision.statements] == ["Elsewhere"]


def test_an_absent_key_is_not_unknown() -> None:
    assert decided(scps=((FULL, DENY_ELSEWHERE),)).outcome == "explicit_deny"


def test_the_resource_belongs_to_the_account_that_its_arn_names() -> None:
    profile = f"arn:aws:bedrock:us-east-1:{OTHER_ACCOUNT}:inference-profile/us.amazon.nova-pro-v1:0"
    assert decided({"resource": profile}).blocked_by == ("resource",)
    assert decided({"resource": profile}, resource=FULL_FOR_ALL).outcome == "allowed"
    assert decided({"resource": profile}, resource_account=ACCOUNT).outcome == "allowed"


def test_nobody_is_kept_from_asking_who_they_are() -> None:
    denial = policy_of({"Effect": "Deny", "Action": "*", "Resource": "*"})
    assert (
        decided({"action": "sts:GetCallerIdentity", "resource": "*"}, identity=(denial,)).outcome == "allowed"
    )


def test_an_operator_that_does_not_exist_stops_with_its_place() -> None:
    policy = policy_of(
        {**ALLOW_ALL, "Condition": {"StringEqual": {"aws:RequestedRegion": "x"}}}, name="typo.json"
    )
    with pytest.raises(
        UserError, match=r"typo\.json:1:\d+: there is no condition operator `StringEqual`"
    ) as told:
        decided(identity=(policy,))
    assert told.value.hint == "did you mean `StringEquals`?"


def test_an_operator_of_presence_takes_no_suffix() -> None:
    policy = policy_of({**ALLOW_ALL, "Condition": {"NullIfExists": {"aws:RequestedRegion": "true"}}})
    with pytest.raises(UserError, match="NullIfExists"):
        decided(identity=(policy,))
