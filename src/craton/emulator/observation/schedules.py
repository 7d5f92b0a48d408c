"""Rules that fire by the clock of the machine.

Source: "Creating an Amazon EventBridge rule that runs on a schedule", docs.aws.amazon.com/eventbridge/latest/
userguide/eb-create-rule-schedule.html, and "Cron expressions", the same guide, retrieved 2026-11-26.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.buses import event, fire

if TYPE_CHECKING:
    from craton.emulator.observation.buses import Bus, Rule
    from craton.emulator.world import World

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_CRON: Final = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86400}
_BOUNDS: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FURTHEST: Final = dt.timedelta(days=366 * 5)
_INVALID: Final = "Parameter ScheduleExpression is not valid."


class Schedule(Struct, frozen=True, kw_only=True):
    """When a rule fires: every so many seconds, or at the minutes that all six fields hold."""

    every: int | None = None
    fields: tuple[frozenset[int], ...] = ()

    def after(self, moment: dt.datetime) -> dt.datetime | None:
        """The first time after a moment; None where there is none in the years to come."""
        if self.every is not None:
            return moment + dt.timedelta(seconds=self.every)
        minutes, hours, days, months, weekdays, years = self.fields
        found = moment.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
        end = found + _FURTHEST
        while found < end:
            day = found.isoweekday() % 7 + 1
            if (
                found.year not in years
                or found.month not in months
                or not (found.day in days and day in weekdays)
            ):
                found = found.replace(hour=0, minute=0) + dt.timedelta(days=1)
            elif found.hour not in hours:
                found = found.replace(minute=0) + dt.timedelta(hours=1)
            elif found.minute not in minutes:
                found += dt.timedelta(minutes=1)
            else:
                return found
        return None


def read_schedule(text: str) -> Schedule:
    """A schedule. Raises: ServiceError, and NotEmulatedError for the signs L, W and #."""
    rate = _RATE.fullmatch(text)
    if rate is not None:
        if int(rate[1]) == 0 or (int(rate[1]) == 1) != (rate[3] == ""):
            raise ServiceError("ValidationException", _INVALID)
        return Schedule(every=int(rate[1]) * _SECONDS[rate[2]])
    cron = _CRON.fullmatch(text)
    if cron is None or (cron[3] == "?") == (cron[5] == "?"):
        raise ServiceError("ValidationException", _INVALID)
    names = ((), (), (), _MONTHS, _DAYS, ())
    told = zip(cron.groups(), _BOUNDS, names, strict=True)
    return Schedule(fields=tuple(_field(one, bounds, words) for one, bounds, words in told))


def _field(text: str, bounds: tuple[int, int], names: tuple[str, ...]) -> frozenset[int]:
    """The values that a field of a cron expression stands for."""
    upper = text.upper()
    for number, name in enumerate(names, 1):
        upper = upper.replace(name, str(number))
    if set(upper) & {"L", "W", "#"}:
        raise NotEmulatedError(f"the field {text} of a schedule")
    return frozenset(value for part in upper.split(",") for value in _part(part, bounds))


def _part(part: str, bounds: tuple[int, int]) -> range:
    first, last = bounds
    whole, _, step = part.partition("/")
    try:
        if whole not in ("*", "?"):
            start, _, end = whole.partition("-")
            first = int(start)
            last = int(end) if end else (last if step else first)
        found = range(first, last + 1, int(step or 1))
    except ValueError as error:
        raise ServiceError("ValidationException", _INVALID) from error
    if not found or first < bounds[0] or last > bounds[1]:
        raise ServiceError("ValidationException", _INVALID)
    return found


def arm(world: World, bus: Bus, rule: Rule) -> None:
    """The rule fires at its next time, and again, for as long as it is the bus's rule and enabled."""
    now = dt.datetime.now(dt.UTC)
    due = read_schedule(str(rule.told["ScheduleExpression"])).after(now)
    if due is None:
        return
    work = world.work

    def run() -> None:
        if bus.rules.get(rule.name) is not rule or world.work is not work:
            return
        if rule.is_enabled:
            place = (bus.account, bus.region)
            told = event(world, place, "aws.events", "Scheduled Event", {}, resources=(rule.arn,))
            fire(world, bus, rule, told)
        arm(world, bus, rule)

    timer = threading.Timer((due - now).total_seconds(), run)
    timer.daemon = True
    timer.start()
