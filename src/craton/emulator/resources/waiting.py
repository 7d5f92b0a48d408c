"""Waiting for what a service does behind its calls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 600.0
_PAUSE: Final = 0.01


def rested(ask: Callable[[], str], what: str) -> str:
    """The state of something, once it is none of those that end in `_IN_PROGRESS`.

    Raises: ServiceError where it does not come to rest.
    """
    deadline = time.monotonic() + _LONGEST
    while (state := ask()).endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise ServiceError("ValidationError", f"{what} did not come to rest")
        time.sleep(_PAUSE)
    return state
