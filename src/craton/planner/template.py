"""CloudFormation templates as values, so that two can be compared whatever their layout."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import yaml  # type: ignore[import-untyped]  # PyYAML tells no types

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Loader(yaml.CSafeLoader):  # type: ignore[misc]
    """Reads YAML 1.1 as CloudFormation does, the short forms of functions as their long ones, dates as texts.

    The parser is the one in C: templates are long, and those of every stack are read.
    """


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        told: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        told = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        told = loader.construct_mapping(node, deep=True)
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if name == "Fn::GetAtt" and isinstance(told, str):
        told = told.split(".", 1)
    return {name: told}


_Loader.add_multi_constructor("!", _function)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)


@functools.lru_cache(maxsize=64)
def template_value(text: str) -> Mapping[str, Any]:
    """The template that a text tells, in JSON or YAML, with functions in their long form.

    Raises: yaml.YAMLError where it is neither.
    """
    told: Mapping[str, Any] = yaml.load(text, _Loader)  # noqa: S506 - a safe loader with functions
    return told
