"""When people and programs call: the shape of a day and of a week."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.engine.demo.calls import DAY_MS, EPOCH
from craton.engine.demo.dice import Weighted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.engine.demo.dice import Dice

DAYS: Final = 90
"""How long the traffic lasts."""

Rhythm = Literal["office", "shop", "nightly", "steady"]

_HOURS: Final[Mapping[Rhythm, tuple[int, ...]]] = MappingProxyType(
    {
        # UTC; the organization works in the time zones of America.
        "office": (2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 8, 16, 24, 27, 26, 22, 25, 28, 26, 20, 12, 5),
        "shop": (22, 18, 13, 9, 6, 4, 3, 3, 4, 6, 9, 13, 17, 21, 24, 26, 27, 26, 25, 26, 28, 29, 28, 25),
        "nightly": (0, 0, 0, 0, 5, 40, 38, 30, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        "steady": (10,) * 24,
    }
)
_WEEK: Final[Mapping[Rhythm, tuple[float, ...]]] = MappingProxyType(
    {
        "office": (1.0, 1.08, 1.1, 1.05, 0.85, 0.1, 0.06),
        "shop": (0.95, 0.93, 0.95, 1.0, 1.1, 1.2, 1.1),
        "nightly": (1.0, 1.0, 1.0, 1.0, 1.0, 0.4, 0.4),
        "steady": (1.0,) * 7,
    }
)
_WEIGHTED: Final = {name: Weighted(dict(enumerate(hours))) for name, hours in _HOURS.items()}


def share_of_weekday(rhythm: Rhythm, day: dt.date) -> float:
    """How many calls the day sees, as a share of an ordinary Monday."""
    return _WEEK[rhythm][day.weekday()]


def moment(dice: Dice, rhythm: Rhythm, day_ms: int) -> int:
    """Some moment of the day, as likely as the rhythm says. Units: milliseconds since 1970."""
    return day_ms + dice.of(_WEIGHTED[rhythm]) * 3_600_000 + dice.below(3_600_000)


def midnight(day: dt.date) -> int:
    """Where the day begins. Units: milliseconds since 1970."""
    return (day - EPOCH.date()).days * DAY_MS


class Day(Struct, frozen=True):
    """The day so many days before `as_of`, the day up to which the traffic goes."""

    as_of: dt.date
    days_left: int

    @property
    def date(self) -> dt.date:
        """The day itself."""
        return self.as_of - dt.timedelta(days=self.days_left)

    @property
    def begin(self) -> int:
        """Where it begins. Units: milliseconds since 1970."""
        return midnight(self.date)

    def holds(self, moment: int) -> bool:
        """Whether a moment lies in it. Units: milliseconds since 1970."""
        return self.begin <= moment < self.begin + DAY_MS

    @property
    def is_first(self) -> bool:
        """Whether the traffic begins with it."""
        return self.days_left == DAYS

    @property
    def progress(self) -> float:
        """How much of the whole time has passed, from 0 to 1."""
        return 1 - self.days_left / DAYS
