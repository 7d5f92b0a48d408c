"""The sorts of things that deployments want, one file each."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

from craton.planner.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.core.deployment import Deployment, DeploymentStep
    from craton.planner.seen import Seen


@functools.cache
def sorts() -> Mapping[str, type[Thing]]:
    """The classes of things by the operation of the steps that want them."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {one.operation: one for one in Thing.__subclasses__()}


def thing_of(step: DeploymentStep, deployment: Deployment, seen: Seen) -> Thing:
    """What a step wants. Raises: KeyError where no sort of thing is wanted by such a step."""
    return sorts()[step.operation](step, deployment, seen)
