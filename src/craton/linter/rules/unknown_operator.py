from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.core.spelling import nearest
from craton.linter.operators import FAMILIES, operator_of
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _unknown_operators(subject: Subject, _: Facts) -> Iterator[Fault]:
    told: set[tuple[int, int]] = set()
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = condition.operator
            place = (operator.place.line, operator.place.column)
            if operator_of(operator.text) is None and place not in told:
                told.add(place)
                message = f"there is no condition operator {ticked(operator.text)}"
                yield Fault(message, operator.place, _hint(operator.text))


def _hint(text: str) -> str | None:
    quantifier, colon, name = text.rpartition(":")
    known = nearest(name.removesuffix("IfExists"), FAMILIES)
    if known is None:
        return None
    ending = "IfExists" if name.endswith("IfExists") and known != "Null" else ""
    first = nearest(quantifier, ("ForAllValues", "ForAnyValue")) or ""
    return f"did you mean {ticked(f'{first}{colon if first else str()}{known}{ending}')}?"


RULE = Rule(
    title="there is no such condition operator",
    severity="error",
    why="""IAM refuses a policy with an operator that it does not know.""",
    source='"IAM JSON policy elements: Condition operators", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_condition_operators.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "ec2:RunInstances",
    "Resource": "arn:aws:ec2:*:*:instance/*",
    "Condition": {»"StringNotEqual": {"ec2:InstanceType": "t3.micro"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "ec2:RunInstances",
    "Resource": "arn:aws:ec2:*:*:instance/*",
    "Condition": {"StringNotEquals": {"ec2:InstanceType": "t3.micro"}}
  }]
}
"""),
    of_policy=_unknown_operators,
)
