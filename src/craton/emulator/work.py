"""What goes on behind an answered call: each piece on a thread that has no other, known until it ends."""

from __future__ import annotations

import queue
import threading
import traceback
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Piece = tuple[str, Callable[[], object]]

_SPARE_SECONDS: Final = 10.0
"""So long a thread that has nothing to do waits for more: to start another one takes its caller's time."""


class Work:
    """The pieces of work that are under way."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self._running = 0
        self._spare = 0
        self._pieces: queue.SimpleQueue[Piece] = queue.SimpleQueue()
        self._changed = threading.Condition()

    def start(self, name: str, work: Callable[[], object]) -> None:
        """Begins a piece of work. An error in it is kept in `failures`: it is a bug of the emulator."""
        with self._changed:
            self._running += 1
            is_spared = self._spare > 0
            self._spare -= is_spared
        if is_spared:
            self._pieces.put((name, work))
        else:
            threading.Thread(target=self._serve, args=((name, work),), daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether everything came to rest in that time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, timeout=seconds)

    def _serve(self, piece: Piece | None) -> None:
        """Carries out one piece after the other, until there has been none for a while."""
        while piece is not None:
            self._carry_out(*piece)
            piece = self._next()

    def _carry_out(self, name: str, work: Callable[[], object]) -> None:
        threading.current_thread().name = name
        try:
            work()
        except Exception:  # noqa: BLE001 - whatever it is, it is a bug, and must not go unseen
            self.failures.append(traceback.format_exc())
        finally:
            with self._changed:
                self._running -= 1
                self._spare += 1
                self._changed.notify_all()

    def _next(self) -> Piece | None:
        """The next piece for a thread that is spare now; None where it may end."""
        try:
            return self._pieces.get(timeout=_SPARE_SECONDS)
        except queue.Empty:
            with self._changed:
                if self._spare:
                    self._spare -= 1
                    return None
            return self._pieces.get()  # as many pieces were promised as threads are left
