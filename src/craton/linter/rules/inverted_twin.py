from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from craton.core.quoting import ticked
from craton.linter.operators import Operator, operator_of
from craton.linter.replacements import written
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import is_about

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Condition, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject

_Denies: TypeAlias = Literal["listed", "others"]
_RUNTIME: Final = "bedrock:InvokeModel"
_MANTLE: Final = "bedrock-mantle:CreateInference"
_MANTLE_MODEL: Final = "bedrock-mantle:model"
_OPPOSITES: Final = {
    "StringEquals": "StringNotEquals",
    "StringLike": "StringNotLike",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "ArnLike": "ArnNotLike",
    "ArnEquals": "ArnNotEquals",
}
_NEGATIONS: Final = {negated: plain for plain, negated in _OPPOSITES.items()}


def _inverted(subject: Subject, _: Facts) -> Iterator[Fault]:
    denials = [one for one in subject.policy.statements if one.effect == "Deny"]
    yield from _mantle_against_runtime(denials)
    alike: dict[tuple[str, frozenset[str]], list[Statement]] = {}
    for statement in denials:
        for condition in statement.conditions[:1]:
            key = condition.key.text.lower(), frozenset(value.text for value in condition.values)
            alike.setdefault(key, []).append(statement)
    for together in alike.values():
        for one, other in pairwise(together):
            yield from _complements(one, other)


def _mantle_against_runtime(denials: list[Statement]) -> Iterator[Fault]:
    """Statements on bedrock-mantle that deny what the one on bedrock-runtime spares."""
    runtime = [(one, found) for one in denials if (found := _sense_of_runtime(one)) is not None]
    for statement in denials:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            if (
                condition.key.text.lower() != _MANTLE_MODEL
                or operator is None
                or not is_about(statement, _MANTLE)
            ):
                continue
            sense: _Denies = "others" if operator.negated else "listed"
            twin = next((one for one, other in runtime if other != sense), None)
            opposite = _opposite(operator)
            if twin is not None and opposite is not None:
                mine, theirs = ("the models that it lists", "all others")
                if sense == "others":
                    mine, theirs = theirs, mine
                message = (
                    f"{ticked(statement.label)} denies {mine} at bedrock-mantle, "
                    f"while {ticked(twin.label)} denies {theirs} at bedrock-runtime"
                )
                held = _held(condition)
                hint = f"write {written({opposite: {condition.key.text: held}})}"
                yield Fault(message, condition.operator.place, hint)


def _complements(one: Statement, other: Statement) -> Iterator[Fault]:
    """Two denials on the same values of one key that leave nothing: one of them, one of all others."""
    if len(one.conditions) != 1 or len(other.conditions) != 1:
        return
    (mine,), (theirs,) = one.conditions, other.conditions
    left, right = operator_of(mine.operator.text), operator_of(theirs.operator.text)
    if left is None or right is None or _opposite(left) != theirs.operator.text:
        return
    shared = {one.text.lower() for one in one.actions.patterns} & {
        one.text.lower() for one in other.actions.patterns
    }
    if shared:
        message = (
            f"{ticked(other.label)} denies what {ticked(one.label)} spares: together they deny "
            f"{ticked(min(shared))} whatever {ticked(mine.key.text)} is"
        )
        yield Fault(message, theirs.operator.place, "remove one of the two, or turn its operator round")


def _sense_of_runtime(statement: Statement) -> _Denies | None:
    """Whether a statement denies the models that it lists at bedrock-runtime, or all others."""
    resources = statement.resources
    if resources is None or not is_about(statement, _RUNTIME):
        return None
    if not any("foundation-model/" in one.text for one in resources.patterns):
        return None
    if not resources.negated and any(one.text.endswith("foundation-model/*") for one in resources.patterns):
        return None
    return "others" if resources.negated else "listed"


def _opposite(operator: Operator) -> str | None:
    name = _OPPOSITES.get(operator.name) or _NEGATIONS.get(operator.name)
    return None if name is None else operator.written_as(name)


def _held(condition: Condition) -> object:
    values = [value.text for value in condition.values]
    return values[0] if len(values) == 1 else values


RULE = Rule(
    title="twin statements mean the opposite of each other",
    severity="error",
    why="""Where one intent needs two statements, such as approved models at bedrock-runtime and at
    bedrock-mantle, one of them is easily written the wrong way round: it then denies the approved
    models and lets all others through.""",
    source='"IAM JSON policy elements: NotResource" and "… Condition operators", docs.aws.amazon.com/IAM/'
    "latest/UserGuide/reference_policies_elements_notresource.html and "
    "reference_policies_elements_condition_operators.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ApprovedModels",
      "Effect": "Deny",
      "Action": ["bedrock:InvokeModel*", "bedrock:CreateModelInvocationJob"],
      "NotResource": [
        "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0",
        "arn:aws:bedrock:*:*:inference-profile/*",
        "arn:aws:bedrock:*:*:application-inference-profile/*",
        "arn:aws:bedrock:*:*:model-invocation-job/*"
      ]
    },
    {
      "Sid": "ApprovedModelsOfMantle",
      "Effect": "Deny",
      "Action": "bedrock-mantle:CreateInference",
      "Resource": "*",
      "Condition": {»"StringLike": {"bedrock-mantle:Model": "amazon.nova-pro-v1:0"}}
    }
  ]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ApprovedModels",
      "Effect": "Deny",
      "Action": ["bedrock:InvokeModel*", "bedrock:CreateModelInvocationJob"],
      "NotResource": [
        "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0",
        "arn:aws:bedrock:*:*:inference-profile/*",
        "arn:aws:bedrock:*:*:application-inference-profile/*",
        "arn:aws:bedrock:*:*:model-invocation-job/*"
      ]
    },
    {
      "Sid": "ApprovedModelsOfMantle",
      "Effect": "Deny",
      "Action": "bedrock-mantle:CreateInference",
      "Resource": "*",
      "Condition": {"StringNotLike": {"bedrock-mantle:Model": "amazon.nova-pro-v1:0"}}
    }
  ]
}
"""),
    of_policy=_inverted,
)
