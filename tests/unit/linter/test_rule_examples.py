"""Every rule is proved by its examples: the bad one is found where it is marked, the good one is sound."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from craton.core.diagnostic import Place
from craton.linter.catalog import rules
from craton.linter.checking import findings
from craton.linter.cloudformation import OF_CFN_LINT
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.linter.rule import MARK, Example
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from craton.core.diagnostic import Diagnostic

RULES = sorted(rules())
TODAY = dt.date(2026, 11, 26)


def marked(example: Example) -> list[Place]:
    """The places before which a mark stands, in the text without marks."""
    return [
        Place(example.file, number, found.start() + 1 - count * len(MARK))
        for number, line in enumerate(example.text.split("\n"), start=1)
        for count, found in enumerate(re.finditer(MARK, line))
    ]


def found_in(example: Example) -> tuple[Diagnostic, ...]:
    data = example.text.replace(MARK, "").encode()
    return findings(read_document(data, example.file, example.kind), Facts(today=TODAY, iam=iam_reference()))


@pytest.mark.parametrize("rule_id", RULES)
def test_the_bad_example_is_found_where_it_is_marked_and_by_this_rule_alone(rule_id: str) -> None:
    rule = rules()[rule_id]
    found = found_in(rule.bad)
    assert [one.place for one in found] == marked(rule.bad), [str(one) for one in found]
    assert marked(rule.bad)
    named = {"cloudformation" if OF_CFN_LINT.fullmatch(one.rule) else one.rule for one in found}
    assert named == {rule_id}, [str(one) for one in found]


@pytest.mark.parametrize("rule_id", RULES)
def test_nothing_is_found_in_the_good_example(rule_id: str) -> None:
    assert [str(one) for one in found_in(rules()[rule_id].good)] == []


@pytest.mark.parametrize("rule_id", RULES)
def test_what_a_rule_says_has_the_form_of_the_house(rule_id: str) -> None:
    rule = rules()[rule_id]
    for text in (rule.title, *(one.message for one in found_in(rule.bad))):
        assert not text.endswith(".")
        assert text[0] == "`" or not text[0].isupper()
        assert text.count("`") % 2 == 0
    assert rule.why.strip().endswith(".")
    assert re.search(r"retrieved \d{4}-\d\d-\d\d|RFC \d+", rule.source)
