from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.replacements import written
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Condition, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject

_MFA: Final = "aws:multifactorauthpresent"
_AGE: Final = "aws:multifactorauthage"
_WHO: Final = ("aws:principalarn", "aws:principaltype", "aws:principaltag/", "aws:username", "aws:userid")
_OWN: Final = ":user/${aws:username}"
_PEOPLE: Final = "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"


def _denying_workloads(subject: Subject, _: Facts) -> Iterator[Fault]:
    if _is_of_users(subject):
        return
    for statement in subject.policy.statements:
        if statement.effect != "Deny" or _is_about_some(statement):
            continue
        for condition in statement.conditions:
            if _asks_for_mfa(condition):
                message = (
                    f"the condition on {ticked(condition.key.text)} denies every role of a workload: "
                    "no session of one is made with MFA"
                )
                people = written({"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:user/*", _PEOPLE]}})[1:-1]
                hint = f"narrow it to people: add to the condition {people}"
                yield Fault(message, condition.key.place, hint)


def _is_of_users(subject: Subject) -> bool:
    """Whether the policy is one of users by what it allows them to do with themselves.

    Source: "AWS: Allows MFA-authenticated IAM users to manage their own credentials",
    docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html,
    retrieved 2026-11-26.
    """
    return any(
        _OWN in pattern.text.lower()
        for one in subject.policy.statements
        if one.effect == "Allow" and one.resources is not None
        for pattern in one.resources.patterns
    )


def _asks_for_mfa(condition: Condition) -> bool:
    """Whether the condition holds for a session without MFA."""
    key = condition.key.text.lower()
    values = [value.text.lower() for value in condition.values]
    operator = operator_of(condition.operator.text)
    if operator is None:
        return False
    if operator.name == "Null":
        return key in (_MFA, _AGE) and "true" in values
    if key == _AGE:
        return operator.holds_when_absent(tuple(values))
    return key == _MFA and ("false" in values) != operator.negated


def _is_about_some(statement: Statement) -> bool:
    """Whether the statement says otherwise whom it is about."""
    return any(one.key.text.lower().startswith(_WHO) for one in statement.conditions)


RULE = Rule(
    title="a condition on MFA denies every role of a workload",
    severity="warning",
    why="""Sessions of roles that services, functions and pipelines take on carry no MFA, and neither do
    those of IAM Identity Center, where the identity provider asks for it. A Deny of calls without
    MFA that is not narrowed to people stops all of them.""",
    source='"AWS global condition context keys", aws:MultiFactorAuthPresent, docs.aws.amazon.com/IAM/latest/'
    "UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent, "
    "retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "ec2:TerminateInstances",
    "Resource": "*",
    "Condition": {"BoolIfExists": {»"aws:MultiFactorAuthPresent": "false"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "ec2:TerminateInstances",
    "Resource": "*",
    "Condition": {
      "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"},
      "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}
    }
  }]
}
"""),
    of_policy=_denying_workloads,
)
