from __future__ import annotations

import json
from typing import Any

import pytest

from craton.codec.policy_source import read_policy
from craton.views.statement_text import sentence

ROOT = "arn:aws:iam::111111111111:root"


def words(**elements: Any) -> str:
    statement = {"Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "*", **elements}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy, problems = read_policy(json.dumps(document).encode(), "x.json")
    assert policy is not None, problems
    return str(sentence(policy.statements[0]))


@pytest.mark.parametrize(
    ("elements", "told"),
    [
        ({}, "denies `bedrock:InvokeModel` on every resource"),
        ({"Effect": "Allow", "Action": "*"}, "allows every action on every resource"),
        ({"Action": ["a:b", "c:*"]}, "denies `a:b` and `c:*` on every resource"),
        ({"Resource": ["a:b:c:d:e:f", "g"]}, "denies `bedrock:InvokeModel` on `a:b:c:d:e:f` or `g`"),
        (
            {"Condition": {"Null": {"aws:SourceVpce": "true"}}},
            "denies `bedrock:InvokeModel` on every resource where `aws:SourceVpce` is absent",
        ),
        (
            {"Condition": {"Null": {"aws:SourceVpce": "false"}}},
            "denies `bedrock:InvokeModel` on every resource where `aws:SourceVpce` is there",
        ),
    ],
)
def test_a_statement_is_a_sentence(elements: dict[str, Any], told: str) -> None:
    assert words(**elements) == told


@pytest.mark.parametrize(
    ("operator", "values", "told"),
    [
        ("StringEquals", ["a"], "is `a`"),
        ("StringEquals", ["a", "b"], "is one of `a` or `b`"),
        ("StringNotEquals", ["a"], "is not `a`, or is absent"),
        ("StringNotEquals", ["a", "b", "c"], "is none of `a`, `b` or `c`, or is absent"),
        ("StringLike", ["a*"], "is like `a*`"),
        ("StringNotLike", ["a*", "b*"], "is like none of `a*` or `b*`, or is absent"),
        ("ArnNotLike", ["arn:*"], "is not like `arn:*`, or is absent"),
        ("StringEqualsIfExists", ["a"], "is `a`, or is absent"),
        ("NumericLessThan", ["3"], "is less than `3`"),
        ("NumericGreaterThanEquals", ["3"], "is at least `3`"),
        ("DateLessThan", ["2026-12-31T00:00:00Z"], "is before `2026-12-31T00:00:00Z`"),
        ("Bool", ["false"], "is `false`"),
        ("NotIpAddress", ["10.0.0.0/8"], "does not lie in `10.0.0.0/8`, or is absent"),
        ("stringequals", ["a"], "is `a`"),
        ("NoSuchOperator", ["a"], "NoSuchOperator: `a`"),
    ],
)
def test_an_operator_says_what_it_compares_and_what_absence_makes_of_it(
    operator: str, values: list[str], told: str
) -> None:
    found = words(Condition={operator: {"aws:x": values}})
    assert found == f"denies `bedrock:InvokeModel` on every resource where `aws:x` {told}"


def test_set_operators_speak_of_every_or_of_some_value() -> None:
    every = words(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}})
    assert every.endswith("every value of `aws:TagKeys` is one of `a` or `b`, or it has none")
    some = words(Condition={"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}})
    assert some.endswith("some value of `aws:TagKeys` is none of `a` or `b`")


def test_all_conditions_of_a_statement_are_told() -> None:
    told = words(Condition={"Bool": {"aws:a": "true"}, "StringEquals": {"aws:b": "x"}})
    assert told.endswith("where `aws:a` is `true`, and `aws:b` is `x`")


def test_what_is_negated_is_told_as_what_is_left_out() -> None:
    statement = {"Effect": "Deny", "NotAction": "sts:*", "NotResource": ["a", "b"]}
    data = json.dumps({"Version": "2012-10-17", "Statement": statement}).encode()
    policy, _ = read_policy(data, "x.json")
    assert policy is not None
    assert (
        str(sentence(policy.statements[0]))
        == "denies every action but `sts:*` on every resource but `a` or `b`"
    )


@pytest.mark.parametrize(
    ("principal", "told"),
    [
        ({"Principal": "*"}, "to everybody"),
        ({"Principal": {"AWS": ROOT}}, f"to `{ROOT}`"),
        (
            {"NotPrincipal": {"AWS": ROOT}},
            f"to everybody but `{ROOT}`",
        ),
    ],
)
def test_principals_are_named(principal: dict[str, Any], told: str) -> None:
    assert words(**principal).endswith(f"on every resource {told}")
