"""Nothing that a file can hold makes the linter fail: what cannot be read is a finding with a place."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craton.linter.catalog import rules
from craton.linter.checking import findings
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.linter.rule import MARK
from craton.registry.iam import iam_reference

FACTS = Facts(today=dt.date(2026, 11, 26), iam=iam_reference())
EXAMPLES = [one.text.replace(MARK, "") for rule in rules().values() for one in (rule.bad, rule.good)]
POLICIES = [text for text in EXAMPLES if text.startswith("{")]

WORDS = st.sampled_from(
    [
        *("Version", "Statement", "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
        *("Principal", "Condition", "Allow", "Deny", "*", "2012-10-17", "bedrock:*", "bedrock:InvokeModel"),
        *("bedrock-mantle:CreateInference", "s3:Get*", "arn:aws:bedrock:*::foundation-model/*", "arn:", "::"),
        *(
            "StringNotLike",
            "ForAllValues:StringEquals",
            "Null",
            "BoolIfExists",
            "aws:RequestedRegion",
            "true",
        ),
        *("bedrock:InferenceProfileArn", "aws:MultiFactorAuthPresent", "unspecified", "eu-central-1", "${x}"),
        *("Resources", "Type", "Properties", "AWS::IAM::Role", "Fn::Sub", "Ref", "bedrock", "tags", "?", ""),
        *("guardrail_inference", "@@assign", "identifier", "a:b:c:d:e:f:g", "\u202e", "\x00", "💥"),
    ]
)
VALUES = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=5)),
    max_leaves=25,
)
STATEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.one_of(WORDS, st.lists(WORDS, max_size=3)),
        "NotAction": st.lists(WORDS, max_size=2),
        "Resource": st.one_of(WORDS, st.lists(WORDS, max_size=3)),
        "NotResource": st.lists(WORDS, max_size=2),
        "Principal": st.one_of(WORDS, st.dictionaries(WORDS, WORDS, max_size=2)),
        "Condition": st.dictionaries(WORDS, st.dictionaries(WORDS, st.lists(WORDS, max_size=3)), max_size=3),
    },
)


def linted(data: bytes, file: str) -> None:
    document = read_document(data, file)
    lines = max(1, len(document.source.lines))
    for one in findings(document, FACTS):
        assert one.place.file == file
        assert 0 < one.place.line <= lines + 1
        assert one.place.column > 0
        assert one.message


@given(st.binary(max_size=200), st.sampled_from(["a.json", "a.yaml", "<stdin>"]))
@settings(deadline=None)
def test_bytes_never_fail(data: bytes, file: str) -> None:
    linted(data, file)


@given(VALUES)
@settings(deadline=None)
def test_any_json_never_fails(value: Any) -> None:
    linted(json.dumps(value).encode(), "a.json")


@given(st.lists(STATEMENTS, max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_policy_never_fails(statements: list[dict[str, Any]]) -> None:
    linted(json.dumps({"Version": "2012-10-17", "Statement": statements}).encode(), "a.json")


TYPES = st.sampled_from(
    [
        *(
            "AWS::IAM::Role",
            "AWS::IAM::ManagedPolicy",
            "AWS::Organizations::Policy",
            "AWS::Bedrock::Guardrail",
        ),
        *(
            "AWS::Logs::Destination",
            "AWS::CloudFormation::StackSet",
            "AWS::KMS::Key",
            "AWS::No::Such",
            "x",
            "",
        ),
    ]
)
PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            *(
                "PolicyDocument",
                "AssumeRolePolicyDocument",
                "Policies",
                "Content",
                "Type",
                "TargetIds",
                "Name",
            ),
            *(
                "TargetArn",
                "StackInstancesGroup",
                "AutoDeployment",
                "KeyPolicy",
                "Fn::If",
                "DestinationPolicy",
            ),
        ]
    ),
    st.one_of(VALUES, st.lists(STATEMENTS, max_size=2).map(lambda one: {"Statement": one})),
    max_size=4,
)


@given(st.dictionaries(WORDS, st.fixed_dictionaries({"Type": TYPES, "Properties": PROPERTIES}), max_size=3))
@settings(max_examples=32, deadline=None)
def test_any_template_never_fails(resources: dict[str, Any]) -> None:
    linted(json.dumps({"Resources": resources}).encode(), "a.json")
    linted(json.dumps(resources).encode(), "a.yaml")


@given(st.sampled_from(POLICIES), st.data())
@settings(max_examples=80, deadline=None)
def test_a_policy_that_is_cut_or_overwritten_never_fails(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    linted((text[:start] + data.draw(st.text(max_size=5)) + text[end:]).encode("utf-8", "replace"), "a.json")


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"Statement": "' + b"x" * 5_000_000 + b'"}',
        b'{"Statement": [' + b'{"Effect":"Deny","Action":"s3:*","Resource":"*"},' * 4_000 + b"{}]}",
        b'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"'
        + b"*?" * 30_000
        + b'","Resource":"*"}}',
        b'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::'
        + b"*a" * 3_000
        + b'"}}',
        b'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:'
        + b"*?" * 30
        + b'Z","Resource":"*"}}',
        b'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{'
        b'"StringLike":{"aws:PrincipalArn":"'
        + b"*a" * 60
        + b'b"},"StringEquals":{"aws:PrincipalArn":"'
        + b"a" * 300
        + b'"}}}}',
        b'{"Statement": [' + b"/**/" * 20_000 + b"]}",
        b"\xff\xfe" + "{}".encode("utf-16-le"),
        b"\x00" * 1000,
        b"\xef\xbb\xbf{}",
        b"&a [*a, *a]",
        b"a: &a [x, x]\n" * 1000,
    ],
    ids=range(14),
)
@pytest.mark.parametrize("file", ["a.json", "a.yaml"])
def test_what_is_huge_deep_or_binary_never_fails(data: bytes, file: str) -> None:
    linted(data, file)
