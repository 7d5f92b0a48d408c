from __future__ import annotations

import datetime as dt

import pytest

from craton.core.diagnostic import Diagnostic, Place
from craton.linter.checking import findings
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.registry.iam import iam_reference

FACTS = Facts(today=dt.date(2026, 11, 26), iam=iam_reference())

POLICY = """\
{"Version": "2012-10-17",
 "Statement": [{"Effect": "Deny", "Action": "bedrock:Converse", "Resource": "*"}]}
"""
IN_A_BLOCK = """\
Resources:
  Guard:
    Type: AWS::Organizations::Policy
    Properties:
      Name: guard
      Type: SERVICE_CONTROL_POLICY
      Content: |
        {"Version": "2012-10-17",
         "Statement": [{"Effect": "Deny", "Action": "bedrock:Converse", "Resource": "*"}]}
"""
IN_A_ROLE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Model:
    Type: String
Conditions:
  Never: !Equals [!Ref Model, ""]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: !Sub "lambda.${AWS::URLSuffix}"}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: call
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: bedrock:Converse
                Resource:
                  - !Sub "arn:${AWS::Partition}:bedrock:*::foundation-model/${Model}"
                  - Fn::Sub: arn:aws:bedrock:*:${AWS::AccountId}:inference-profile/*
                  - !Ref Model
              - Fn::If: [Never, {}, {Ref: AWS::NoValue}]
"""


def found(text: str, file: str) -> tuple[Diagnostic, ...]:
    return findings(read_document(text.encode(), file), FACTS)


@pytest.mark.parametrize(
    ("text", "file", "form", "kinds"),
    [
        (POLICY, "policy.json", "policy", ["scp"]),
        (POLICY, "policy.yaml", "policy", ["scp"]),
        (POLICY, "<stdin>", "policy", ["scp"]),
        (POLICY.replace("Deny", "Allow"), "policy.json", "policy", ["identity"]),
        (POLICY.replace('"Effect"', '"Principal": "*", "Effect"'), "policy.json", "policy", ["resource"]),
        (IN_A_BLOCK, "template.yaml", "template", ["scp"]),
        (IN_A_ROLE, "template.yaml", "template", ["identity", "resource"]),
        ('{"bedrock": {}}', "policy.json", "bedrock_policy", []),
        ('{"tags": {}}', "policy.json", "tag_policy", []),
        ('{"name": "x"}', "package.json", "other", []),
        ("- effect: Deny\n  actions: ['s3:*']\n", "list.yaml", "statement_list", ["scp"]),
        ("[]", "list.json", "other", []),
        ("", "empty.json", "unreadable", []),
        ("\x00\x01", "binary.json", "unreadable", []),
    ],
)
def test_what_a_document_is_stands_in_its_content(text: str, file: str, form: str, kinds: list[str]) -> None:
    document = read_document(text.encode(), file)
    assert document.form == form
    assert sorted(one.kind for one in document.subjects) == kinds


def test_a_kind_that_is_named_holds_where_the_template_says_none() -> None:
    assert read_document(POLICY.encode(), "policy.json", "boundary").subjects[0].kind == "boundary"
    assert read_document(IN_A_BLOCK.encode(), "t.yaml", "boundary").subjects[0].kind == "scp"


def test_a_policy_within_a_text_of_a_template_keeps_its_places() -> None:
    unknown = [one for one in found(IN_A_BLOCK, "template.yaml") if one.rule == "unknown_action"]
    assert [one.place for one in unknown] == [Place("template.yaml", 9, 53)]
    assert IN_A_BLOCK.splitlines()[8][52:].startswith('"bedrock:Converse"')


def test_nothing_is_said_of_what_functions_will_return() -> None:
    assert [(one.rule, one.place.line) for one in found(IN_A_ROLE, "template.yaml")] == [
        ("unknown_action", 23)
    ]


def test_statements_of_terraform_modules_keep_their_places() -> None:
    text = """\
- sid: "Encrypted"
  effect: "Deny"
  actions: ["s3:PutObject"]
  resources: ["*"]
  condition:
    - test: "Bool"
      variable: "s3:x-amz-server-side-encryption"
      values: [true]
"""
    assert [(one.rule, one.place) for one in found(text, "list.yaml")] == [
        ("operator_of_other_type", Place("list.yaml", 6, 13))
    ]


def test_resources_alone_are_linted_as_a_template_at_their_own_places() -> None:
    yaml = "Bucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    AccessControl: Secret\n"
    json = '{"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "Secret"}}}'
    assert Place("r.yaml", 4, 5) in [one.place for one in found(yaml, "r.yaml") if one.rule == "E3030"]
    place = Place("r.json", 1, json.index('"AccessControl"') + 1)
    assert place in [one.place for one in found(json, "r.json") if one.rule == "E3030"]
