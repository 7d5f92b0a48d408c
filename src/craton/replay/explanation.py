"""Why one recorded call came out as it did, as plain values."""

from __future__ import annotations

from msgspec import Struct

from craton.replay.denial import Denial
from craton.replay.events import RecordedEvent
from craton.simulator.call_report import ToldLeg
from craton.simulator.decision import Outcome


class MissingKey(Struct, frozen=True):
    """A condition key that leaves a leg open, and why nothing tells it."""

    key: str
    reason: str


class Explanation(Struct, frozen=True, kw_only=True):
    """Why a call came out as it did.

    `said` is what AWS's own message says. `decision` is what the organization policies of today make of it,
    leg by leg. `conclusion` puts both together; `not_known` is what would have to be known for more.
    """

    event: RecordedEvent
    said: Denial | None
    decision: Outcome
    conclusion: str
    legs: tuple[ToldLeg, ...]
    missing: tuple[MissingKey, ...]
    not_known: tuple[str, ...]
