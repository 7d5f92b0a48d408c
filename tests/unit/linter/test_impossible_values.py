"""Values that no request holds are told apart from those that one may."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from craton.linter.checking import findings
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.registry.iam import iam_reference


def told(condition: object) -> list[str]:
    statement = {"Effect": "Deny", "Action": "bedrock:*", "Resource": "*", "Condition": condition}
    data = json.dumps({"Version": "2012-10-17", "Statement": statement}).encode()
    facts = Facts(today=dt.date(2026, 11, 26), iam=iam_reference())
    found = findings(read_document(data, "policy.json"), facts)
    return [f"{one.message} ({one.hint})" for one in found if one.rule == "impossible_value"]


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        (
            {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:sts::111111111111:assumed-role/admin/*"}},
            "write `arn:aws:iam::111111111111:role/admin`",
        ),
        ({"StringNotEquals": {"aws:PrincipalAccount": "1111-2222-3333"}}, "an account has 12 digits"),
        ({"StringNotEquals": {"aws:RequestedRegion": "us-east-11"}}, "no such Region"),
        ({"StringNotEquals": {"bedrock:GuardrailIdentifier": "a1b2c3d4e5f6"}}, "it holds an ARN"),
        ({"StringEquals": {"bedrock:BearerTokenType": "long_term"}}, "did you mean `LONG_TERM`?"),
        ({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "fd00::/8"]}}, "`aws:VpcSourceIp`"),
    ],
)
def test_a_value_that_no_request_holds_is_found(condition: object, part: str) -> None:
    (found,) = told(condition)
    assert part in found


@pytest.mark.parametrize(
    "condition",
    [
        {
            "ArnNotLike": {
                "aws:PrincipalArn": ["*", "arn:aws:iam::*:role/a", "arn:aws:sts::*:federated-user/a"]
            }
        },
        {"ArnNotLike": {"aws:PrincipalArn": ["[PRIVILEGED_ROLE]", "${aws:PrincipalTag/role}"]}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sts::111111111111:assumed-role/a/b"}},
        {"StringEquals": {"aws:PrincipalAccount": ["111111111111", "ACCOUNT", "${Account}"]}},
        {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "unspecified", "REGION"]}},
        {"StringNotLike": {"aws:RequestedRegion": ["us-*", "eu-east-?"]}},
        {"StringLike": {"bedrock:GuardrailIdentifier": ["*a1b2c3d4e5f6*", "arn:aws:bedrock:*"]}},
        {"StringEqualsIgnoreCase": {"bedrock:BearerTokenType": "long_term"}},
        {"StringLike": {"bedrock:BearerTokenType": "*_TERM"}},
        {"Null": {"bedrock:GuardrailIdentifier": "true"}},
        {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}},
        {"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}},
    ],
)
def test_a_value_that_some_request_may_hold_is_not(condition: object) -> None:
    assert told(condition) == []
