"""JSON Schema 2020-12 of a type, for editors that check and complete YAML while it is written."""

from __future__ import annotations

from typing import Any, Final

import msgspec

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_DECIMAL: Final = {"type": "string", "format": "decimal"}
_DECIMAL_IN_YAML: Final = {"type": ["number", "string"]}


def schema_of(kind: type, title: str) -> dict[str, Any]:
    """The schema of `kind`: closed where the type is, with the description of each key from its `Meta`.

    It accepts what decoding accepts, as far as YAML readers agree on what a text without quotes is.
    """
    schema = msgspec.json.schema(kind, ref_template="#/$defs/{name}")
    definitions = schema.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "title": title,
        **schema,
        "$defs": {name: _for_editors(definition, name) for name, definition in definitions.items()},
    }


def _for_editors(part: Any, name: str | None = None) -> Any:
    """The part without names of Python classes, with decimals as YAML writes them."""
    if isinstance(part, list):
        return [_for_editors(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _for_editors(value) for key, value in part.items() if (key, value) != ("title", name)}
    if _DECIMAL.items() <= kept.items():
        kept = {key: value for key, value in kept.items() if key not in _DECIMAL} | _DECIMAL_IN_YAML
    return kept
