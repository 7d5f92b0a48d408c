"""Searches for metrics: all of a name, of one set of dimensions, each as a series of its own.

Source: "CloudWatch search expression syntax", docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
search-expression-syntax.html, and "Use dynamic labels", …/graph-dynamic-labels.html, retrieved 2026-11-27.
Conditions other than the one on the name, and math around a search, are not emulated.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.emulator.observation.metrics import Metric, Sample

_SEARCH: Final = re.compile(
    r"""\s*SEARCH\(\s*'\{(?P<schema>[^{}']+)\}\s*MetricName\s*=\s*"(?P<name>[^"']+)"\s*'\s*,"""
    r"""\s*'(?P<statistic>\w+)'\s*,\s*(?P<period>\d+)\s*\)\s*"""
)
_PROPERTY: Final = re.compile(r"\$\{PROP\('(Dim\.)?([^']+)'\)\}")
_FOUND_FOR: Final = dt.timedelta(days=14)
"""A search finds what had a value so lately."""


class MetricsSearch(Struct, frozen=True):
    """What is searched for. Units: `period` in seconds."""

    namespace: str
    dimensions: frozenset[str]
    name: str
    statistic: str
    period: int

    def found(self, metrics: Mapping[Metric, Iterable[Sample]], now: dt.datetime) -> list[Metric]:
        """The metrics that it finds, in the order of their dimensions."""
        return sorted(
            (
                one
                for one, held in metrics.items()
                if (one.namespace, one.name) == (self.namespace, self.name)
                and frozenset(key for key, _ in one.dimensions) == self.dimensions
                and any(now - sample.at <= _FOUND_FOR for sample in held)
            ),
            key=lambda one: sorted(one.dimensions),
        )


def search_of(expression: str) -> MetricsSearch:
    """What an expression searches for. Raises: NotEmulatedError for everything else that it can be."""
    found = _SEARCH.fullmatch(expression)
    if found is None:
        raise NotEmulatedError("the parameter Expression, but for searches by name and dimensions")
    namespace, *dimensions = (part.strip().strip('"') for part in found["schema"].split(","))
    return MetricsSearch(
        namespace=namespace,
        dimensions=frozenset(dimensions),
        name=found["name"],
        statistic=found["statistic"],
        period=int(found["period"]),
    )


def labelled(label: str | None, one: Metric) -> str:
    """The label of a series; without one, what tells it from others."""
    dimensions = dict(one.dimensions)
    if not label:
        return " ".join(value for _, value in sorted(dimensions.items()))
    own = {"MetricName": one.name, "Namespace": one.namespace}

    def told(hole: re.Match[str]) -> str:
        return (dimensions if hole[1] else own).get(hole[2], hole[0])

    return _PROPERTY.sub(told, label)
