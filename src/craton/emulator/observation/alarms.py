"""Alarms that evaluate whenever a value comes, and whenever somebody asks for their state.

The period that still runs counts as well, so that a rehearsal needs no waiting; CloudWatch waits for its end.

Source: "Using Amazon CloudWatch alarms", docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
AlarmThatSendsEmail.html, and "Configuring how CloudWatch alarms treat missing data", the same guide,
retrieved 2026-11-26.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from botocore.exceptions import ClientError
from botocore.session import Session

from craton.emulator.delivery.access import LostError, check_fault, lost
from craton.emulator.delivery.targets import Sender, invoke, publish
from craton.emulator.errors import NotEmulatedError
from craton.emulator.observation import metrics
from craton.emulator.observation.metrics import begin_of, points, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from craton.emulator.observation.metrics import Metric
    from craton.emulator.observation.metrics_query import MetricsQuery
    from craton.emulator.world import World

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_ACTIONS: Final = {"OK": "OKActions", "ALARM": "AlarmActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
_SHELF: Final = "alarms"


@dataclass(slots=True, kw_only=True)
class Alarm:
    """An alarm as PutMetricAlarm told it, and its state."""

    arn: str
    account: str
    region: str
    told: dict[str, Any]
    metric: Metric
    query: MetricsQuery | None = None
    configured: dt.datetime
    updated: dt.datetime
    state: State = "INSUFFICIENT_DATA"
    reason: str = "Unchecked: Initial alarm creation"
    reason_data: str | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.told["AlarmName"])

    @property
    def statistic(self) -> str:
        """Which statistic it compares."""
        return self.query.statistic if self.query else str(self.told["Statistic"])

    @property
    def period(self) -> int:
        """How long a period is. Units: seconds."""
        return self.query.period if self.query else int(self.told["Period"])

    def watches(self, metric: Metric) -> bool:
        """Whether values of the metric count for it."""
        return self.query.takes(metric) if self.query else self.metric == metric


def alarms(world: World, account: str, region: str) -> dict[str, Alarm]:
    """The alarms of an account and Region by name."""
    return world.shelf(account, region, _SHELF)


def watch(world: World) -> None:
    """Alarms hear of every value from now on."""
    held = metrics.listeners(world)
    if not held:
        held.append(lambda account, region, metric: evaluate_all(world, account, region, metric))


def evaluate_all(world: World, account: str, region: str, metric: Metric | None = None) -> None:
    """Each alarm, or each on a metric, is in the state that the values of this moment give."""
    for alarm in list(alarms(world, account, region).values()):
        if metric is None or alarm.watches(metric):
            found = _evaluated(world, alarm)
            if found is not None and found[0] != alarm.state:
                change(world, alarm, *found)


def _evaluated(world: World, alarm: Alarm) -> tuple[State, str] | None:
    """The state of this moment and its reason; None where it stays as it is for want of data."""
    told = alarm.told
    period, count = alarm.period, int(told["EvaluationPeriods"])
    last = begin_of(world.now(), period)
    first = last - dt.timedelta(seconds=period * (count - 1))
    end = last + dt.timedelta(seconds=period)
    kept = list(samples(world, alarm.account, alarm.region).items())
    held = [sample for metric, values in kept if alarm.watches(metric) for sample in list(values)]
    found = points(held, first, end, period, told.get("Unit"))
    values = [point.statistic(alarm.statistic) for point in found]
    missing = count - len(values)
    treat = str(told.get("TreatMissingData") or "missing")
    if not values and treat == "ignore":
        return None
    if not values and treat == "missing":
        return "INSUFFICIENT_DATA", "Insufficient Data: no datapoints were received."
    compare, threshold = OPERATORS[str(told["ComparisonOperator"])], float(told["Threshold"])
    breaching = sum(compare(value, threshold) for value in values) + (missing if treat == "breaching" else 0)
    enough = int(told.get("DatapointsToAlarm") or count)
    reason = (
        f"Threshold Crossed: {breaching} of {count} datapoints {values} breach the threshold ({threshold})."
    )
    return ("ALARM" if breaching >= enough else "OK"), reason


def change(world: World, alarm: Alarm, state: State, reason: str, data: str | None = None) -> None:
    """The alarm has a new state, and does what it does then."""
    before = alarm.state
    alarm.state, alarm.reason, alarm.reason_data, alarm.updated = state, reason, data, world.now()
    for listener in listeners(world):
        listener(alarm, before)
    if not alarm.told.get("ActionsEnabled", True):
        return
    for action in alarm.told.get(_ACTIONS[state]) or ():
        world.work.start(f"alarm {alarm.name}", functools.partial(_act, world, alarm, before, str(action)))


def listeners(world: World) -> list[Callable[[Alarm, State], None]]:
    """What is called with an alarm and its former state after it changed."""
    return world.held("", "", "alarm listeners", list)


def _act(world: World, alarm: Alarm, before: State, action: str) -> None:
    try:
        check_fault(world, "cloudwatch", alarm.account, alarm.region)
        if ":lambda:" in action:
            sender = Sender("lambda.alarms.cloudwatch.amazonaws.com", alarm.arn, alarm.account)
            invoke(world, sender, action, json.dumps({"source": "aws.cloudwatch", **_event(alarm, before)}))
        else:
            sender = Sender("cloudwatch.amazonaws.com", alarm.arn, alarm.account)
            subject = f'{alarm.state}: "{alarm.name}" in {region_name(alarm.region)}'
            publish(world, sender, action, json.dumps(_message(alarm, before)), subject)
    except (LostError, ClientError, NotEmulatedError) as why:
        lost(world, f"the action {action} of the alarm {alarm.arn}", why)


def _event(alarm: Alarm, before: State) -> dict[str, Any]:
    """What a function is told.

    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html, retrieved
    2026-11-26.
    """
    return {
        "alarmArn": alarm.arn,
        "accountId": alarm.account,
        "time": moment(alarm.updated),
        "region": alarm.region,
        "alarmData": {
            "alarmName": alarm.name,
            "state": {"value": alarm.state, "reason": alarm.reason, "timestamp": moment(alarm.updated)},
            "previousState": {"value": before},
            "configuration": {"description": alarm.told.get("AlarmDescription")},
        },
    }


def _message(alarm: Alarm, before: State) -> dict[str, Any]:
    """What a topic is told, by the names that notifications have."""
    told = alarm.told
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": told.get("AlarmDescription"),
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": moment(alarm.configured),
        "NewStateValue": alarm.state,
        "NewStateReason": alarm.reason,
        "StateChangeTime": moment(alarm.updated),
        "Region": region_name(alarm.region),
        "AlarmArn": alarm.arn,
        "OldStateValue": before,
        "OKActions": list(told.get("OKActions") or ()),
        "AlarmActions": list(told.get("AlarmActions") or ()),
        "InsufficientDataActions": list(told.get("InsufficientDataActions") or ()),
        "Trigger": {
            **_watched(alarm),
            "Period": alarm.period,
            "EvaluationPeriods": told["EvaluationPeriods"],
            "DatapointsToAlarm": told.get("DatapointsToAlarm") or told["EvaluationPeriods"],
            "ComparisonOperator": told["ComparisonOperator"],
            "Threshold": told["Threshold"],
            "TreatMissingData": told.get("TreatMissingData") or "missing",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


def _watched(alarm: Alarm) -> dict[str, Any]:
    if alarm.query:
        return {"Metrics": alarm.told["Metrics"]}
    return {
        "MetricName": alarm.metric.name,
        "Namespace": alarm.metric.namespace,
        "StatisticType": "Statistic",
        "Statistic": alarm.statistic.upper(),
        "Unit": alarm.told.get("Unit"),
        "Dimensions": [{"value": value, "name": name} for name, value in sorted(alarm.metric.dimensions)],
    }


def moment(at: dt.datetime) -> str:
    """A moment as alarms tell it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"


@functools.cache
def region_name(region: str) -> str:
    """What people call a Region, as botocore's partitions tell it."""
    partitions: Iterable[Mapping[str, Any]] = (
        Session().get_component("data_loader").load_data("partitions")["partitions"]
    )
    for partition in partitions:
        if region in partition["regions"]:
            return str(partition["regions"][region].get("description", region))
    return region
