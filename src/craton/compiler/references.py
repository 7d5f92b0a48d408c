"""Which resources of a template a value names: by Ref, Fn::GetAtt, or inside Fn::Sub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from craton.core.resource import ByEnvironment, ByPlace, ByRegion

_NAMED: Final = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")


def references(value: Any) -> Iterator[str]:
    """The logical ids that a value names, some more than once; those of parameters are among them."""
    for one in parts(value):
        if not isinstance(one, Mapping):
            continue
        match one:
            case {"Ref": str(name)}:
                yield name
            case {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
                yield from _NAMED.findall(text)
            case _:
                pass


def parts(value: Any) -> Iterator[Any]:
    """The value and all that stands in it, whichever environment, Region or place it is for."""
    yield value
    if isinstance(value, (ByEnvironment, ByRegion, ByPlace)):
        value = value.values
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield key
            yield from parts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from parts(one)
