"""How fast AWS is asked: no faster than its rates, and slower for a while where it says it is too fast."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.registry.api_rates import api_rate

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAST: Final = 0.1
"""However often calls are throttled, the pace is never less than this share of the rate."""

_SLOWED: Final = 0.7
"""What is left of the pace after a call was throttled, as botocore's adaptive mode has it."""

_RECOVERY: Final = 0.1
"""What each call that is not throttled gives back of the pace, as a share of the rate."""


class Lane(Struct, frozen=True):
    """Calls that share a rate: some operations of a service, in one account and Region."""

    account: str
    region: str
    service: str
    operations: tuple[str, ...]


def lane_of(account: str, region: str, service: str, operation: str) -> Lane:
    """The lane that an operation is in."""
    rate = api_rate(service, operation)
    return Lane(account, region, service, rate.operations)


class _Pace(Struct):
    """Where a lane stands. `due` is when its next call would be due if calls came evenly.

    Units: seconds of the clock; `share` is of the rate.
    """

    due: float
    share: float = 1.0


class Pacing:
    """The pace of every lane; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._paces: dict[Lane, _Pace] = {}
        self._lock = threading.Lock()

    def pause(self, lane: Lane, operation: str) -> float:
        """So long the next call must wait, for which room is made now. Units: seconds."""
        rate = api_rate(lane.service, operation)
        now = self._clock()
        with self._lock:
            pace = self._paces.setdefault(lane, _Pace(now))
            interval = 1 / (rate.per_second * pace.share)
            ahead = max(0.0, rate.burst * pace.share - 1) * interval
            begun = max(pace.due, now)
            pace.due = begun + interval
        return max(0.0, begun - now - ahead)

    def throttled(self, lane: Lane) -> None:
        """AWS found the lane too fast: it goes slower from now on."""
        with self._lock:
            pace = self._paces.setdefault(lane, _Pace(self._clock()))
            pace.share = max(_LEAST, pace.share * _SLOWED)

    def answered(self, lane: Lane) -> None:
        """AWS took a call: the lane may go a little faster again, up to its rate."""
        with self._lock:
            pace = self._paces.get(lane)
            if pace is not None and pace.share < 1.0:
                pace.share = min(1.0, pace.share + _RECOVERY)
