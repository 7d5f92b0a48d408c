from __future__ import annotations

import json
from typing import Any

import pytest

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.stacks.intrinsic import NO_VALUE, Evaluation
from craton.emulator.stacks.template import Template, read


class Known:
    """A template's surroundings, as a test says."""

    def ref(self, name: str) -> Any:
        return {"Name": "search", "Many": ["a", "b", "c"], "Count": "3", "Topic": "arn:topic"}[name]

    def attribute(self, logical_id: str, name: str) -> Any:
        return f"{logical_id}/{name}"

    def exported(self, name: str) -> str:
        return f"exported {name}"

    def dynamic(self, service: str, key: str) -> str:
        return f"<{service} {key}>"

    def zones(self, region: str) -> list[str]:
        return [f"{region or 'here'}a", f"{region or 'here'}b"]


def template(**sections: Any) -> Template:
    return read(json.dumps({"Resources": {"R": {"Type": "AWS::SNS::Topic"}}, **sections}))


SECTIONS: dict[str, Any] = {
    "Mappings": {"Sizes": {"prod": {"days": 365, "names": ["x", "y"]}}},
    "Conditions": {
        "Yes": {"Fn::Equals": ["search", {"Ref": "Name"}]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
        "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
        "Either": {"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]},
    },
}


def value(held: Any) -> Any:
    return Evaluation(template(**SECTIONS), Known()).value(held)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({"Ref": "Name"}, "search"),
        ({"Ref": "AWS::NoValue"}, NO_VALUE),
        ({"Fn::GetAtt": ["Topic", "TopicName"]}, "Topic/TopicName"),
        ({"Fn::GetAtt": "Stack.Outputs.Key"}, "Stack/Outputs.Key"),
        ({"Fn::GetAtt": ["Topic", {"Ref": "Name"}]}, "Topic/search"),
        ({"Fn::Sub": "${Name}-${Topic.Arn}-${!Literal}-$ {x}"}, "search-Topic/Arn-${Literal}-$ {x}"),
        ({"Fn::Sub": ["${Name}-${Own}", {"Own": {"Ref": "Count"}}]}, "search-3"),
        ({"Fn::Sub": ["${Name}", {"Name": "mine"}]}, "mine"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}, 5, True]]}, "a-search-5-true"),
        ({"Fn::Join": ["", {"Ref": "Many"}]}, "abc"),
        ({"Fn::Select": ["1", {"Ref": "Many"}]}, "b"),
        ({"Fn::Select": [{"Fn::Select": [0, ["2"]]}, {"Ref": "Many"}]}, "c"),
        ({"Fn::Split": ["|", "a|b|"]}, ["a", "b", ""]),
        ({"Fn::Select": [1, {"Fn::Split": [":", {"Ref": "Topic"}]}]}, "topic"),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ({"Fn::If": ["No", "then", {"Ref": "AWS::NoValue"}]}, NO_VALUE),
        ({"Fn::If": ["Both", 1, 2]}, 2),
        ({"Fn::If": ["Either", 1, 2]}, 1),
        ({"Fn::FindInMap": ["Sizes", "prod", "days"]}, 365),
        ({"Fn::FindInMap": ["Sizes", "prod", "names"]}, ["x", "y"]),
        ({"Fn::Base64": {"Ref": "Name"}}, "c2VhcmNo"),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-key"}}, "exported search-key"),
        ({"Fn::GetAZs": ""}, ["herea", "hereb"]),
        ({"Fn::GetAZs": "eu-west-1"}, ["eu-west-1a", "eu-west-1b"]),
        ("{{resolve:ssm:/a/b:3}}", "<ssm /a/b:3>"),
        ("x {{resolve:secretsmanager:s:SecretString:k}} y", "x <secretsmanager s:SecretString:k> y"),
        ({"a": [{"Ref": "AWS::NoValue"}, 1], "b": {"Ref": "AWS::NoValue"}}, {"a": [1]}),
        ({"Ref": "Many", "Beside": 1}, {"Ref": "Many", "Beside": 1}),
        ({"Condition": {"StringEquals": {"a": "b"}}}, {"Condition": {"StringEquals": {"a": "b"}}}),
    ],
)
def test_a_function_comes_to_its_value(held: Any, expected: Any) -> None:
    assert value(held) == expected


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (
            {"Fn::Select": [3, {"Ref": "Many"}]},
            "Template error: Fn::Select cannot select nonexistent value at index 3",
        ),
        (
            {"Fn::FindInMap": ["Sizes", "dev", "days"]},
            "Template error: Unable to get mapping for Sizes::dev::days",
        ),
        ({"Fn::GetAtt": "Topic"}, "Template error: every Fn::GetAtt object requires two parameters"),
        ({"Fn::If": ["Unknown", 1, 2]}, "Template format error: Unresolved condition Unknown"),
        ({"Fn::Upper": "a"}, "Template format error: Encountered unsupported function: Fn::Upper"),
        ({"Fn::Length": []}, "Template format error: Encountered unsupported function: Fn::Length"),
    ],
)
def test_a_function_that_cannot_be_carried_out_is_refused(held: Any, message: str) -> None:
    with pytest.raises(ServiceError) as caught:
        value(held)
    assert caught.value.message == message


@pytest.mark.parametrize("name", ["Fn::Cidr", "Fn::Transform", "Fn::ForEach::Each"])
def test_a_function_that_only_the_emulator_lacks_is_told(name: str) -> None:
    with pytest.raises(NotEmulatedError, match=name):
        value({name: []})
