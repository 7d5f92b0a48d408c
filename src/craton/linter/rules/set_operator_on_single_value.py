from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import is_unknown_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Severity
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _set_operators(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            key = facts.iam.condition_key(condition.key.text)
            is_single = key is not None and not key.is_multivalued
            if operator is None or operator.quantifier is None:
                continue
            if not is_single and not is_unknown_key(facts.iam, condition.key.text):
                continue
            without = operator.written_as(operator.name).removeprefix(f"{operator.quantifier}:")
            message = f"`{operator.quantifier}` is for keys of many values, and {ticked(condition.key.text)} "
            message += "has one" if is_single else "does not exist"
            if operator.quantifier == "ForAllValues":
                message += "; it holds for every request without the key"
            severity: Severity = "error" if operator.quantifier == "ForAllValues" else "warning"
            yield Fault(message, condition.operator.place, f"write {ticked(without)}", severity=severity)


RULE = Rule(
    title="a set operator stands on a key of one value",
    severity="error",
    why="""`ForAllValues` and `ForAnyValue` are for keys that carry many values. `ForAllValues` also holds
    where the key is absent: in a Deny it refuses every such request, in an Allow it grants it.""",
    source='"Single-valued vs. multivalued context keys", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_condition-single-vs-multi-valued-context-keys.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "s3:PutObject",
    "Resource": "*",
    "Condition": {»"ForAllValues:StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
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
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
  }]
}
"""),
    of_policy=_set_operators,
)
