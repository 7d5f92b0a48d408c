"""Queries of Metrics Insights: one statistic of all metrics of a name, or of those with certain dimensions.

Source: "Query components and syntax", docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
cloudwatch-metrics-insights-querylanguage.html, retrieved 2026-11-26. Conditions, groups, orders and limits
are not emulated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.observation.metrics import Metric

_STATISTICS: Final = {
    "SUM": "Sum",
    "AVG": "Average",
    "MIN": "Minimum",
    "MAX": "Maximum",
    "COUNT": "SampleCount",
}
_QUERY: Final = re.compile(
    r'\s*SELECT\s+(\w+)\(\s*"?([\w.:/-]+)"?\s*\)\s+FROM\s+'
    r'(?:"([\w./-]+)"|SCHEMA\(\s*"([\w./-]+)"((?:\s*,\s*"?\w+"?)*)\s*\))\s*',
    re.IGNORECASE,
)


class MetricsQuery(Struct, frozen=True):
    """A query; without `dimensions`, of metrics with whatever dimensions. Units: `period` in seconds."""

    statistic: str
    name: str
    namespace: str
    dimensions: frozenset[str] | None
    period: int

    def takes(self, metric: Metric) -> bool:
        """Whether the metric is one of those that are put together."""
        keys = frozenset(name for name, _ in metric.dimensions)
        named = (metric.namespace, metric.name) == (self.namespace, self.name)
        return named and self.dimensions in (None, keys)


def query_of(told: Mapping[str, Any]) -> MetricsQuery | None:
    """The query of an alarm; None where it watches a metric by name.

    Raises: NotEmulatedError for metric math, and for what else a query can say.
    """
    metrics = told.get("Metrics") or ()
    if not metrics:
        return None
    found = _QUERY.fullmatch(str(metrics[0].get("Expression", ""))) if len(metrics) == 1 else None
    if found is None or found[1].upper() not in _STATISTICS:
        raise NotEmulatedError(
            "the parameter Metrics with metric math, or with a query of conditions or groups"
        )
    return MetricsQuery(
        statistic=_STATISTICS[found[1].upper()],
        name=found[2],
        namespace=found[3] or found[4],
        dimensions=None if found[3] else frozenset(re.findall(r"\w+", found[5])),
        period=int(metrics[0].get("Period") or 60),
    )
