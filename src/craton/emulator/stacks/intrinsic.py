"""The functions of templates: what a value is once its references are known.

Source: "Intrinsic function reference",
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html, 2026-11-26.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from craton.emulator.stacks.template import Template

NO_VALUE: Final = object()
"""What AWS::NoValue stands for: the property or list item that holds it is not there."""

_PLACE: Final = re.compile(r"\$\{([^}!][^}]*)\}|\$\{!([^}]*)\}")
_DYNAMIC: Final = re.compile(r"\{\{resolve:([a-z-]+):([^}]*)\}\}")
_ATTRIBUTE_PARTS: Final = 2


class Known(Protocol):
    """What a template's functions refer to."""

    def ref(self, name: str) -> Any:
        """The value of a parameter, a pseudo parameter or a resource's Ref."""

    def attribute(self, logical_id: str, name: str) -> Any:
        """The attribute of a resource."""

    def exported(self, name: str) -> str:
        """The value that another stack exports."""

    def dynamic(self, service: str, key: str) -> str:
        """The value of a dynamic reference."""

    def zones(self, region: str) -> list[str]:
        """The Availability Zones of a Region; the stack's own where it is empty."""


class Evaluation:
    """Evaluates the values of one template."""

    def __init__(self, template: Template, known: Known) -> None:
        self._template = template
        self._known = known
        self._conditions: dict[str, bool] = {}
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": lambda held: base64.b64encode(str(self.value(held)).encode()).decode(),
            "Fn::ImportValue": lambda held: self._known.exported(str(self.value(held))),
            "Fn::GetAZs": lambda held: self._known.zones(str(self.value(held) or "")),
            "Fn::Length": lambda held: len(self.value(held)),
            "Fn::ToJsonString": lambda held: json.dumps(self.value(held), separators=(",", ":")),
            "Fn::Equals": self._truth,
            "Fn::And": self._truth,
            "Fn::Or": self._truth,
            "Fn::Not": self._truth,
        }

    def value(self, held: Any) -> Any:
        """The value with every function carried out; NO_VALUE where it is not there."""
        if isinstance(held, dict):
            if len(held) == 1:
                (name, argument), *_ = held.items()
                if name in ("Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not"):
                    return self.holds(held)
                if name in self._functions:
                    return self._functions[name](argument)
                if str(name).startswith("Fn::"):
                    raise NotEmulatedError(f"the function {name}")
            worked = ((str(name), self.value(one)) for name, one in held.items())
            return {name: one for name, one in worked if one is not NO_VALUE}
        if isinstance(held, list):
            return [one for one in map(self.value, held) if one is not NO_VALUE]
        return self._dynamic(str(held)) if isinstance(held, str) else held

    def holds(self, held: Any) -> bool:
        """Whether a condition holds: a condition function, or a reference to a named condition."""
        if isinstance(held, dict) and len(held) == 1:
            (name, argument), *_ = held.items()
            match name:
                case "Condition":
                    return self.condition(str(argument))
                case "Fn::Equals":
                    left, right = argument
                    return _scalar(self.value(left)) == _scalar(self.value(right))
                case "Fn::And":
                    return all(self.holds(one) for one in argument)
                case "Fn::Or":
                    return any(self.holds(one) for one in argument)
                case "Fn::Not":
                    return not self.holds(argument[0])
                case _:
                    pass
        raise ServiceError("ValidationError", "Template error: a condition must be a condition function")

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self._conditions:
            if name not in self._template.conditions:
                raise ServiceError("ValidationError", f"Template format error: Unresolved condition {name}")
            self._conditions[name] = self.holds(self._template.conditions[name])
        return self._conditions[name]

    def _truth(self, held: Any) -> bool:
        return self.holds(held)

    def _ref(self, held: Any) -> Any:
        return NO_VALUE if held == "AWS::NoValue" else self._known.ref(str(held))

    def _get_att(self, held: Any) -> Any:
        parts = str(held).split(".", 1) if isinstance(held, str) else [held[0], self.value(held[1])]
        if len(parts) != _ATTRIBUTE_PARTS:
            raise ServiceError(
                "ValidationError", "Template error: every Fn::GetAtt object requires two parameters"
            )
        return self._known.attribute(str(parts[0]), str(parts[1]))

    def _sub(self, held: Any) -> str:
        text, own = (held, {}) if isinstance(held, str) else (held[0], self.value(held[1]))

        def replaced(found: re.Match[str]) -> str:
            if found[2] is not None:
                return f"${{{found[2]}}}"
            name = found[1].strip()
            if name in own:
                return _scalar(own[name])
            if "." in name:
                return _scalar(self._known.attribute(*name.split(".", 1)))
            return _scalar(self._known.ref(name))

        return self._dynamic(_PLACE.sub(replaced, str(text)))

    def _join(self, held: Any) -> str:
        separator, parts = held
        return str(separator).join(_scalar(one) for one in self.value(parts))

    def _select(self, held: Any) -> Any:
        index, parts = int(self.value(held[0])), self.value(held[1])
        if not 0 <= index < len(parts):
            raise ServiceError(
                "ValidationError",
                f"Template error: Fn::Select cannot select nonexistent value at index {index}",
            )
        return parts[index]

    def _split(self, held: Any) -> list[str]:
        separator, text = held
        return _scalar(self.value(text)).split(str(separator))

    def _if(self, held: Any) -> Any:
        name, then, otherwise = held
        return self.value(then if self.condition(str(name)) else otherwise)

    def _find_in_map(self, held: Any) -> Any:
        name, first, second = (_scalar(self.value(one)) for one in held[:3])
        try:
            return self.value(self._template.mappings[name][first][second])
        except KeyError as error:
            raise ServiceError(
                "ValidationError",
                f"Template error: Unable to get mapping for {name}::{first}::{second}",
            ) from error

    def _dynamic(self, text: str) -> str:
        return _DYNAMIC.sub(lambda found: self._known.dynamic(found[1], found[2]), text)


