"""Times of calls, made fewer: all that a policy's dates cannot tell apart become one.

Nearly every call has a time of its own. Between two dates that policies name, any time is as good as another.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from craton.replay.predicates import quoted
from craton.simulator.comparison import literal, moment
from craton.simulator.condition import criterion

if TYPE_CHECKING:
    from decimal import Decimal

    from craton.replay.organization import StatementBook

TIME: Final = "aws:currenttime"
_EPOCH: Final = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as in the lake
_FIRST, _LAST = (1000, 1, 2), (9999, 12, 30)


def quantised(book: StatementBook, key: str, value: str) -> str:
    """The SQL of a key's value with as few distinct values as its conditions can tell apart."""
    if key.lower() != TIME:
        return value
    found = _boundaries(book)
    if found is None:
        return value
    if not found:
        return quoted(_iso(_EPOCH))
    second = dt.timedelta(seconds=1)
    cases = [f"WHEN e.event_time < TIMESTAMP '{found[0]}' THEN {quoted(_iso(found[0] - second))}"]
    for place, one in enumerate(found):
        cases.append(f"WHEN e.event_time < TIMESTAMP '{one + second}' THEN {quoted(_iso(one))}")
        if place + 1 < len(found):
            later = f"TIMESTAMP '{found[place + 1]}'"
            cases.append(f"WHEN e.event_time < {later} THEN {quoted(_iso(one + second))}")
    return f"CASE {' '.join(cases)} ELSE {quoted(_iso(found[-1] + second))} END"


def _boundaries(book: StatementBook) -> list[dt.datetime] | None:
    """The seconds at which a condition on the time may change; None where it is not only held to dates."""
    found: set[dt.datetime] = set()
    for one in book.statements:
        for condition in one.statement.conditions:
            asked = criterion(condition, one.policy.version)
            if TIME not in asked.keys:
                continue
            name = asked.operator.name
            if asked.keys != (TIME,) or not (name.startswith("Date") or name == "Null"):
                return None
            for wanted in asked.wanted if name != "Null" else ():
                at = moment(literal(wanted.parts))
                if at is None:
                    continue
                boundary = _rounded_up(at)
                if boundary is None:
                    return None
                found.add(boundary)
    if any(TIME in group.keys and group.of_resource for group in book.masks.groups):
        return None
    return sorted(found)


def _rounded_up(seconds: Decimal) -> dt.datetime | None:
    whole = int(seconds)
    whole += whole < seconds
    try:
        at = _EPOCH + dt.timedelta(seconds=whole)
    except OverflowError:
        return None
    inside = dt.datetime(*_FIRST) < at < dt.datetime(*_LAST)  # noqa: DTZ001 - naive UTC
    return at if inside else None


def _iso(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
