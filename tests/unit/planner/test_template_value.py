from __future__ import annotations

import json

import pytest
from tests.conftest import REPOSITORY
from yaml import YAMLError  # type: ignore[import-untyped]  # PyYAML tells no types

from craton.planner.template import template_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: !Ref B", {"a": {"Ref": "B"}}),
        ("a: !GetAtt B.Arn", {"a": {"Fn::GetAtt": ["B", "Arn"]}}),
        ("a: !GetAtt [B, Arn]", {"a": {"Fn::GetAtt": ["B", "Arn"]}}),
        ("a: !Sub '${B}-c'", {"a": {"Fn::Sub": "${B}-c"}}),
        ("a: !If [C, !Ref B, d]", {"a": {"Fn::If": ["C", {"Ref": "B"}, "d"]}}),
        ("a: !Condition C", {"a": {"Condition": "C"}}),
        ("a: !Transform {Name: B}", {"a": {"Fn::Transform": {"Name": "B"}}}),
        ("AWSTemplateFormatVersion: 2010-09-09", {"AWSTemplateFormatVersion": "2010-09-09"}),
        ('{"a": {"Ref": "B"}}', {"a": {"Ref": "B"}}),
    ],
)
def test_functions_are_read_in_their_long_form(text: str, value: object) -> None:
    assert template_value(text) == value


def test_a_template_in_json_is_the_same_template() -> None:
    text = (REPOSITORY / "cloudformation" / "security-hub-account-template.yaml").read_text()
    assert template_value(json.dumps(template_value(text))) == template_value(text)
    assert len(template_value(text)["Resources"]) > 40


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(YAMLError):
        template_value("a: [")
