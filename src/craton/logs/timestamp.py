"""Times as logs write them."""

from __future__ import annotations

import datetime as dt
from typing import Final

FIRST_YEAR: Final = 2006
LAST_YEAR: Final = 2099
"""A record from before AWS, or from the next century, has a broken clock rather than a date."""

_EPOCH: Final = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - times are naive UTC throughout
_read = dt.datetime.fromisoformat
_SHORTEST: Final = len("2026-10-01T12:00:00")


def utc_time(text: str) -> dt.datetime | None:
    """The moment that an ISO 8601 text names, as naive UTC in microseconds; None where it names none.

    With `T` or a space, with `Z`, an offset or nothing (then UTC), with any number of fractional digits, of
    which those past the sixth are cut off.
    """
    if len(text) < _SHORTEST:
        return None
    in_utc = text[-1] in "Zz"
    try:
        moment = _read(text[:-1] if in_utc else text)
        if moment.tzinfo is not None:
            if in_utc:
                return None
            moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def utc_time_of_epoch(milliseconds: float) -> dt.datetime | None:
    """The moment so many milliseconds after 1970, as naive UTC; None where that is no plausible date."""
    try:
        moment = _EPOCH + dt.timedelta(milliseconds=milliseconds)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
