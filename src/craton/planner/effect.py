"""What a change of organization policies would have made of calls that were recorded."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

EffectState = Literal["replayed", "none", "unknown"]
"""Recorded calls were decided before and after; it decides no call by itself; or it cannot be told."""


class Affected(Struct, frozen=True, kw_only=True):
    """The calls of one team that come out otherwise. `team` is None where no rule names an owner."""

    team: str | None
    principals: int
    calls: int


class PolicyEffect(Struct, frozen=True, kw_only=True):
    """What becomes of the calls of the last `of_days` days by one change alone, or by all of a plan together.

    `because` says why there is none or why it is unknown. `days` are those of the last `of_days` of which
    there are events. `unknown` are calls of which it cannot be told, of `calls` in all.
    Shapes: `denied` and `allowed` are the calls that come out otherwise by team, the most of them first.
    """

    state: EffectState
    because: str = ""
    days: int = 0
    of_days: int = 0
    calls: int = 0
    newly_denied: int = 0
    newly_allowed: int = 0
    unknown: int = 0
    denied: tuple[Affected, ...] = ()
    allowed: tuple[Affected, ...] = ()
