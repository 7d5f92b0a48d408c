from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.codec.policy_filling import Filled, fill
from craton.codec.policy_source import read_policy
from craton.codec.policy_template import PolicyTemplate, parse_policy_template

if TYPE_CHECKING:
    from craton.codec.policy_parameters import Values

HEAD = """\
title: x
explains: x
kind: scp
sources: [{page: x, says: x, retrieved: 2026-11-26}]
parameters:
  models: {type: model, means: x, example: [a.one, b.two]}
  roles: {type: arn, means: x, example: ["arn:aws:iam::*:role/one"]}
  region: {type: region, means: x, example: us-east-1}
proofs:
  - {name: a, request: {action: s3:GetObject}, expect: allowed}
  - {name: b, request: {action: bedrock:InvokeModel}, expect: explicit_deny}
"""
DENY = """\
statements:
  - Sid: DenyOthers
    Effect: Deny
    Action: bedrock:InvokeModel
"""


def template(statements: str, more: str = "") -> PolicyTemplate:
    found, problems = parse_policy_template(
        (HEAD + more + statements).encode(), id="mine", file="policies/mine.yaml"
    )
    assert found is not None, [str(problem) for problem in problems]
    return found


def filled(statements: str, more: str = "", **values: Any) -> Filled:
    made = template(statements, more)
    return fill(made, made.values(values))


def statements_of(found: Filled) -> list[dict[str, Any]]:
    assert found.diagnostics == ()
    statements: list[dict[str, Any]] = json.loads(found.json())["Statement"]
    return statements


def test_a_value_stands_whole_or_among_others_or_in_a_form() -> None:
    (statement,) = statements_of(
        filled(
            DENY + "    NotResource:\n"
            '      - {parameter: models, each: "arn:aws:bedrock:*::foundation-model/{}"}\n'
            "      - arn:aws:bedrock:*:*:inference-profile/*\n"
            "    Condition:\n"
            "      StringNotEquals: {aws:RequestedRegion: {parameter: region}}\n"
            "      ArnNotLike: {aws:PrincipalArn: {parameter: roles}}\n"
        )
    )
    assert statement["NotResource"] == [
        "arn:aws:bedrock:*::foundation-model/a.one",
        "arn:aws:bedrock:*::foundation-model/b.two",
        "arn:aws:bedrock:*:*:inference-profile/*",
    ]
    assert statement["Condition"] == {
        "StringNotEquals": {"aws:RequestedRegion": "us-east-1"},
        "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/one"]},
    }


def test_places_of_a_compiled_policy_are_those_of_the_file() -> None:
    found = filled(DENY + "    Resource:\n      - {parameter: roles}\n")
    assert found.policy is not None
    (statement,) = found.policy.statements
    lines = (HEAD + DENY).splitlines()
    assert statement.place.line == lines.index("  - Sid: DenyOthers") + 1
    assert statement.resources is not None
    assert statement.resources.patterns[0].place.line == len(lines) + 2


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("    NotResource: {parameter: models}\n", {"Resource": "*"}),
        (
            '    Resource: "*"\n    Condition: {ArnNotLike: {aws:PrincipalArn: {parameter: models}}}\n',
            {"Resource": "*"},
        ),
        (
            '    Resource: "*"\n    Condition: {"ForAllValues:StringNotEquals": {x: {parameter: models}}}\n',
            {"Resource": "*"},
        ),
        ("    Resource: {parameter: models}\n", None),
        (
            '    Resource: "*"\n    Condition: {StringLike: {aws:RequestedRegion: {parameter: models}}}\n',
            None,
        ),
    ],
)
def test_an_empty_list_says_what_it_says_in_logic(rest: str, expected: dict[str, str] | None) -> None:
    found = filled(DENY + rest, models=())
    kept = json.loads(found.json())["Statement"]
    if expected is None:
        assert kept == []
    else:
        (statement,) = kept
        assert statement == {
            "Sid": "DenyOthers",
            "Effect": "Deny",
            "Action": "bedrock:InvokeModel",
            **expected,
        }


@pytest.mark.parametrize("operator", ["StringEqualsIfExists", "ForAnyValue:StringNotEquals"])
def test_an_empty_list_whose_meaning_depends_on_the_request_is_refused(operator: str) -> None:
    found = filled(
        f'{DENY}    Resource: "*"\n    Condition: {{"{operator}": {{aws:TagKeys: {{parameter: models}}}}}}\n',
        models=(),
    )
    assert [one.rule for one in found.diagnostics] == ["no_value"]
    assert found.policy is None


