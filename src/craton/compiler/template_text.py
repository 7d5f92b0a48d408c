"""A template as the YAML that people review: the same document gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

_WIDTH: Final = 4_096
_AMBIGUOUS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ""})
"""Plain texts that YAML 1.1, which CloudFormation reads, takes for something else."""


def template_text(document: Mapping[str, Any], heading: str = "") -> bytes:
    """The document as YAML, after a heading in comments. Raises: TypeError for what YAML lacks."""
    writer = YAML(typ="rt")
    writer.default_flow_style = False
    writer.width = _WIDTH
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=2, offset=0)
    out = io.StringIO()
    writer.dump(_styled(document), out)
    comments = "".join(f"# {line}\n" if line else "#\n" for line in heading.splitlines())
    return (comments + out.getvalue()).encode()


def _styled(value: Any) -> Any:
    """The same value with each text styled: blocks for programs, quotes where it looks like a number."""
    if isinstance(value, Mapping):
        return {str(key): _styled(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_styled(one) for one in value]
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"a template cannot hold a value of type `{type(value).__name__}`")


def _text(value: str) -> Any:
    if "\n" in value:
        return LiteralScalarString(value)
    if value.lower() in _AMBIGUOUS or value[:1].isdigit() or value[:1] in "+-.":
        return DoubleQuotedScalarString(value)
    return value
