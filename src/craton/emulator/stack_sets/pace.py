"""How many accounts of a Region an operation works on at once, as failures come in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from craton.emulator.stack_sets.stack_set import Preferences

MOST_THREADS: Final = 8
"""So many accounts are worked on at once at the most, whatever an operation allows."""


class Pace:
    """Lets accounts of one Region begin.

    Where the tolerance is strict, each failure leaves room for one account less, so that never more than one
    fails beyond what is tolerated.
    Source: "StackSetOperationPreferences", docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
    API_StackSetOperationPreferences.html, on ConcurrencyMode, retrieved 2026-11-26.
    """

    def __init__(self, preferences: Preferences, accounts: int) -> None:
        self._most = min(MOST_THREADS, preferences.concurrent(accounts))
        self._tolerated = preferences.tolerated(accounts)
        self._is_soft = preferences.is_soft
        self._running = self._failed = 0
        self._changed = threading.Condition()

    @property
    def threads(self) -> int:
        """How many are worked on at once at first."""
        return self._room()

    @property
    def is_over(self) -> bool:
        """Whether more failed than is tolerated."""
        return self._failed > self._tolerated

    def begin(self) -> bool:
        """Waits for room; whether the next account may begin, because not too many have failed."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_over or self._running < self._room())
            if self.is_over:
                return False
            self._running += 1
            return True

    def end(self, *, failed: bool) -> None:
        """An account that began is done."""
        with self._changed:
            self._running -= 1
            self._failed += failed
            self._changed.notify_all()

    def _room(self) -> int:
        return self._most if self._is_soft else min(self._most, self._tolerated - self._failed + 1)
