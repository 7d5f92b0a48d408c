from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.replacements import written
from craton.linter.rule import Example, Fault, Rule
from craton.linter.wildcards import is_wild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Condition
    from craton.linter.facts import Facts
    from craton.linter.operators import Operator
    from craton.linter.subject import Subject


def _literal_wildcards(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            wild = [value for value in condition.values if is_wild(value.text)]
            if operator is None or not operator.is_literal or not wild:
                continue
            message = (
                f"{ticked(operator.name)} takes {ticked(wild[0].text)} literally: "
                f"{'everything differs from it' if operator.negated else 'nothing equals it'}"
            )
            yield Fault(message, wild[0].place, _hint(condition, operator, facts))


def _hint(condition: Condition, operator: Operator, facts: Facts) -> str:
    """The condition with the operator that knows wildcards."""
    key = facts.iam.condition_key(condition.key.text)
    of_arns = key is not None and key.type == "ARN"
    name = ("ArnNotLike" if of_arns else "StringNotLike") if operator.negated else None
    name = name or ("ArnLike" if of_arns else "StringLike")
    values = [value.text for value in condition.values]
    held = values[0] if len(values) == 1 else values
    return f"write {written({operator.written_as(name): {condition.key.text: held}})}"


RULE = Rule(
    title="a wildcard stands in an operator that takes it literally",
    severity="error",
    why="""`StringEquals` and its kin compare `*` and `?` as themselves. A Deny with `StringNotEquals` on
    `aws:PrincipalArn` and a wildcard exempts nobody, and locks out the very roles that it names.""",
    source='"IAM JSON policy elements: Condition operators", String condition operators, '
    "docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html, "
    "retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "bedrock:DeleteGuardrail",
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:PrincipalArn": »"arn:aws:iam::*:role/bedrock-admin"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "bedrock:DeleteGuardrail",
    "Resource": "*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/bedrock-admin"}}
  }]
}
"""),
    of_policy=_literal_wildcards,
)
