from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import listed, ticked
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import holds_without, is_never_carried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Condition, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _denying_everything(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        if statement.effect != "Deny":
            continue
        if statement.conditions:
            if all(_always_holds(one, statement, facts) for one in statement.conditions):
                message = f"{ticked(statement.label)} denies everything that it names: {_why(statement)}"
                hint = "the condition narrows nothing: mend it, or remove the statement"
                yield Fault(message, statement.place, hint)
        elif _is_about_all(statement) and not _names_principals(statement):
            message = f"{ticked(statement.label)} denies every action on every resource"
            hint = "narrow it by actions, resources or a condition; as a quarantine it is sound"
            yield Fault(message, statement.place, hint, severity="warning")


def _always_holds(condition: Condition, statement: Statement, facts: Facts) -> bool:
    """Whether no request can fail the condition."""
    if holds_without(condition) and is_never_carried(condition, statement, facts.iam):
        return True
    operator = operator_of(condition.operator.text)
    if operator is None or operator.negated or operator.is_literal or operator.quantifier is not None:
        return False
    key = facts.iam.condition_key(condition.key.text)
    is_always_there = operator.if_exists or (key is not None and key.name == "aws:PrincipalArn")
    return operator.compares in ("String", "ARN") and is_always_there and _is_open(condition)


def _is_open(condition: Condition) -> bool:
    return any(value.text == "*" for value in condition.values)


def _why(statement: Statement) -> str:
    keys = list(dict.fromkeys(one.key.text for one in statement.conditions))
    return f"the condition on {listed(keys)} always holds"


def _is_about_all(statement: Statement) -> bool:
    all_actions = not statement.actions.negated and any(
        one.text in ("*", "*:*") for one in statement.actions.patterns
    )
    resources = statement.resources
    return all_actions and (
        resources is None or (not resources.negated and any(one.text == "*" for one in resources.patterns))
    )


def _names_principals(statement: Statement) -> bool:
    """Whether it is about some principals alone."""
    principals = statement.principals
    if principals is None:
        return False
    return principals.negated or all(one.pattern.text != "*" for one in principals.principals)


RULE = Rule(
    title="a Deny denies everything",
    severity="error",
    why="""A condition that always holds narrows nothing: a Deny with one refuses all that it names,
    approved calls included. The usual causes are `ForAllValues` or a negated operator on a key
    that no such request carries.""",
    source='"Set operators for multivalued context keys", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_condition-single-vs-multi-valued-context-keys.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [»{
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"ArnLike": {"aws:PrincipalArn": "*"}}
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
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/storage-admin"}}
  }]
}
"""),
    of_policy=_denying_everything,
)
