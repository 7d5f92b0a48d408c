"""Every service that the emulator has, found by looking."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from craton.emulator import services

if TYPE_CHECKING:
    from craton.emulator.service import Service


def all_services() -> dict[str, Service]:
    """Every service by name: the modules of `services/` that define `SERVICE`, or several as `SERVICES`."""
    found: dict[str, Service] = {}
    for module in pkgutil.iter_modules(services.__path__):
        loaded = importlib.import_module(f"{services.__name__}.{module.name}")
        for service in getattr(loaded, "SERVICES", None) or (loaded.SERVICE,):
            found[service.name] = service
    return dict(sorted(found.items()))
