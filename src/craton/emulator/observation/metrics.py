"""Metrics of an account and Region: every value by itself, put together by period when they are asked for.

Source: "Metrics concepts", docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from craton.emulator.world import World

STATISTICS: Final = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_SHELF: Final = "metrics"
_LISTENERS: Final = "metric listeners"
_EPOCH: Final = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - times are naive UTC everywhere


class Metric(Struct, frozen=True):
    """What identifies a metric; the order of its dimensions does not matter."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


class Sample(Struct, frozen=True):
    """A set of values at a moment. A single value is a set of one."""

    at: dt.datetime
    count: float
    total: float
    least: float
    most: float
    unit: str | None


class Point(Struct, frozen=True):
    """What a period holds; `start` is where it begins."""

    start: dt.datetime
    count: float
    total: float
    least: float
    most: float
    unit: str | None

    def statistic(self, name: str) -> float:
        """One of the statistics. Raises: KeyError for others."""
        told: Mapping[str, float] = {
            "SampleCount": self.count,
            "Average": self.total / self.count,
            "Sum": self.total,
            "Minimum": self.least,
            "Maximum": self.most,
        }
        return told[name]


def metric(namespace: str, name: str, dimensions: Mapping[str, str]) -> Metric:
    """The metric of that name with these dimensions."""
    return Metric(namespace, name, frozenset(dimensions.items()))


def samples(world: World, account: str, region: str) -> dict[Any, list[Sample]]:
    """Every metric of an account and Region, as Metric, with its values as they came."""
    return world.shelf(account, region, _SHELF)


def put(world: World, account: str, region: str, told: Metric, sample: Sample) -> None:
    """The metric has one more value, and whoever waits for it hears of it."""
    samples(world, account, region).setdefault(told, []).append(sample)
    for listener in listeners(world):
        listener(account, region, told)


def value_of(value: float, at: dt.datetime, unit: str | None = None) -> Sample:
    """A single value."""
    return Sample(at, 1, value, value, value, unit)


def listeners(world: World) -> list[Callable[[str, str, Metric], None]]:
    """What is called with account, Region and metric after a value came."""
    return world.held("", "", _LISTENERS, list)


def points(
    found: Iterable[Sample], start: dt.datetime, end: dt.datetime, period: int, unit: str | None = None
) -> tuple[Point, ...]:
    """The periods from `start` to before `end` that hold values. Units: `period` in seconds.

    Periods are counted from midnight UTC as far as they divide a day, as CloudWatch does.
    """
    grouped: dict[dt.datetime, list[Sample]] = {}
    for sample in found:
        if start <= sample.at < end and unit in (None, sample.unit):
            grouped.setdefault(begin_of(sample.at, period), []).append(sample)
    return tuple(_point(begin, held) for begin, held in sorted(grouped.items()))


def begin_of(moment: dt.datetime, period: int) -> dt.datetime:
    """Where the period of a moment begins."""
    step = dt.timedelta(seconds=period)
    return _EPOCH + (moment - _EPOCH) // step * step


def _point(begin: dt.datetime, held: list[Sample]) -> Point:
    return Point(
        begin,
        sum(one.count for one in held),
        sum(one.total for one in held),
        min(one.least for one in held),
        max(one.most for one in held),
        held[0].unit,
    )
