"""The metrics that Bedrock keeps, of all linked accounts, on their way into the archive.

They count what logs do not: throttles, calls of accounts that log nothing, deliveries that failed.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Metric-Streams.html,
docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-trustpolicy.html, and
docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Resource, attribute
from craton.core.statement import allow
from craton.kinds.parts.archive_stream import archive_stream
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

STREAM: Final = "MetricArchiveStream"
PREFIX: Final = "metrics/"
NAMESPACES: Final = ("AWS/Bedrock", "AWS/Bedrock/Guardrails")
_ROLE: Final = "MetricStreamRole"
_TIMES: Final = ("InvocationLatency", "TimeToFirstToken")
_PERCENTILES: Final = ("p50", "p90", "p99")


def _resources(_: Intent) -> Iterator[Resource]:
    yield from archive_stream(
        STREAM, "craton-bedrock-metrics", PREFIX, extension=".json.gz", compression="GZIP"
    )
    yield service_role(
        *("hub", _ROLE, "streams.metrics.cloudwatch.amazonaws.com"),
        [allow(["firehose:PutRecord", "firehose:PutRecordBatch"], attribute(STREAM, "Arn"))],
    )
    yield Resource(
        template="hub",
        id="MetricStream",
        type="AWS::CloudWatch::MetricStream",
        properties={
            "Name": "craton-bedrock",
            "FirehoseArn": attribute(STREAM, "Arn"),
            "RoleArn": attribute(_ROLE, "Arn"),
            "OutputFormat": "json",
            "IncludeLinkedAccountsMetrics": True,
            "IncludeFilters": [{"Namespace": one} for one in NAMESPACES],
            "StatisticsConfigurations": [
                {
                    "AdditionalStatistics": list(_PERCENTILES),
                    "IncludeMetrics": [{"Namespace": NAMESPACES[0], "MetricName": one} for one in _TIMES],
                }
            ],
        },
    )


KIND: Final = Kind(name="metric_stream", title="Stream of metrics", resources=_resources)
