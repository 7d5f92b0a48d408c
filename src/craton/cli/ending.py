"""How a command that serves comes to its end: by a signal, or with whoever started it."""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_MOST_BYTES: Final = 4096


class Ending:
    """Waits for a signal to end, once it is entered.

    A handler writes to a pipe: had it to set an event, it could meet the lock that who waits for it holds.
    """

    def __init__(self) -> None:
        self._reads, self._writes = os.pipe()

    def __enter__(self) -> Self:
        for number in SIGNALS:
            signal.signal(number, lambda *_: os.write(self._writes, b"."))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL if number is signal.SIGTERM else signal.default_int_handler)
        os.close(self._reads)
        os.close(self._writes)

    def wait(self, *, with_input: bool) -> None:
        """It is time to end: a signal came, or, where that counts, whoever wrote to our input is gone."""
        watched = [self._reads, *([sys.stdin.fileno()] if with_input else [])]
        while True:
            ready, _, _ = select.select(watched, [], [])
            if self._reads in ready or not os.read(sys.stdin.fileno(), _MOST_BYTES):
                return
