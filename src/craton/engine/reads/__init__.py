"""What is read of AWS: one file a service that holds a `PLAN`, found by looking.

Asked is what Craton makes, and what tells whether it does its work.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.engine.reads.question import Plan


@functools.cache
def plans() -> Mapping[str, Plan]:
    """The plan of each service, in the order of their names."""
    modules = (importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__))
    found = (module.PLAN for module in modules if hasattr(module, "PLAN"))
    return {plan.service: plan for plan in sorted(found, key=lambda plan: str(plan.service))}
