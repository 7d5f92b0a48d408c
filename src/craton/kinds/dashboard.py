"""A dashboard of CloudWatch in each Region of the hub, over the metrics of all linked accounts.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html,
docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html, and
docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.resource import Resource, sub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

_WIDTH: Final = 12
_HEIGHT: Final = 6
_MODELS: Final = "{AWS/Bedrock,ModelId}"
_GUARDRAILS: Final = "{AWS/Bedrock/Guardrails,Operation}"
_LOGS: Final = "{AWS/Bedrock}"
_LABEL: Final = "${!PROP('AccountLabel')} ${!PROP('Dim.ModelId')}"
_CHARTS: Final = (
    ("Calls by account", _MODELS, "Invocations", "Sum"),
    ("Input tokens by account", _MODELS, "InputTokenCount", "Sum"),
    ("Output tokens by account", _MODELS, "OutputTokenCount", "Sum"),
    ("Throttles by account", _MODELS, "InvocationThrottles", "Sum"),
    ("Errors of clients by account", _MODELS, "InvocationClientErrors", "Sum"),
    ("Errors of models by account", _MODELS, "InvocationServerErrors", "Sum"),
    ("Latency, 99th percentile", _MODELS, "InvocationLatency", "p99"),
    ("Guardrails intervened", _GUARDRAILS, "InvocationsIntervened", "Sum"),
    ("Logs not delivered", _LOGS, "ModelInvocationLogsCloudWatchDeliveryFailure", "Sum"),
    ("Calls of models past their end", _MODELS, "LegacyModelInvocations", "Sum"),
)
"""Title, namespace and dimensions, metric, statistic."""


def _resources(_: Intent) -> Iterator[Resource]:
    body = {"widgets": [_widget(number, *chart) for number, chart in enumerate(_CHARTS)]}
    yield Resource(
        template="hub",
        id="Dashboard",
        type="AWS::CloudWatch::Dashboard",
        properties={
            "DashboardName": sub("craton-bedrock-${AWS::Region}"),
            "DashboardBody": sub(json.dumps(body, separators=(",", ":"))),
        },
    )


def _widget(number: int, title: str, of: str, metric: str, statistic: str) -> dict[str, Any]:
    """A chart; two stand beside each other."""
    search = f"SEARCH('{of} MetricName=\"{metric}\"', '{statistic}', 300)"
    return {
        "type": "metric",
        "x": number % 2 * _WIDTH,
        "y": number // 2 * _HEIGHT,
        "width": _WIDTH,
        "height": _HEIGHT,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "metrics": [[{"expression": search, "label": _LABEL}]],
        },
    }


KIND: Final = Kind(name="dashboard", title="Dashboard of the hub", resources=_resources)
