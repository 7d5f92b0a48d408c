"""The functions of templates: what a value is once its references are known.

Source: "Intrinsic function reference",
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html, 2026-11-26.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.emulator.stacks.template import Template

NO_VALUE: Final = object()
"""What AWS::NoValue stands for: the property or list item that holds it is not there."""

PLACE: Final = re.compile(r"\$\{([^}!][^}]*)\}|\$\{!([^}]*)\}")
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
            "Fn::Base64": lambda held: base64.b64encode(as_text(self.value(held)).encode()).decode(),
            "Fn::ImportValue": lambda held: self._known.exported(str(self.value(held))),
            "Fn::GetAZs": lambda held: self._known.zones(str(self.value(held) or "")),
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
                    raise _unsupported(str(name))
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
                    return as_text(self.value(left)) == as_text(self.value(right))
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
                return as_text(own[name])
            if "." in name:
                return as_text(self._known.attribute(*name.split(".", 1)))
            return as_text(self._known.ref(name))

        return self._dynamic(PLACE.sub(replaced, str(text)))

    def _join(self, held: Any) -> str:
        separator, parts = held
        return str(separator).join(as_text(one) for one in self.value(parts))

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
        return as_text(self.value(text)).split(str(separator))

    def _if(self, held: Any) -> Any:
        name, then, otherwise = held
        return self.value(then if self.condition(str(name)) else otherwise)

    def _find_in_map(self, held: Any) -> Any:
        name, first, second = (as_text(self.value(one)) for one in held[:3])
        try:
            return self.value(self._template.mappings[name][first][second])
        except KeyError as error:
            raise ServiceError(
                "ValidationError",
                f"Template error: Unable to get mapping for {name}::{first}::{second}",
            ) from error

    def _dynamic(self, text: str) -> str:
        return _DYNAMIC.sub(lambda found: self._known.dynamic(found[1], found[2]), text)


_LACKING: Final = ("Fn::Cidr", "Fn::Transform", "Fn::ForEach")


def _unsupported(name: str) -> Exception:
    """The refusal of a function: AWS's, but for those that only the emulator lacks.

    Fn::Length, Fn::ToJsonString and Fn::ForEach are functions of the transform AWS::LanguageExtensions, which
    the emulator refuses where a template names it.
    """
    if name.startswith(_LACKING):
        return NotEmulatedError(f"the function {name}")
    return ServiceError("ValidationError", f"Template format error: Encountered unsupported function: {name}")


def as_text(value: Any) -> str:
    """A value as the text that CloudFormation makes of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return str(value)
