"""A member template as CloudFormation reads it in one environment: what the parameter decides is decided.

What hangs on the account or the Region stays as it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.compiler.template import MAPPING, PARAMETER

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT = object()


class Resolved:
    """The template in one environment."""

    def __init__(self, document: dict[str, Any], environment: str) -> None:
        self._environment = environment
        self._mapping = document.get("Mappings", {}).get(MAPPING, {}).get(environment, {})
        self._conditions = document.get("Conditions", {})
        self.resources = {
            name: found
            for name, one in document["Resources"].items()
            if (found := self._resource(one)) is not ABSENT
        }

    def _resource(self, resource: dict[str, Any]) -> Any:
        condition = resource.get("Condition")
        holds = True if condition is None else self._condition({"Condition": condition})
        if holds is False:
            return ABSENT
        rest = {key: one for key, one in resource.items() if key not in ("Condition", "Properties")}
        properties = self._value(resource.get("Properties", {}))
        return {**properties, "": [rest, holds]}

    def _condition(self, one: Any) -> Any:
        """True, False, or what is left of the condition."""
        ((function, inner),) = one.items()
        match function:
            case "Condition":
                return self._condition(self._conditions[inner])
            case "Fn::Equals":
                left, right = (self._value(side) for side in inner)
                known = isinstance(left, str) and isinstance(right, str)
                return left == right if known else {function: [left, right]}
            case "Fn::Not":
                holds = self._condition(inner[0])
                return not holds if isinstance(holds, bool) else {function: [holds]}
            case "Fn::And" | "Fn::Or":
                decisive = function == "Fn::Or"
                parts = [self._condition(part) for part in inner]
                if decisive in parts:
                    return decisive
                left = [part for part in parts if not isinstance(part, bool)]
                return {function: left} if left else not decisive
            case _:
                raise AssertionError(one)

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [found for one in value if (found := self._value(one)) is not ABSENT]
        if not isinstance(value, dict):
            return value
        if value == {"Ref": PARAMETER}:
            return self._environment
        if value == {"Ref": "AWS::NoValue"}:
            return ABSENT
        if "Fn::FindInMap" in value:
            name, *keys = self._value(value["Fn::FindInMap"])
            return self._mapping[keys[1]] if name == MAPPING else {"Fn::FindInMap": [name, *keys]}
        if "Fn::If" in value:
            condition, yes, no = value["Fn::If"]
            holds = self._condition({"Condition": condition})
            if isinstance(holds, bool):
                return self._value(yes if holds else no)
            return {"Fn::If": [holds, self._value(yes), self._value(no)]}
        return _joined(
            {key: found for key, one in value.items() if (found := self._value(one)) is not ABSENT}
        )


def _joined(value: dict[str, Any]) -> Any:
    """What Fn::Join and Fn::Split come to, where all of it is known."""
    match value:
        case {"Fn::Join": [str(separator), list(parts)]} if all(isinstance(one, str) for one in parts):
            return separator.join(parts)
        case {"Fn::Split": [str(separator), str(text)]}:
            return text.split(separator)
        case _:
            return value


def differing(one: Resolved, other: Resolved) -> Iterator[str]:
    """The places in which the two differ: resources that one of them lacks, and `LogicalId.Property`.

    What differs of a resource beside its properties is told as `LogicalId.`.
    """
    for name in sorted(one.resources.keys() | other.resources.keys()):
        if name not in one.resources or name not in other.resources:
            yield name
            continue
        mine, theirs = one.resources[name], other.resources[name]
        for key in sorted(mine.keys() | theirs.keys()):
            if mine.get(key, ABSENT) != theirs.get(key, ABSENT):
                yield f"{name}.{key}"
