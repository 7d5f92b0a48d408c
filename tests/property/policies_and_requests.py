"""Random policy documents, policy sets and requests, from few words, so that they often meet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from craton.codec.policy_source import read_policy
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from craton.core.policy import Policy

ACCOUNT, OTHER_ACCOUNT = "111111111111", "222222222222"
KEYS = {
    "aws:RequestedRegion": ["us-east-1", "eu-west-1", ""],
    "aws:PrincipalTag/team": ["search", "ads", "a*"],
    "aws:MultiFactorAuthPresent": ["true", "false"],
    "aws:SourceIp": ["203.0.113.9", "10.0.0.1", "2001:db8::1"],
    "aws:CurrentTime": ["2026-11-26T00:00:00Z", "1700000000"],
    "bedrock:GuardrailIdentifier": ["arn:aws:bedrock:us-east-1:111111111111:guardrail/a:1"],
    "s3:max-keys": ["10", "11", "many"],
    "aws:TagKeys": ["team", "cost"],
}
WANTED = [
    *(value for values in KEYS.values() for value in values),
    *("us-*", "*", "?ds", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/team, 'ads'}", "${*}", "a${?}"),
    *("203.0.113.0/24", "2026-01-01", "10.0", "arn:aws:bedrock:*:*:guardrail/a:*", "arn:aws:iam::*:role/x"),
]
OPERATORS = [
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike"),
    *("StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"),
    *("DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals", "Bool", "BinaryEquals"),
    *("IpAddress", "NotIpAddress", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"),
]
ACTIONS = ["bedrock:InvokeModel", "s3:GetObject", "kms:Decrypt", "sts:AssumeRole"]
ACTION_PATTERNS = [*ACTIONS, "*", "bedrock:*", "BEDROCK:invoke*", "s3:?et*", "kms:*"]
RESOURCES = [
    "*",
    "arn:aws:bedrock:us-east-1::foundation-model/a",
    "arn:aws:bedrock:us-east-1:111111111111:inference-profile/us.a",
    "arn:aws:s3:::bucket/search/x",
    "arn:aws:kms:us-east-1:222222222222:key/k",
    "arn:aws:iam::111111111111:role/app",
]
RESOURCE_PATTERNS = [
    *RESOURCES,
    "arn:aws:bedrock:*::foundation-model/*",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'search'}/?",
]
PRINCIPALS = [
    f"arn:aws:iam::{ACCOUNT}:role/path/app",
    f"arn:aws:iam::{ACCOUNT}:user/ann",
    f"arn:aws:iam::{ACCOUNT}:root",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one",
    f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
    "bedrock.amazonaws.com",
    "accounts.google.com",
    "*",
]


def some(words: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), unique=True, min_size=0, max_size=3)


conditions = st.dictionaries(
    st.one_of(
        st.builds(
            "{}{}{}".format,
            st.sampled_from(["", "", "ForAnyValue:", "ForAllValues:"]),
            st.sampled_from(OPERATORS),
            st.sampled_from(["", "", "IfExists"]),
        ),
    ),
    st.dictionaries(st.sampled_from([*KEYS, "AWS:requestedregion"]), some(WANTED), min_size=1, max_size=2),
    max_size=2,
)
presence = st.dictionaries(
    st.just("Null"),
    st.dictionaries(st.sampled_from(list(KEYS)), st.sampled_from(["true", "false"]), min_size=1, max_size=1),
    max_size=1,
)
principal_elements = st.one_of(
    st.just("*"),
    st.dictionaries(
        st.sampled_from(["AWS", "Service", "Federated"]),
        some([*PRINCIPALS, ACCOUNT, OTHER_ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/app"]),
        min_size=1,
        max_size=2,
    ),
)


@st.composite
def statements(
    draw: st.DrawFn, *, principal: bool = False, effects: tuple[str, ...] = ("Allow", "Deny")
) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": draw(st.sampled_from(effects))}
    made[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(some(ACTION_PATTERNS))
    made[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(some(RESOURCE_PATTERNS))
    held = {**draw(conditions), **draw(presence)}
    if held:
        made["Condition"] = held
    if principal:
        made[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(principal_elements)
    return made


def policy_of(*held: dict[str, Any], version: str = "2012-10-17", name: str = "a policy") -> Policy:
    policy, problems = read_policy(json.dumps({"Version": version, "Statement": held}).encode(), name)
    assert policy is not None
    assert {one.rule for one in problems} <= {"no_value"}
    return policy


ALLOW_ALL: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
FULL = policy_of(ALLOW_ALL, name="FullAWSAccess")
FULL_FOR_ALL = policy_of({**ALLOW_ALL, "Principal": "*"}, name="for everyone")


def policies(*, principal: bool = False) -> st.SearchStrategy[Policy]:
    return st.builds(
        lambda held, version: policy_of(*held, version=version),
        st.lists(statements(principal=principal), max_size=3),
        st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]),
    )


def lists(*, principal: bool = False, most: int = 2) -> st.SearchStrategy[tuple[Policy, ...]]:
    """Some policies, most often with one among them that allows everything."""
    full = FULL_FOR_ALL if principal else FULL
    held = st.lists(policies(principal=principal), max_size=most).map(tuple)
    return st.one_of(held.map(lambda some: (full, *some)), held.map(lambda some: (*some, full)), held)


def often_none(*, principal: bool = False) -> st.SearchStrategy[tuple[Policy, ...]]:
    return st.one_of(st.just(()), lists(principal=principal, most=1))


policy_sets = st.builds(
    PolicySet,
    account=st.just(ACCOUNT),
    resource_account=st.sampled_from([None, None, ACCOUNT, OTHER_ACCOUNT]),
    management_account=st.booleans(),
    service_linked_role=st.sampled_from([False, False, False, True]),
    scps=st.lists(lists(), max_size=3).map(tuple),
    rcps=st.lists(lists(principal=True), max_size=2).map(tuple),
    identity=lists(),
    boundaries=often_none(),
    sessions=often_none(),
    endpoints=often_none(principal=True),
    resource=st.one_of(st.none(), st.just(FULL_FOR_ALL), policies(principal=True)),
)


def values_of(key: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(KEYS[key]), min_size=0, max_size=2).map(tuple)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    keys = draw(st.lists(st.sampled_from(list(KEYS)), unique=True, max_size=5))
    return Request(
        principal=draw(st.sampled_from(PRINCIPALS)),
        action=draw(st.sampled_from(ACTIONS)),
        resource=draw(st.sampled_from(RESOURCES)),
        context={key: draw(values_of(key)) for key in keys},
        unknown_keys=frozenset(draw(st.lists(st.sampled_from(list(KEYS)), max_size=2))),
    )
