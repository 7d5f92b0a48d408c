"""Metric streams: each value that comes goes to a Firehose stream as a line of JSON.

CloudWatch puts the values of a minute together; here each goes by itself.

Source: "Use metric streams" and "CloudWatch metric stream output in JSON format", docs.aws.amazon.com/
AmazonCloudWatch/latest/monitoring/CloudWatch-Metric-Streams.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from botocore.exceptions import ClientError

from craton.emulator.delivery.access import LostError, check_fault, in_role, lost
from craton.emulator.delivery.log_events import milliseconds
from craton.emulator.errors import NotEmulatedError
from craton.emulator.observation import metrics

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.observation.metrics import Metric, Sample
    from craton.emulator.world import World

PRINCIPAL: Final = "streams.metrics.cloudwatch.amazonaws.com"
RUNNING: Final = "running"
STOPPED: Final = "stopped"
Shares: TypeAlias = Callable[["World", str, str, str], bool]
"""Whether an account, named first, shares its metrics with another in a Region."""

_SHELF: Final = "metric streams"
_WATCHING: Final = "metric streams watch"


@dataclass(slots=True, kw_only=True)
class MetricStream:
    """A stream as PutMetricStream told it."""

    name: str
    arn: str
    account: str
    region: str
    told: dict[str, Any]
    made: dt.datetime
    updated: dt.datetime
    state: str = RUNNING
    tags: dict[str, str] = field(default_factory=dict)

    def takes(self, metric: Metric) -> bool:
        """Whether values of a metric go into the stream."""
        included, excluded = self.told.get("IncludeFilters"), self.told.get("ExcludeFilters")
        if included:
            return any(_is_in(one, metric) for one in included)
        return not any(_is_in(one, metric) for one in excluded or ())

    def percentiles(self, metric: Metric) -> list[str]:
        """Which percentiles of a metric the stream carries; AWS has none of sets of unlike values either."""
        return [
            str(name)
            for one in self.told.get("StatisticsConfigurations") or ()
            if {"Namespace": metric.namespace, "MetricName": metric.name} in one["IncludeMetrics"]
            for name in one["AdditionalStatistics"]
        ]


def _is_in(told: dict[str, Any], metric: Metric) -> bool:
    names = told.get("MetricNames")
    return bool(told.get("Namespace") == metric.namespace and (not names or metric.name in names))


def metric_streams(world: World, account: str, region: str) -> dict[str, MetricStream]:
    """The streams of an account and Region by name."""
    return world.shelf(account, region, _SHELF)


def watch(world: World, shares: Shares) -> None:
    """Streams hear of every value from now on, those that want it of accounts that share with theirs, too."""
    kept = world.shelf("", "", _WATCHING)
    if "" not in kept:
        kept[""] = True
        metrics.listeners(world).append(partial(_heard, world, shares))


def _heard(world: World, shares: Shares, account: str, region: str, metric: Metric) -> None:
    sample = metrics.samples(world, account, region)[metric][-1]
    held = [one for streams in list(world.shelves(_SHELF).values()) for one in list(streams.values())]
    for stream in held:
        is_near = stream.region == region and (
            stream.account == account
            or (
                bool(stream.told.get("IncludeLinkedAccountsMetrics"))
                and shares(world, account, stream.account, region)
            )
        )
        if is_near and stream.state == RUNNING and stream.takes(metric):
            line = _line(stream, account, metric, sample)
            world.work.start(f"metric stream {stream.name}", partial(_delivered, world, stream, line))


def _line(stream: MetricStream, account: str, metric: Metric, sample: Sample) -> str:
    values = {"count": sample.count, "sum": sample.total, "max": sample.most, "min": sample.least}
    if sample.least == sample.most:
        values |= dict.fromkeys(stream.percentiles(metric), sample.most)
    told = {
        "metric_stream_name": stream.name,
        "account_id": account,
        "region": stream.region,
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": dict(sorted(metric.dimensions)),
        "timestamp": milliseconds(sample.at),
        "value": {name: float(value) for name, value in values.items()},
        "unit": sample.unit or "None",
    }
    return f"{json.dumps(told, separators=(',', ':'))}\n"


def _delivered(world: World, stream: MetricStream, line: str) -> None:
    """The line is with Firehose, or is kept as lost."""
    target = str(stream.told["FirehoseArn"])
    try:
        check_fault(world, "cloudwatch", stream.account, stream.region)
        caller = in_role(
            world,
            str(stream.told["RoleArn"]),
            PRINCIPAL,
            stream.name[:64],
            source_arn=stream.arn,
            source_account=stream.account,
        )
        client = world.inside.client("firehose", stream.region, caller)
        client.put_record(DeliveryStreamName=target.rpartition("/")[2], Record={"Data": line.encode()})
    except (LostError, ClientError, NotEmulatedError) as why:
        lost(world, f"a value of {stream.arn}", why)
