"""Rules that fire by the clock of the machine.

Source: "Schedule types in EventBridge Scheduler" and "Creating an Amazon EventBridge rule that runs on a
schedule", docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html, retrieved
2026-11-26.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.buses import event, fire

if TYPE_CHECKING:
    from craton.emulator.observation.buses import Bus, Rule
    from craton.emulator.world import World

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86400}


def read_schedule(text: str) -> int:
    """The seconds between two runs. Raises: ServiceError, and NotEmulatedError for cron expressions."""
    if text.startswith("cron("):
        raise NotEmulatedError(f"the schedule {text}")
    found = _RATE.fullmatch(text)
    if found is None or int(found[1]) == 0 or (int(found[1]) == 1) != (found[3] == ""):
        raise ServiceError("ValidationException", "Parameter ScheduleExpression is not valid.")
    return int(found[1]) * _SECONDS[found[2]]


def arm(world: World, bus: Bus, rule: Rule) -> None:
    """The rule fires after its time, and again, for as long as it is the bus's rule and enabled."""
    seconds = read_schedule(str(rule.told["ScheduleExpression"]))
    work = world.work

    def run() -> None:
        if bus.rules.get(rule.name) is not rule or world.work is not work:
            return
        if rule.is_enabled:
            told = event(
                world,
                (bus.account, bus.region),
                "aws.events",
                "Scheduled Event",
                {},
                resources=(rule.arn,),
            )
            fire(world, bus, rule, told)
        arm(world, bus, rule)

    timer = threading.Timer(seconds, run)
    timer.daemon = True
    timer.start()
