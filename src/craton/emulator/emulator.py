"""The emulator put together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from craton.emulator.application import Application
from craton.emulator.authorization import Authorization
from craton.emulator.catalog import all_services
from craton.emulator.inside import Inside
from craton.emulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable


def emulator(management_account: str, clock: Callable[[], dt.datetime] | None = None) -> Application:
    """An emulated AWS in which only the management account exists, and its root user has a key."""
    world = World(management_account, clock or _now)
    services = all_services()
    application = Application(world, services, (Authorization(services),))
    world.inside = Inside(application)
    world.keyring.root_key(management_account)
    return application


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
