from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import put

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


GROUP = "/aws/bedrock/invocations"


def test_a_metric_filter_counts_what_its_pattern_takes(rehearsal: Rehearsal) -> None:
    logs = rehearsal.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    logs.put_metric_filter(
        logGroupName=GROUP,
        filterName="tokens",
        filterPattern="{ $.tokens > 0 }",
        metricTransformations=[
            {
                "metricNamespace": "Sample",
                "metricName": "Tokens",
                "metricValue": "$.tokens",
                "dimensions": {"Model": "$.model"},
            }
        ],
    )
    told = [
        {"model": "a", "tokens": 3},
        {"model": "a", "tokens": 4},
        {"model": "b", "tokens": 5},
        {"model": "a"},
    ]
    put(rehearsal, rehearsal.administrator, GROUP, *map(json.dumps, told))
    answer = rehearsal.client("cloudwatch").get_metric_statistics(
        Namespace="Sample",
        MetricName="Tokens",
        Dimensions=[{"Name": "Model", "Value": "a"}],
        StartTime=rehearsal.clock.time - dt.timedelta(hours=1),
        EndTime=rehearsal.clock.time + dt.timedelta(hours=1),
        Period=7200,
        Statistics=["Sum", "SampleCount"],
    )
    assert [(one["Sum"], one["SampleCount"]) for one in answer["Datapoints"]] == [(7.0, 2.0)]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"metricValue": "$status"}, "the metric value"),
        ({"metricValue": "many"}, "Invalid metric transformation"),
        ({"dimensions": {"A": "$.a"}, "defaultValue": 0.0}, "dimensions and default value"),
    ],
)
def test_a_transformation_that_is_none_is_refused(
    change: dict[str, Any], refused: str, rehearsal: Rehearsal
) -> None:
    logs = rehearsal.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    whole = {"metricNamespace": "Sample", "metricName": "Tokens", "metricValue": "1", **change}
    with pytest.raises(ClientError, match=refused):
        logs.put_metric_filter(
            logGroupName=GROUP, filterName="one", filterPattern="", metricTransformations=[whole]
        )
