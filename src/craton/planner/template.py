"""CloudFormation templates as values, so that two can be compared whatever their layout."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruamel.yaml.nodes import Node


class _Constructor(SafeConstructor):
    """Reads the short forms of functions as their long ones, and dates as texts."""


def _function(constructor: _Constructor, suffix: str, node: Node) -> dict[str, Any]:
    if isinstance(node, ScalarNode):
        told: Any = constructor.construct_scalar(node)
    elif isinstance(node, SequenceNode):
        told = constructor.construct_sequence(node, deep=True)
    elif isinstance(node, MappingNode):
        told = constructor.construct_mapping(node, deep=True)
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if name == "Fn::GetAtt" and isinstance(told, str):
        told = told.split(".", 1)
    return {name: told}


_Constructor.add_multi_constructor("!", _function)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


@functools.lru_cache(maxsize=64)
def template_value(text: str) -> Mapping[str, Any]:
    """The template that a text tells, in JSON or YAML, with functions in their long form.

    Raises: ruamel.yaml.error.YAMLError where it is neither.
    """
    reader = YAML(typ="safe")
    reader.Constructor = _Constructor
    told: Mapping[str, Any] = reader.load(text)
    return told
