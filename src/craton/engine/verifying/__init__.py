"""What `craton verify` looks at: one check a file that holds a `CHECK`, found by looking."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.engine.verifying.check import Check


@functools.cache
def checks() -> Mapping[str, Check]:
    """Every check by its id, which is the name of its file."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__))
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: module.CHECK for name, module in modules.items() if hasattr(module, "CHECK")}
