"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by work in stages; drawn by a face."""

    def begin(self, stage: str, total: int, *, unit: str) -> None:
        """A stage of so many units begins; the one before it is over."""

    def advance(self, amount: int) -> None:
        """So many units more are done."""


class Silent:
    """Draws nothing."""

    def begin(self, stage: str, total: int, *, unit: str) -> None:
        """See `Progress`."""

    def advance(self, amount: int) -> None:
        """See `Progress`."""
