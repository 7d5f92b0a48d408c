"""Templates are YAML in one form, which CloudFormation reads as what was meant."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from craton.compiler.template_text import template_text

DOCUMENT: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "A": {"Account": "012345678901", "Mode": "on", "Empty": "", "Rate": 0.5, "Flag": True},
        "Code": {"ZipFile": "import json\n\ndef handler(event, context):\n    return {}\n"},
        "List": ["-dash", "yes", 3, "plain text: with colon"],
    },
}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_it_reads_back_as_it_was(version: str) -> None:
    reader = YAML(typ="safe", pure=True)
    reader.version = version
    assert reader.load(template_text(DOCUMENT)) == DOCUMENT


def test_the_same_document_gives_the_same_bytes() -> None:
    assert template_text(DOCUMENT) == template_text(dict(DOCUMENT))


def test_programs_stand_as_blocks() -> None:
    assert b"    ZipFile: |\n      import json\n" in template_text(DOCUMENT)


def test_what_is_short_stands_on_one_line_below_resources_and_what_is_long_does_not() -> None:
    properties = {"Short": {"Ref": "AWS::Region"}, "Long": ["x" * 80, "y" * 80]}
    text = template_text({"Resources": {"A": {"Properties": properties}}}).decode()
    assert text.startswith("Resources:\n  A:\n    Properties:\n      Short: {Ref: AWS::Region}\n")
    assert f"      Long:\n      - {'x' * 80}\n" in text


def test_what_would_be_too_large_for_a_call_is_laid_out_closely() -> None:
    rules = [{"Name": f"rule-{number}", "Pattern": "x" * 51} for number in range(40)]
    held = {
        f"Topic{number}": {"Type": "AWS::SNS::Topic", "Properties": {"Rules": rules}} for number in range(15)
    }
    document = {"Resources": held, "Outputs": {"Code": {"Value": "a:\n  - b\n"}}}
    text = template_text(document)
    assert len(text) <= 51_200
    assert text.startswith(b"Resources:\n Topic0:\n  Type: AWS::SNS::Topic\n")
    assert YAML(typ="safe", pure=True).load(text) == document


def test_a_heading_stands_in_comments() -> None:
    assert template_text({"A": 1}, "one\n\ntwo").startswith(b"# one\n#\n# two\nA: 1\n")


def test_what_yaml_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot hold a value of type `set`"):
        template_text({"A": {1, 2}})
