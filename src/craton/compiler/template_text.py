"""A template as the YAML that people review: the same document gives the same bytes.

It is laid out for readers as long as it can be sent in a call like that, and closely where it must.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from craton.compiler.template_lines import lines
from craton.registry.quotas import quota

_SHALLOW: Final = 4
"""So many collections may stand in each other on one line."""
_OUTER: Final = 3
"""So many collections around it stand over lines whatever their length: template, section, resource."""
_AMBIGUOUS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ""})
"""Plain texts that YAML 1.1, which CloudFormation reads, takes for something else.

A question mark within a list on one line ends a plain text for some of its readers.
"""


class Layout(NamedTuple):
    """How much stands on a line: spaces a step, and the characters of what is not broken over several."""

    step: int
    short: int


LAYOUTS: Final = (Layout(step=2, short=130), Layout(step=1, short=220), Layout(step=1, short=400))
"""The first in which a template can be sent in a call is taken."""


def template_text(document: Mapping[str, Any], heading: str = "") -> bytes:
    """The document as YAML, after a heading in comments. Raises: TypeError for what YAML lacks."""
    for layout in LAYOUTS:
        text = _written(document, heading, layout)
        if quota("template_bytes").standing(len(text)) == "within":
            break
    return text


def _written(document: Mapping[str, Any], heading: str, layout: Layout) -> bytes:
    comments = "".join(f"# {line}\n" if line else "#\n" for line in heading.splitlines())
    return (comments + lines(styled(document, layout), layout.step)).encode()


def styled(value: Any, layout: Layout, within: int = 0) -> Any:
    """The same value with each text styled, and small collections on one line."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    made: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        made = CommentedMap({str(key): styled(one, layout, within + 1) for key, one in value.items()})
    elif isinstance(value, (list, tuple)):
        made = CommentedSeq([styled(one, layout, within + 1) for one in value])
    else:
        raise TypeError(f"a template cannot hold a value of type `{type(value).__name__}`")
    if within >= _OUTER and _fits(value, layout.short):
        made.fa.set_flow_style()
    return made


def _fits(value: Any, short: int) -> bool:
    """Whether a collection can be read on one line."""
    return _depth(value) <= _SHALLOW and len(told := str(value)) <= short and "\\n" not in told


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, (list, tuple)):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _text(value: str) -> Any:
    if "\n" in value:
        return LiteralScalarString(value)
    if value.lower() in _AMBIGUOUS or value[:1].isdigit() or value[:1] in "+-." or "?" in value:
        return DoubleQuotedScalarString(value)
    return value
