"""One file for each kind of cloud resource that Craton manages.

A file holds a `KIND` (see `craton.core.kind`): its section of the manifest with sound defaults, the resources
that follow, and how environments differ in them. To add a kind, add a file.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

from craton.core.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.core.manifest_section import Section


@functools.cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of names. Raises: TypeError where a file of this folder holds none."""
    found = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        if module.ispkg:
            continue
        kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "KIND", None)
        if not isinstance(kind, Kind):
            raise TypeError(f"`{module.name}.py` holds no `KIND`")
        found.append(kind)
    return tuple(found)


def sections() -> Mapping[str, type[Section]]:
    """The manifest sections of all kinds, by key. Raises: ValueError where two kinds want one key."""
    found: dict[str, type[Section]] = {}
    for kind in kinds():
        if kind.section is not None:
            key, section = kind.section
            if found.get(key, section) is not section:
                raise ValueError(f"two kinds have a section `{key}`")
            found[key] = section
    return found
