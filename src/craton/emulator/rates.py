"""How often calls may come, where AWS tells it and somebody who waits for it must be tried.

Source: `content/reference/api_rates.csv`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from craton.registry.api_rates import api_rate

if TYPE_CHECKING:
    import datetime as dt

    from craton.registry.api_rates import ApiRate


class Rates:
    """The calls of each account and Region that are still to be had at a moment."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str, str, str], tuple[float, dt.datetime]] = {}
        self._lock = threading.Lock()

    def takes(self, service: str, operation: str, account: str, region: str, now: dt.datetime) -> bool:
        """Whether one more call may come now, which is counted then. Units: `now` is naive UTC."""
        rate = api_rate(service, operation)
        key = (service, operation, account, region)
        with self._lock:
            left = self._refilled(key, rate, now)
            may = left >= 1
            self._left[key] = (left - may, now)
        return may

    def _refilled(self, key: tuple[str, str, str, str], rate: ApiRate, now: dt.datetime) -> float:
        left, since = self._left.get(key, (float(rate.burst), now))
        return min(float(rate.burst), left + rate.per_second * (now - since).total_seconds())
