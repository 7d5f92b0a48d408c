from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.operators import Operator
    from craton.linter.subject import Subject
    from craton.registry.iam import ConditionType

_INSTEAD: Final[dict[ConditionType, str]] = {
    "String": "`StringEquals` or `StringLike`",
    "ARN": "`ArnLike`",
    "Bool": "`Bool`",
    "Numeric": "`NumericEquals` or one of its kin",
    "Date": "`DateGreaterThan` or one of its kin",
    "IPAddress": "`IpAddress`",
    "Binary": "`BinaryEquals`",
}


def _other_types(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            key = facts.iam.condition_key(condition.key.text)
            if operator is None or key is None or operator.compares is None:
                continue
            if _can_compare(operator, key.type):
                continue
            message = (
                f"{ticked(condition.key.text)} is of type {key.type}, and {ticked(operator.name)} compares "
            )
            message += f"{operator.compares}"
            yield Fault(message, condition.operator.place, f"write {_INSTEAD[key.type]}")


def _can_compare(operator: Operator, kind: ConditionType) -> bool:
    """Whether the comparison can come out; texts can be compared with all that is written as a text."""
    return operator.compares in (kind, "String") or {operator.compares, kind} == {"ARN", "String"}


RULE = Rule(
    title="the operator compares another type than the key has",
    severity="error",
    why="""An operator compares values of one type. On a key of another type the comparison does not come
    out, so that the condition never holds, or with a negated operator always.""",
    source='"IAM JSON policy elements: Condition operators", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_condition_operators.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "s3:PutObject",
    "Resource": "*",
    "Condition": {»"Bool": {"s3:x-amz-server-side-encryption": "true"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "s3:PutObject",
    "Resource": "*",
    "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}
  }]
}
"""),
    of_policy=_other_types,
)
