"""What goes on behind an answered call: each piece on a thread of its own, known until it ends."""

from __future__ import annotations

import threading
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Work:
    """The pieces of work that are under way."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self._running: set[threading.Thread] = set()
        self._idle = threading.Condition()

    def start(self, name: str, work: Callable[[], object]) -> None:
        """Begins a piece of work. An error in it is kept in `failures`: it is a bug of the emulator."""

        def run() -> None:
            try:
                work()
            except Exception:  # noqa: BLE001 - whatever it is, it is a bug, and must not go unseen
                self.failures.append(traceback.format_exc())
            finally:
                with self._idle:
                    self._running.discard(thread)
                    self._idle.notify_all()

        thread = threading.Thread(target=run, name=name, daemon=True)
        with self._idle:
            self._running.add(thread)
        thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether everything came to rest in that time."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._running, timeout=seconds)
