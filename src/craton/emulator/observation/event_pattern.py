"""Event patterns: which events a rule is about.

Source: "Creating Amazon EventBridge event patterns" and "Comparison operators", docs.aws.amazon.com/
eventbridge/latest/userguide/, retrieved 2026-11-26.
"""

from __future__ import annotations

import ipaddress
import json
import operator
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Test = "Callable[[Any], bool]"
_MISSING: Final = object()
_NUMERIC: Final = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class PatternError(ValueError):
    """What is given is no event pattern; the text says why."""


def read_pattern(text: str) -> dict[str, Any]:
    """The pattern of a text. Raises: PatternError where it is none."""
    try:
        told = json.loads(text)
    except ValueError as error:
        raise PatternError(f"Event pattern is not valid. Reason: {error}") from error
    if not isinstance(told, dict) or not told:
        raise PatternError("Event pattern is not valid. Reason: it must be an object that is not empty")
    _check(told)
    return told


def _check(pattern: Mapping[str, Any]) -> None:
    for name, held in pattern.items():
        if name == "$or":
            if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
                raise PatternError("Event pattern is not valid. Reason: $or must be a list of objects")
            for one in held:
                _check(one)
        elif isinstance(held, dict):
            _check(held)
        elif isinstance(held, list) and held:
            for one in held:
                _is_true(one, "")
        else:
            raise PatternError(f"Event pattern is not valid. Reason: {name} must be an object or an array")


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether a pattern is about an event."""
    if not isinstance(event, dict):
        event = {}
    for name, held in pattern.items():
        if name == "$or":
            if not any(matches(one, event) for one in held):
                return False
        elif isinstance(held, dict):
            value = event.get(name)
            inner = value if isinstance(value, list) else [value]
            if not any(matches(held, one) for one in inner):
                return False
        elif not _leaf(held, event.get(name, _MISSING)):
            return False
    return True


def _leaf(tests: list[Any], value: Any) -> bool:
    """Whether any test holds for a value, or for one of several."""
    for test in tests:
        if isinstance(test, dict) and "exists" in test:
            if test["exists"] == (value is not _MISSING and not isinstance(value, dict)):
                return True
        elif value is not _MISSING:
            held = value if isinstance(value, list) else [value]
            if any(_is_true(test, one) for one in held):
                return True
    return False


def _is_true(test: Any, value: Any) -> bool:
    if not isinstance(test, dict):
        return (type(test) is type(value) and bool(test == value)) or _same_number(test, value)
    if len(test) != 1:
        raise PatternError("Event pattern is not valid. Reason: only one key allowed in match expression")
    name, told = next(iter(test.items()))
    if name not in _TESTS:
        raise PatternError(f"Event pattern is not valid. Reason: Unrecognized match type {name}")
    return _TESTS[name](told, value)


def _same_number(test: Any, value: Any) -> bool:
    numbers = isinstance(test, int | float) and isinstance(value, int | float)
    booleans = isinstance(test, bool) or isinstance(value, bool)
    return numbers and not booleans and test == value


def _any_text(told: Any, value: Any, holds: Callable[[str, str], bool]) -> bool:
    """Whether a text stands so to a word, or to one of several; capitals may not matter."""
    if not isinstance(value, str):
        return False
    for one in told if isinstance(told, list) else [told]:
        if isinstance(one, dict) and "equals-ignore-case" in one:
            if holds(value.lower(), str(one["equals-ignore-case"]).lower()):
                return True
        elif holds(value, str(one)):
            return True
    return False


def _numeric(told: Any, value: Any) -> bool:
    if not isinstance(told, list) or len(told) % 2 or any(sign not in _NUMERIC for sign in told[::2]):
        raise PatternError("Event pattern is not valid. Reason: Value of numeric must be pairs")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return all(_NUMERIC[sign](value, bound) for sign, bound in zip(told[::2], told[1::2], strict=True))


def _anything_but(told: Any, value: Any) -> bool:
    if isinstance(told, dict):
        return not _is_true(told, value)
    return all(not _is_true(one, value) for one in (told if isinstance(told, list) else [told]))


def _cidr(told: Any, value: Any) -> bool:
    try:
        return ipaddress.ip_address(str(value)) in ipaddress.ip_network(str(told))
    except ValueError:
        return False


def _wildcard(text: str, pattern: str) -> bool:
    parts = re.split(r"(\\[*\\]|\*)", pattern)
    regex = "".join(".*" if part == "*" else re.escape(part.removeprefix("\\")) for part in parts)
    return re.fullmatch(regex, text, re.DOTALL) is not None


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "exists": lambda _, __: True,
    "prefix": lambda told, value: _any_text(told, value, str.startswith),
    "suffix": lambda told, value: _any_text(told, value, str.endswith),
    "equals-ignore-case": lambda told, value: _any_text(told, value, lambda a, b: a.lower() == b.lower()),
    "wildcard": lambda told, value: _any_text(told, value, _wildcard),
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}
