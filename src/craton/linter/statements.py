"""What statements say about actions and keys, as rules ask for it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from craton.linter.operators import operator_of
from craton.linter.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Severity
    from craton.core.policy import Condition, Statement, Text
    from craton.registry.iam import Action, IamReference


@functools.lru_cache(maxsize=20_000)
def actions_of(iam: IamReference, pattern: str) -> tuple[Action, ...]:
    """The actions that a pattern covers; empty where it is open to several services."""
    prefix, colon, _ = pattern.partition(":")
    return iam.actions_matching(pattern) if colon and set(prefix).isdisjoint("*?") else ()


def weight(statement: Statement) -> Severity:
    """How bad it is that a name in the element Action or NotAction covers nothing.

    A denial that refuses nothing looks like a safeguard; elsewhere the name is left over, or still too new.
    """
    is_denial = statement.effect == "Deny" and not statement.actions.negated
    return "error" if is_denial else "warning"


def named_actions(statement: Statement, iam: IamReference) -> Iterator[tuple[Text, tuple[Action, ...]]]:
    """Each pattern of the element Action with the actions that it covers, where there are any."""
    if statement.actions.negated:
        return
    for pattern in statement.actions.patterns:
        found = actions_of(iam, pattern.text)
        if found:
            yield pattern, found


@functools.lru_cache(maxsize=50_000)
def carries(iam: IamReference, action: Action, key: str) -> bool:
    """Whether a request for the action may carry the key."""
    return iam.supports(action, key) or (action.name.lower(), key.lower()) in _DOCUMENTED_ELSEWHERE


_DOCUMENTED_ELSEWHERE: Final = frozenset({("aws-marketplace:subscribe", "aws-marketplace:productid")})
"""Actions with keys of theirs that the reference does not list.

Source: "Request access to models", docs.aws.amazon.com/bedrock/latest/userguide/model-access.html, retrieved
2026-11-26.
"""


def is_about(statement: Statement, action: str) -> bool:
    """Whether the statement is about an action, by the elements Action and NotAction alone."""
    named = any(covers(pattern.text.lower(), action.lower()) for pattern in statement.actions.patterns)
    return named != statement.actions.negated


def is_never_carried(condition: Condition, statement: Statement, iam: IamReference) -> bool:
    """Whether no request that the statement is about can carry the key of the condition."""
    key = condition.key.text
    if is_unknown_key(iam, key):
        return True
    if iam.condition_key(key) is None or statement.actions.negated:
        return False
    named = [found for _, found in named_actions(statement, iam)]
    if len(named) < len(statement.actions.patterns):
        return False
    return not any(carries(iam, action, key) for found in named for action in found)


def denies(statement: Statement, name: str, iam: IamReference) -> bool:
    """Whether the statement denies some requests for an action: its conditions can hold for it."""
    action = iam.action(name)
    if statement.effect != "Deny" or action is None or not is_about(statement, name):
        return False
    return all(holds_without(one) or carries(iam, action, one.key.text) for one in statement.conditions)


@functools.lru_cache(maxsize=5_000)
def is_unknown_key(iam: IamReference, key: str) -> bool:
    """Whether AWS has no such key; those of identity providers, whose prefix is a host, are their own."""
    if iam.condition_key(key) is not None:
        return False
    prefix = key.partition(":")[0]
    return "." not in prefix and "/" not in prefix and "${" not in key


def holds_without(condition: Condition) -> bool | None:
    """What the condition says about a request without its key; None where its operator is unknown."""
    operator = operator_of(condition.operator.text)
    return None if operator is None else operator.holds_when_absent(tuple(map(str, condition.values)))
