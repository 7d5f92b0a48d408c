from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _without_set_operator(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            key = facts.iam.condition_key(condition.key.text)
            if operator is None or key is None or not key.is_multivalued:
                continue
            if operator.quantifier is None and operator.name != "Null":
                message = (
                    f"{ticked(condition.key.text)} has many values, and {ticked(operator.name)} asks for one"
                )
                hint = (
                    f"write {ticked(f'ForAnyValue:{condition.operator.text}')} where one value is enough, "
                    f"{ticked(f'ForAllValues:{condition.operator.text}')} where all must match"
                )
                yield Fault(message, condition.operator.place, hint)


RULE = Rule(
    title="a key of many values stands without a set operator",
    severity="warning",
    why="""A key that carries many values needs `ForAllValues` or `ForAnyValue`, which say whether all
    values must match or one of them.""",
    source='"Single-valued vs. multivalued context keys", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_condition-single-vs-multi-valued-context-keys.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "iam:TagRole",
    "Resource": "*",
    "Condition": {»"StringEquals": {"aws:TagKeys": "team"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "iam:TagRole",
    "Resource": "*",
    "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}
  }]
}
"""),
    of_policy=_without_set_operator,
)
