"""Everything with a name in a policy file is explained on its page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from craton.codec import policy_template
from craton.codec.policy_parameters import Parameter, ParameterType
from craton.core.policy import PolicyKind
from craton.registry.policies import Policies

PAGE = (
    (Path(__file__).parents[2] / "docs/reference/content.md").read_text("utf-8").partition("## Policies\n")[2]
)


def test_every_field_of_a_policy_file_is_explained() -> None:
    cells = {
        name
        for row in re.findall(r"^\| (`[^|]*) \|", PAGE, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    for part in (
        policy_template.PolicyHeader,
        policy_template.Exemption,
        policy_template.Proof,
        policy_template.ProofRequest,
        policy_template.ProofCall,
        Parameter,
    ):
        assert set(part.__struct_fields__) - cells == set()


def test_every_policy_file_that_holds_nowhere_by_itself_has_its_reason() -> None:
    page = (Path(__file__).parents[2] / "docs/decisions/0017-four-policies-are-opt-in.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert told == {name for name, one in Policies.load().templates.items() if one.header.attach is None}


def test_every_word_that_a_policy_file_may_hold_is_explained() -> None:
    words = set(re.findall(r"`(\w+)`", PAGE))
    fields = set(policy_template.Citation.__struct_fields__)
    for known in (get_args(ParameterType), get_args(PolicyKind), get_args(policy_template.Expected), fields):
        assert set(known) - words == set()


def test_every_shipped_policy_is_listed_with_its_title() -> None:
    shipped = PAGE.partition("### What is shipped\n")[2]
    listed = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", shipped, re.MULTILINE))
    assert listed == {name: one.header.title for name, one in Policies.load().templates.items()}
