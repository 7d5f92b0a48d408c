"""The history of an execution, as GetExecutionHistory tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

_TRUNCATED: Final = {"truncated": False}


class History:
    """The events so far; each names the one before it."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self.now = now
        self.events: list[dict[str, Any]] = []

    def add(self, kind: str, details: str | None = None, **told: Any) -> None:
        """An event of a kind happened; `details` is the member of the event that holds what is told."""
        event: dict[str, Any] = {
            "timestamp": self.now(),
            "type": kind,
            "id": len(self.events) + 1,
            "previousEventId": len(self.events),
        }
        if details is not None:
            event[details] = {name: one for name, one in told.items() if one is not None}
        self.events.append(event)

    def entered(self, kind: str, name: str, held: Any) -> None:
        """A state was entered with an input."""
        self.add(
            f"{kind}StateEntered",
            "stateEnteredEventDetails",
            name=name,
            input=json.dumps(held),
            inputDetails=_TRUNCATED,
        )

    def exited(self, kind: str, name: str, output: Any) -> None:
        """A state was left with an output."""
        self.add(
            f"{kind}StateExited",
            "stateExitedEventDetails",
            name=name,
            output=json.dumps(output),
            outputDetails=_TRUNCATED,
        )
