from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import listed, ticked
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import carries, holds_without, named_actions
from craton.linter.wildcards import is_wild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Condition, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject
    from craton.registry.iam import IamReference

_MOST_NAMED = 4


def _unsupported_keys(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            if facts.iam.condition_key(condition.key.text) is None:
                continue
            without = tuple(_without(statement, condition, facts.iam))
            if not without:
                continue
            holds = holds_without(condition)
            consequence = _consequence(statement, holds=bool(holds), many=len(without) > 1)
            message = f"{_shown(without)} {_carry(without)} {ticked(condition.key.text)}: {consequence}"
            yield Fault(message, condition.key.place, _hint(condition, statement, facts.iam))


def _without(statement: Statement, condition: Condition, iam: IamReference) -> Iterator[str]:
    """The actions that never carry the key; a pattern counts where none of its actions do.

    A pattern of which some do counts as well where a Deny then holds for all the others. With wildcards,
    none counts that another condition narrows: there this one exempts what carries it, as is meant.
    """
    key = condition.key.text
    is_wide_deny = statement.effect == "Deny" and bool(holds_without(condition))
    for pattern, actions in named_actions(statement, iam):
        missing = [action.name for action in actions if not carries(iam, action, key)]
        if is_wide_deny and is_wild(pattern.text):
            missing = [name for name in missing if not _is_narrowed(statement, condition, name, iam)]
        if len(missing) == len(actions) or (is_wide_deny and not is_wild(pattern.text)):
            yield from missing if not is_wild(pattern.text) else [pattern.text]
        elif is_wide_deny:
            yield from missing


def _is_narrowed(statement: Statement, besides: Condition, action: str, iam: IamReference) -> bool:
    """Whether another condition of the statement is about something that requests for the action carry."""
    known = iam.action(action)
    others = (one for one in statement.conditions if one is not besides)
    return known is not None and any(carries(iam, known, one.key.text) for one in others)


def _consequence(statement: Statement, *, holds: bool, many: bool) -> str:
    """What follows for the actions without the key."""
    them, they_are = ("them", "they are") if many else ("it", "it is")
    match statement.effect, holds:
        case "Deny", True:
            return f"for {them} the condition always holds, so that it exempts nothing"
        case "Deny", False:
            return f"for {them} the condition never holds, so that {they_are} never denied"
        case _, True:
            return f"for {them} the condition always holds, so that {they_are} allowed whatever the value"
        case _:
            return f"for {them} the condition never holds, so that {they_are} never allowed"


def _shown(actions: tuple[str, ...]) -> str:
    shown = listed(list(actions[:_MOST_NAMED]))
    more = len(actions) - _MOST_NAMED
    return (
        shown if more <= 0 else f"{', '.join(ticked(one) for one in actions[:_MOST_NAMED])} and {more} more"
    )


def _carry(actions: tuple[str, ...]) -> str:
    return "does not know the key" if len(actions) == 1 else "do not know the key"


def _hint(condition: Condition, statement: Statement, iam: IamReference) -> str:
    key = condition.key.text
    with_key = [
        pattern.text
        for pattern, actions in named_actions(statement, iam)
        if any(carries(iam, action, key) for action in actions)
    ]
    if with_key:
        return f"keep the condition for {listed(with_key)}, and move the others to a statement of their own"
    return f"take {ticked(key)} out, or name actions that know it"


RULE = Rule(
    title="an action does not know the condition key",
    severity="warning",
    why="""Each action carries its own set of condition keys. Where an action never carries the key, a
    positive operator never holds for it and a negated one always does, so that the statement does
    less or more than it says: `bedrock:CreateModelInvocationJob` carries no
    `bedrock:InferenceProfileArn`.""",
    source='"Actions, resources, and condition keys for AWS services", docs.aws.amazon.com/'
    "service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html, "
    "retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["bedrock:InvokeModel", "bedrock:CreateModelInvocationJob"],
    "Resource": "*",
    "Condition": {"ArnLike": {»"bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:*:guardrail/abc:*"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    "Resource": "*",
    "Condition": {"ArnLike": {"bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:*:guardrail/abc:*"}}
  }]
}
"""),
    of_policy=_unsupported_keys,
)
