from __future__ import annotations

import json
from typing import Any

import pytest

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.stacks.library import check_template
from craton.emulator.stacks.template import MOST_BYTES, read

TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic"}
UNRESOLVED = "Template format error: Unresolved resource dependencies"
BEYOND = "Cannot reference resources in the Conditions block of the template"
ROLE: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}


def refused(template: dict[str, Any], *capabilities: str) -> str:
    with pytest.raises(ServiceError) as caught:
        check_template(read(json.dumps(template)), capabilities)
    return str(caught.value.message)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ({}, "Template format error: At least one Resources member must be defined."),
        ({"Resources": {}}, "Template format error: At least one Resources member must be defined."),
        (
            {"Resources": {"a-b": TOPIC}},
            "Template format error: Resource name a-b is non alphanumeric.",
        ),
        (
            {"Resources": {"A": {}}},
            "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
        ),
        ({"Resources": {"A": TOPIC}, "Stuff": 1}, "Invalid template property or properties [Stuff]"),
        ({"Resources": {"A": {**TOPIC, "Props": {}}}}, "Invalid template resource property 'Props'"),
        (
            {"Resources": {"A": {"Type": "AWS::SNS::Topik"}}},
            "Template format error: Unrecognized resource types: [AWS::SNS::Topik]",
        ),
        (
            {"Resources": {"A": {**TOPIC, "Properties": {"TopicName": {"Ref": "B"}}}}},
            f"{UNRESOLVED} [B] in the Resources block of the template",
        ),
        (
            {"Resources": {"A": {**TOPIC, "DependsOn": "B"}}},
            f"{UNRESOLVED} [B] in the Resources block of the template",
        ),
        (
            {"Resources": {"A": TOPIC}, "Outputs": {"O": {"Value": {"Fn::Sub": "${C}"}}}},
            f"{UNRESOLVED} [C] in the Outputs block of the template",
        ),
        (
            {"Resources": {"A": TOPIC}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "A"}, "x"]}}},
            f"Template format error: Unresolved dependencies [A]. {BEYOND}",
        ),
        (
            {"Resources": {"A": {**TOPIC, "Condition": "C"}}},
            "Template format error: Unresolved condition dependency C in the Resources block",
        ),
        (
            {
                "Resources": {
                    "A": TOPIC,
                    "B": {**TOPIC, "Properties": {"TopicName": {"Fn::GetAtt": "A.Name"}}},
                }
            },
            "Template error: resource A does not support attribute type Name in Fn::GetAtt",
        ),
        (
            {"Resources": {"A": TOPIC}, "Outputs": {"O": {"Value": {"Fn::Sub": "${A.Size}"}}}},
            "Template error: resource A does not support attribute type Size in Fn::GetAtt",
        ),
        (
            {"Resources": {"A": {**TOPIC, "DeletionPolicy": "Keep"}}},
            "Template error: Invalid DeletionPolicy for resource A: Keep",
        ),
        (
            {"Resources": {f"A{number}": TOPIC for number in range(501)}},
            "Template format error: Number of resources is greater than maximum allowed 500",
        ),
        (
            {
                "Resources": {"A": TOPIC},
                "Parameters": {f"P{number}": {"Type": "String"} for number in range(201)},
            },
            "Template format error: Number of parameters is greater than maximum allowed 200",
        ),
    ],
    ids=lambda one: one[:60] if isinstance(one, str) else "",
)
def test_a_template_that_cloudformation_refuses_is_refused_in_its_words(
    template: dict[str, Any], message: str
) -> None:
    assert refused(template) == message


def test_a_template_is_refused_by_one_byte_too_many() -> None:
    bare = json.dumps({"Resources": {"A": TOPIC}, "Description": ""})
    read(bare.replace('""', json.dumps("x" * (MOST_BYTES - len(bare)))))
    with pytest.raises(ServiceError, match="Member must have length less than or equal to 51200"):
        read(bare.replace('""', json.dumps("x" * (MOST_BYTES - len(bare) + 1))))


def test_circles_are_refused() -> None:
    both = {
        "A": {**TOPIC, "Properties": {"DisplayName": {"Ref": "B"}}},
        "B": {**TOPIC, "DependsOn": ["A"]},
        "C": TOPIC,
    }
    assert refused({"Resources": both}) == "Circular dependency between resources: [A, B]"


def test_iam_resources_need_a_capability_and_named_ones_a_greater() -> None:
    plain = {"Resources": {"R": ROLE}}
    named = {"Resources": {"R": {**ROLE, "Properties": {**ROLE["Properties"], "RoleName": "n"}}}}
    assert refused(plain) == "Requires capabilities : [CAPABILITY_IAM]"
    assert refused(named, "CAPABILITY_IAM") == "Requires capabilities : [CAPABILITY_NAMED_IAM]"
    check_template(read(json.dumps(plain)), ("CAPABILITY_NAMED_IAM",))
    check_template(read(json.dumps(named)), ("CAPABILITY_NAMED_IAM",))


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ({"Resources": {"A": TOPIC}, "Transform": "AWS::Serverless-2016-10-31"}, "Transform"),
        ({"Resources": {"A": TOPIC}, "Rules": {"R": {}}}, "Rules"),
        ({"Resources": {"A": {**TOPIC, "UpdatePolicy": {"X": 1}}}}, "UpdatePolicy"),
        ({"Resources": {"A": {"Type": "AWS::RDS::DBInstance"}}}, "AWS::RDS::DBInstance"),
    ],
)
def test_what_only_the_emulator_lacks_is_told_by_name(template: dict[str, Any], named: str) -> None:
    with pytest.raises(NotEmulatedError, match=named):
        check_template(read(json.dumps(template)), ())