def test_a_repeated_statement_stands_once_for_each_value_under_a_sid_of_its_own() -> None:
    found = filled(DENY + "    Repeat: models\n    Resource: {parameter: models}\n")
    assert [(one["Sid"], one["Resource"]) for one in statements_of(found)] == [
        ("DenyOthers1", "a.one"),
        ("DenyOthers2", "b.two"),
    ]
    assert found.origins == {"DenyOthers1": "DenyOthers", "DenyOthers2": "DenyOthers"}


def test_words_that_yaml_takes_for_something_else_are_texts_of_a_policy() -> None:
    (statement,) = statements_of(
        filled(DENY + '    Resource: "*"\n    Condition: {Bool: {aws:ViaAWSService: false}}\n')
    )
    assert statement["Condition"] == {"Bool": {"aws:ViaAWSService": "false"}}


@pytest.mark.slow
@given(
    models=st.lists(st.text(min_size=1), min_size=1, max_size=4).map(tuple),
    region=st.text(min_size=1),
)
def test_no_value_changes_the_form_of_the_document(models: tuple[str, ...], region: str) -> None:
    made = template(
        DENY + '    Resource: {parameter: models, each: "{}"}\n'
        "    Condition: {StringEquals: {aws:RequestedRegion: {parameter: region}}}\n"
    )
    values: Values = {**made.examples(), "models": models, "region": region}
    found = fill(made, values)
    (statement,) = json.loads(found.json())["Statement"]
    assert statement == {
        "Sid": "DenyOthers",
        "Effect": "Deny",
        "Action": "bedrock:InvokeModel",
        "Resource": list(models),
        "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
    }


EXCEPTIONS = """\
exceptions:
  - owner: search
    reason: moves to an approved model in March
    until: 2027-03-01
    principals: ["arn:aws:iam::333333333333:role/search", "arn:aws:iam::333333333333:role/both"]
  - owner: support
    reason: tries one until summer
    until: 2027-06-01
    principals: ["arn:aws:iam::444444444444:role/support", "arn:aws:iam::333333333333:role/both"]
"""


def test_an_exception_adds_a_statement_that_begins_to_hold_on_its_day() -> None:
    found = filled(
        DENY + '    Resource: "*"\n    Condition: {ArnNotLike: {aws:PrincipalArn: {parameter: roles}}}\n',
        EXCEPTIONS,
    )
    always, march, june = statements_of(found)
    search, both, support = (
        "arn:aws:iam::333333333333:role/search",
        "arn:aws:iam::333333333333:role/both",
        "arn:aws:iam::444444444444:role/support",
    )
    held = always["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert held == ["arn:aws:iam::*:role/one", search, both, support, both]
    assert march["Sid"] == "DenyOthersFrom20270301"
    assert march["Condition"] == {
        "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/one", support, both]},
        "ArnLike": {"aws:PrincipalArn": [search, both]},
        "DateGreaterThanEquals": {"aws:CurrentTime": ["2027-03-01T00:00:00Z"]},
    }
    assert june["Condition"]["ArnLike"] == {"aws:PrincipalArn": [support, both]}
    assert june["Condition"]["ArnNotLike"] == {"aws:PrincipalArn": ["arn:aws:iam::*:role/one"]}
    assert set(found.origins.values()) == {"DenyOthers"}


def test_an_exception_leaves_a_statement_s_own_condition_on_the_principal_alone() -> None:
    _, march, _ = statements_of(
        filled(
            DENY + '    Resource: "*"\n    Condition: {ArnLike: {aws:PrincipalArn: {parameter: roles}}}\n',
            EXCEPTIONS,
        )
    )
    assert march["Condition"]["ArnLike"] == {"aws:PrincipalArn": ["arn:aws:iam::*:role/one"]}
    assert "arn:aws:iam::333333333333:role/search" in march["Condition"]["ArnEquals"]["aws:PrincipalArn"]


def test_what_allows_has_no_exceptions_and_neither_has_a_statement_that_they_do_not_name() -> None:
    allow = DENY.replace("Deny\n", "Allow\n") + '    Resource: "*"\n'
    assert len(statements_of(filled(allow, EXCEPTIONS))) == 1
    named = EXCEPTIONS.replace("    until", "    statements: [DenyMore]\n    until")
    both = (
        DENY
        + '    Resource: "*"\n'
        + DENY.partition("\n")[2].replace("Others", "More")
        + '    Resource: "*"\n'
    )
    assert [one["Sid"] for one in statements_of(filled(both, named))] == [
        "DenyOthers",
        "DenyMore",
        "DenyMoreFrom20270301",
        "DenyMoreFrom20270601",
    ]


def test_what_is_compiled_is_read_again_as_the_same_policy() -> None:
    found = filled(DENY + "    Resource: {parameter: models}\n", EXCEPTIONS)
    again, problems = read_policy(found.json(), "mine.json")
    assert problems == ()
    assert again is not None
    assert found.policy is not None
    assert [one.label for one in again.statements] == [one.label for one in found.policy.statements]
