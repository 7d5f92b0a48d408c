"""Calls and alarms as events on the default bus of their account and Region.

A call is an event only where a trail logs it, and one that changes nothing only for rules that want it.

Source: "AWS service events delivered via AWS CloudTrail", docs.aws.amazon.com/eventbridge/latest/userguide/
eb-service-event-cloudtrail.html, and "Alarm events and EventBridge", docs.aws.amazon.com/AmazonCloudWatch/
latest/monitoring/cloudwatch-and-eventbridge.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.observation import alarms
from craton.emulator.observation.buses import DEFAULT, buses, event, hand_on
from craton.emulator.observation.event_names import is_logged, is_read_only, source_of
from craton.emulator.observation.trail_event import event_of, region_of
from craton.emulator.observation.trails import is_taken

if TYPE_CHECKING:
    from craton.emulator.observation.alarms import Alarm, State
    from craton.emulator.record import Record
    from craton.emulator.world import World

CALL: Final = "AWS API Call via CloudTrail"
ALARM: Final = "CloudWatch Alarm State Change"
_SHELF: Final = "event buses listen"


def watch(world: World) -> None:
    """Buses hear of every call and of every alarm from now on."""
    kept = world.shelf("", "", _SHELF)
    if "" not in kept:
        kept[""] = True
        world.hearers.append(lambda record: _of_call(world, record))
        alarms.listeners(world).append(lambda alarm, before: _of_alarm(world, alarm, before))


def _of_call(world: World, record: Record) -> None:
    if record.caller.type == "AWSService" or not is_logged(record.operation):
        return
    region, account = region_of(record), record.caller.account
    bus = buses(world, account, region)[DEFAULT]
    if not any(rule.pattern for rule in bus.rules.values()) or not is_taken(world, record):
        return
    source = f"aws.{source_of(record.operation).removesuffix('.amazonaws.com')}"
    told = event(world, (account, region), source, CALL, event_of(world, record), at=record.time)
    hand_on(world, bus, told, of_a_read=is_read_only(record.operation))


def _of_alarm(world: World, alarm: Alarm, before: State) -> None:
    detail: dict[str, Any] = {
        "alarmName": alarm.name,
        "state": {"value": alarm.state, "reason": alarm.reason, "timestamp": alarms.moment(alarm.updated)},
        "previousState": {"value": before},
        "configuration": {"description": alarm.told.get("AlarmDescription")},
    }
    told = event(
        world,
        (alarm.account, alarm.region),
        "aws.cloudwatch",
        ALARM,
        detail,
        resources=(alarm.arn,),
    )
    hand_on(world, buses(world, alarm.account, alarm.region)[DEFAULT], told)
