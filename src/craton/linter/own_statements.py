"""What to write where further actions are to be denied as a statement denies the ones that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import listed
from craton.linter.replacements import array, written
from craton.linter.statements import carries, is_unknown_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.core.policy import Condition, Statement
    from craton.registry.iam import Action, IamReference

_MODEL: Final = ":foundation-model/"
_MODEL_KEYS: Final = {"bedrock-mantle:CreateInference": "bedrock-mantle:Model"}
"""Actions that tell the model by a condition key, not by a resource."""

_Conditions = dict[str, dict[str, str | list[str]]]


def denied_as_well(statement: Statement, actions: Sequence[str], iam: IamReference) -> str:
    """How to deny these actions too: beside those that the statement names, or in statements of their own."""
    known = [one for one in map(iam.action, actions) if one is not None]
    beside = [one.name for one in known if _stands_beside(statement, one, iam)]
    apart = [one for one in known if one.name not in beside]
    parts = []
    if beside:
        named = [*(one.text for one in statement.actions.patterns), *beside]
        parts.append(f'write "Action": {array(named)}' + ("" if apart else ", or deny them apart"))
    parts += [f"add {written(made)}" for one in apart if (made := _own(statement, one, iam)) is not None]
    left = [one.name for one in apart if _own(statement, one, iam) is None]
    if left:
        parts.append(
            f"deny {listed(left)} apart, whole or by who may call: what is asked here is not told there"
        )
    return "; ".join(parts)


def _stands_beside(statement: Statement, action: Action, iam: IamReference) -> bool:
    """Whether the statement would say the same of the action: it knows the keys and the resources."""
    for condition in statement.conditions:
        key = condition.key.text
        if not is_unknown_key(iam, key) and not carries(iam, action, key):
            return False
    resources = statement.resources
    if resources is None or (not resources.negated and any(one.text == "*" for one in resources.patterns)):
        return True
    services = {one.text.split(":")[2] for one in resources.patterns if one.text.count(":") > 1}
    return action.name.partition(":")[0] in services


def _own(statement: Statement, action: Action, iam: IamReference) -> dict[str, object] | None:
    """A statement that denies the action alike; None where its keys and resources cannot say the same."""
    conditions: _Conditions = {}
    for condition in statement.conditions:
        key = _twin(condition, action, iam)
        if key is None:
            return None
        _put(conditions, condition.operator.text, key, [one.text for one in condition.values])
    resources = statement.resources
    if resources is not None and not any(one.text == "*" for one in resources.patterns):
        models = [one.text.partition(_MODEL)[2] for one in resources.patterns if _MODEL in one.text]
        key = _MODEL_KEYS.get(action.name)
        if key is None or not models:
            return None
        _put(conditions, "StringNotLike" if resources.negated else "StringLike", key, models)
    made: dict[str, object] = {"Effect": "Deny", "Action": action.name, "Resource": "*"}
    return {**made, "Condition": conditions} if conditions else made


def _twin(condition: Condition, action: Action, iam: IamReference) -> str | None:
    """The key by which the action knows what the condition asks for."""
    key = condition.key.text
    if carries(iam, action, key):
        return key
    same = iam.condition_key(f"{action.name.partition(':')[0]}:{key.partition(':')[2]}")
    return same.name if same is not None and carries(iam, action, same.name) else None


def _put(conditions: _Conditions, operator: str, key: str, values: list[str]) -> None:
    conditions.setdefault(operator, {})[key] = values[0] if len(values) == 1 else values
