"""Every rule, found by looking into the folder `rules`."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import MappingProxyType
from typing import TYPE_CHECKING

from craton.linter import rules as every_rule
from craton.linter.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping


@functools.cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id: each module of the folder `rules` defines one."""
    found: dict[str, Rule] = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(every_rule.__path__)):
        rule = importlib.import_module(f"{every_rule.__name__}.{module}").RULE
        if not isinstance(rule, Rule):
            raise TypeError(f"{every_rule.__name__}.{module} defines no rule")
        found[module] = rule
    return MappingProxyType(found)