def _scalar(value: Any) -> str:
    """A value as the text that CloudFormation makes of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(_scalar, value))
    return str(value)


def references(held: Any) -> Iterator[str]:
    """The names that a value refers to by Ref, Fn::GetAtt or Fn::Sub: resources and parameters."""
    if isinstance(held, dict):
        if len(held) == 1:
            (name, argument), *_ = held.items()
            if name == "Ref":
                yield str(argument)
                return
            if name == "Fn::GetAtt":
                yield str(argument).split(".", 1)[0] if isinstance(argument, str) else str(argument[0])
                return
            if name == "Fn::Sub":
                yield from _in_text(argument)
                return
        for one in held.values():
            yield from references(one)
    elif isinstance(held, list):
        for one in held:
            yield from references(one)


def _in_text(argument: Any) -> Iterator[str]:
    text, own = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
    for found in _PLACE.finditer(str(text)):
        if found[1] is not None and found[1].strip() not in own:
            yield found[1].strip().split(".", 1)[0]
    yield from references(dict(own))


def used_conditions(held: Any) -> Iterator[str]:
    """The conditions that a value names in Fn::If."""
    if isinstance(held, dict):
        for name, argument in held.items():
            if name == "Fn::If":
                yield str(argument[0])
            yield from used_conditions(argument)
    elif isinstance(held, list):
        for one in held:
            yield from used_conditions(one)


def ordered(template: Template, present: Mapping[str, Any]) -> tuple[str, ...]:
    """The logical ids of `present` resources, each after those that it refers to or depends on.

    Raises: ServiceError where they go in a circle, or refer to what is not in the template.
    """
    order: list[str] = []
    state: dict[str, bool] = {}

    def visit(name: str) -> None:
        if name in state:
            if not state[name]:
                raise ServiceError("ValidationError", f"Circular dependency between resources: [{name}]")
            return
        state[name] = False
        declared = template.resources[name]
        for other in sorted({*references(declared.properties), *declared.depends_on}):
            if other in present:
                visit(other)
        state[name] = True
        order.append(name)

    for name in present:
        visit(name)
    return tuple(order)


def check_references(template: Template) -> None:
    """Refuses a template that refers to what it does not have. Raises: ServiceError."""
    known = {*template.resources, *template.parameters}
    unresolved = sorted(
        {
            name
            for declared in template.resources.values()
            for name in (*references(declared.properties), *declared.depends_on)
            if name not in known and not name.startswith("AWS::")
        }
    )
    if unresolved:
        raise ServiceError(
            "ValidationError",
            "Template format error: Unresolved resource dependencies "
            f"[{', '.join(unresolved)}] in the Resources block of the template",
        )
    lacking = sorted(
        {
            name
            for declared in template.resources.values()
            for name in (*used_conditions(declared.properties), *filter(None, [declared.condition]))
            if name not in template.conditions
        }
    )
    if lacking:
        raise ServiceError(
            "ValidationError",
            f"Template format error: Unresolved condition dependency {lacking[0]} in the Resources block",
        )
