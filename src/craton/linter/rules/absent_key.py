from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.replacements import written
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import is_never_carried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Condition, Statement
    from craton.linter.facts import Facts
    from craton.linter.operators import Operator
    from craton.linter.subject import Subject

_OFTEN_ABSENT: Final = {
    "aws:sourcevpce": "calls that AWS services make for somebody, which come through no endpoint",
    "aws:sourcevpc": "calls that AWS services make for somebody, which come through no endpoint",
    "aws:vpcsourceip": "calls that AWS services make for somebody, which come through no endpoint",
    "aws:sourceip": "calls through a VPC endpoint, and those that AWS services make",
    "bedrock:servicetier": "calls that name no tier",
    "bedrock-mantle:servicetier": "calls that name no tier",
}
"""Keys that sound calls often do not carry, and which calls these are.

Source: "AWS global condition context keys", docs.aws.amazon.com/IAM/latest/UserGuide/
reference_policies_condition-keys.html, retrieved 2026-11-26; of tiers AWS does not say when the key is there.
"""
_OF_SERVICES: Final = frozenset(
    {
        "aws:viaawsservice",
        "aws:principalisawsservice",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
    }
)


def _absent_keys(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            if operator is None or not operator.negated or operator.if_exists or operator.quantifier:
                continue
            if is_never_carried(condition, statement, facts.iam) or _is_minded(condition, statement):
                continue
            if statement.effect == "Deny":
                yield from _of_denial(condition, operator, statement)
            elif _may_be_absent(condition, facts):
                yield _of_grant(condition, operator)


def _of_denial(condition: Condition, operator: Operator, statement: Statement) -> Iterator[Fault]:
    calls = _OFTEN_ABSENT.get(condition.key.text.lower())
    guarded = any(one.key.text.lower() in _OF_SERVICES for one in statement.conditions)
    if calls is None or guarded:
        return
    message = f"without {ticked(condition.key.text)} {ticked(operator.name)} holds: this also denies {calls}"
    of_services = written({"BoolIfExists": {"aws:ViaAWSService": "false"}})[1:-1]
    is_of_tiers = condition.key.text.lower().endswith("servicetier")
    hint = _ask_for(condition) if is_of_tiers else f"leave calls of AWS services out: add {of_services}"
    yield Fault(message, condition.key.place, hint)


def _of_grant(condition: Condition, operator: Operator) -> Fault:
    message = (
        f"without {ticked(condition.key.text)} {ticked(operator.name)} holds: this allows calls without it"
    )
    return Fault(message, condition.key.place, _ask_for(condition))


def _ask_for(condition: Condition) -> str:
    return f"ask for the key as well: add {written({'Null': {condition.key.text: 'false'}})[1:-1]}"


def _may_be_absent(condition: Condition, facts: Facts) -> bool:
    """Whether the key is one that only some requests carry."""
    key = facts.iam.condition_key(condition.key.text)
    return condition.key.text.lower() in _OFTEN_ABSENT or (key is not None and key.category is None)


def _is_minded(condition: Condition, statement: Statement) -> bool:
    """Whether the statement says itself what holds where the key is absent."""
    same = [one for one in statement.conditions if one.key.text.lower() == condition.key.text.lower()]
    return any(one.operator.text == "Null" for one in same)


RULE = Rule(
    title="a negated operator also holds where its key is absent",
    severity="warning",
    why="""`StringNotEquals`, `NotIpAddress` and their kin hold for every request that does not carry the
    key. In a Deny that refuses calls that were not meant, such as those of AWS services on
    somebody's behalf; in an Allow it grants them.""",
    source='"IAM JSON policy elements: Condition operators" and "AWS global condition context keys", '
    "docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and "
    "reference_policies_condition-keys.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"NotIpAddress": {»"aws:SourceIp": "203.0.113.0/24"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {
      "NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"},
      "BoolIfExists": {"aws:ViaAWSService": "false"}
    }
  }]
}
"""),
    of_policy=_absent_keys,
)
