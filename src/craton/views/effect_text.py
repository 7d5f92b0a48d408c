"""What a change of policies makes of recorded calls, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.plural import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.planner.effect import Affected, PolicyEffect

_MOST_TEAMS: Final = 3


def effect_text(effect: PolicyEffect) -> str:
    """What becomes of the calls of the last days, in one sentence without a period."""
    if effect.state == "none":
        return f"no effect by itself: {effect.because}"
    if effect.state == "unknown":
        return f"effect unknown: {effect.because}"
    told = [
        f"will newly {verb} {plural(calls, 'call')}{_by(affected)}"
        for verb, calls, affected in (
            ("deny", effect.newly_denied, effect.denied),
            ("allow", effect.newly_allowed, effect.allowed),
        )
        if calls
    ]
    said = " and ".join(told) or "will change no call"
    unsure = f"; of {effect.unknown:,} it is not known" if effect.unknown else ""
    return f"{said}{unsure}, {basis_text(effect)}"


def basis_text(effect: PolicyEffect) -> str:
    """On what a replay rests: the calls, and how many of the days have any."""
    days = f"the last {plural(effect.of_days, 'day')}"
    known = days if effect.days >= effect.of_days else f"{effect.days} of {days}"
    return f"by replay of {plural(effect.calls, 'call')} of {known}"


def _by(affected: tuple[Affected, ...]) -> str:
    """Whose calls they are: by 3 principals of team search."""
    if not affected:
        return ""
    told = [f"{plural(one.principals, 'principal')} of {_team(one)}" for one in affected[:_MOST_TEAMS]]
    more = len(affected) - _MOST_TEAMS
    if more > 0:
        told.append(f"others of {plural(more, 'more team')}")
    return f" by {_joined(told)}"


def _team(one: Affected) -> str:
    return f"team {one.team}" if one.team is not None else "no known team"


def _joined(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
