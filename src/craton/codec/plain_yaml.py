"""YAML of the package itself to plain values, by the parser in C: every command reads some.

What people write is read by `craton.codec.yaml_source`, which knows where everything stands.
"""

from __future__ import annotations

from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML tells no types


def plain(text: str) -> Any:
    """The document's value. Raises: yaml.YAMLError where it is none."""
    return yaml.load(text, yaml.CSafeLoader)
