"""Properties with values of the types that their schema wants, as CloudFormation makes them of texts.

A parameter of a template is a text, whatever its type: `"5"` goes for a number, and `true` for a text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import regex  # type: ignore[import-untyped]  # the schemas' patterns are not Python's: `\p{L}`

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_DEEPEST: Final = 30


def fitted_to(schema: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties as their registry schema types them; what does not fit stays, and is refused later."""
    return dict(_fitted(schema, schema, dict(properties), 0))


def _fitted(whole: Mapping[str, Any], held: Mapping[str, Any], value: Any, depth: int) -> Any:
    held = _resolved(whole, held)
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        known = held.get("properties") or {}
        patterns = held.get("patternProperties") or {}
        return {
            name: _fitted(whole, known.get(name) or _by_pattern(patterns, name), one, depth + 1)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_fitted(whole, held.get("items") or {}, one, depth + 1) for one in value]
    return _scalar(_types(held), value)


def _by_pattern(patterns: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next((held for pattern, held in patterns.items() if regex.search(pattern, name)), {})


def _types(held: Mapping[str, Any]) -> tuple[str, ...]:
    told = held.get("type") or ()
    return (told,) if isinstance(told, str) else tuple(told)


def _scalar(types: tuple[str, ...], value: Any) -> Any:
    if not types:
        return value
    if isinstance(value, str) and "string" not in types:
        if "boolean" in types and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if {"integer", "number"} & set(types) and _NUMBER.fullmatch(value):
            return float(value) if "." in value else int(value)
    if isinstance(value, bool):
        return ("true" if value else "false") if types == ("string",) else value
    if isinstance(value, int | float) and types == ("string",):
        return str(value)
    return value


def _resolved(whole: Mapping[str, Any], held: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference leads to."""
    while "$ref" in held:
        found: Any = whole
        for step in str(held["$ref"]).removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        held = found
    return held
