from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import objects, role, stream
from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.emulator.delivery.access import losses

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


def streamed(rehearsal: Rehearsal, *, may: bool = True, **more: Any) -> Any:
    """The client of CloudWatch, after a metric stream into the bucket `values` was made."""
    admin = rehearsal.administrator
    arn = stream(rehearsal, admin, "values")
    allowed = [{"Action": "firehose:PutRecord", "Resource": arn}] if may else []
    writer = role(rehearsal, admin, "streamer", "streams.metrics.cloudwatch.amazonaws.com", *allowed)
    cloudwatch = rehearsal.client("cloudwatch")
    told = {"Name": "all", "FirehoseArn": arn, "RoleArn": writer, "OutputFormat": "json"}
    cloudwatch.put_metric_stream(**told | more)
    return cloudwatch


def value(rehearsal: Rehearsal, namespace: str, name: str, number: float) -> None:
    data = {"MetricName": name, "Value": number, "Unit": "Count", "Dimensions": [{"Name": "d", "Value": "x"}]}
    rehearsal.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[data])
    rehearsal.rest()


def lines(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    found = objects(rehearsal, rehearsal.administrator, "values")
    return [json.loads(line) for body in found.values() for line in body.splitlines()]


def test_values_that_a_stream_takes_are_lines_in_a_bucket(rehearsal: Rehearsal) -> None:
    streamed(rehearsal, IncludeFilters=[{"Namespace": "Own", "MetricNames": ["calls"]}])
    for namespace, name in (("Own", "calls"), ("Own", "tokens"), ("Other", "calls")):
        value(rehearsal, namespace, name, 3)
    (line,) = lines(rehearsal)
    assert line == {
        "metric_stream_name": "all",
        "account_id": MANAGEMENT,
        "region": "us-east-1",
        "namespace": "Own",
        "metric_name": "calls",
        "dimensions": {"d": "x"},
        "timestamp": line["timestamp"],
        "value": {"count": 1.0, "sum": 3.0, "max": 3.0, "min": 3.0},
        "unit": "Count",
    }


def test_percentiles_are_told_of_the_metrics_for_which_they_were_asked(rehearsal: Rehearsal) -> None:
    wanted = {
        "IncludeMetrics": [{"Namespace": "Own", "MetricName": "calls"}],
        "AdditionalStatistics": ["p50", "p99"],
    }
    cloudwatch = streamed(rehearsal, StatisticsConfigurations=[wanted])
    value(rehearsal, "Own", "calls", 3)
    value(rehearsal, "Own", "tokens", 4)
    found = {one["metric_name"]: one["value"] for one in lines(rehearsal)}
    assert {key: one for key, one in found["calls"].items() if key[0] == "p"} == {"p50": 3.0, "p99": 3.0}
    assert "p50" not in found["tokens"]
    assert cloudwatch.get_metric_stream(Name="all")["StatisticsConfigurations"] == [wanted]


def test_values_of_linked_accounts_are_streamed_where_they_are_wanted(rehearsal: Rehearsal) -> None:
    rehearsal.organization()
    member = rehearsal.into(rehearsal.member("inner"))
    sink = rehearsal.client("oam").create_sink(Name="hub")["Arn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "oam:CreateLink", "Resource": "*"}
    rehearsal.client("oam").put_sink_policy(
        SinkIdentifier=sink, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    )
    rehearsal.client("oam", member).create_link(
        LabelTemplate="$AccountName", ResourceTypes=["AWS::CloudWatch::Metric"], SinkIdentifier=sink
    )
    cloudwatch = streamed(rehearsal)

    def counted(number: float) -> None:
        data = [{"MetricName": "calls", "Value": number}]
        rehearsal.client("cloudwatch", member).put_metric_data(Namespace="Own", MetricData=data)
        rehearsal.rest()

    counted(1)
    told = cloudwatch.get_metric_stream(Name="all")
    wanted = {name: told[name] for name in ("Name", "FirehoseArn", "RoleArn", "OutputFormat")}
    cloudwatch.put_metric_stream(**wanted, IncludeLinkedAccountsMetrics=True)
    counted(2)
    assert [(one["account_id"], one["value"]["sum"]) for one in lines(rehearsal)] == [(member.account, 2.0)]


def test_a_stream_that_is_stopped_takes_nothing_until_it_runs_again(rehearsal: Rehearsal) -> None:
    cloudwatch = streamed(rehearsal, ExcludeFilters=[{"Namespace": "Other"}])
    cloudwatch.stop_metric_streams(Names=["all"])
    value(rehearsal, "Own", "calls", 1)
    (row,) = cloudwatch.list_metric_streams()["Entries"]
    assert row["State"] == "stopped"
    cloudwatch.start_metric_streams(Names=["all"])
    value(rehearsal, "Other", "calls", 2)
    value(rehearsal, "Own", "calls", 3)
    assert [one["value"]["sum"] for one in lines(rehearsal)] == [3.0]


def test_a_role_that_may_not_write_loses_values(rehearsal: Rehearsal) -> None:
    streamed(rehearsal, may=False)
    value(rehearsal, "Own", "calls", 1)
    assert any("firehose:PutRecord" in one for one in losses(rehearsal.world))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"OutputFormat": "opentelemetry1.0"}, "opentelemetry1.0"),
        (
            {
                "StatisticsConfigurations": [
                    {
                        "IncludeMetrics": [{"Namespace": "Own", "MetricName": "calls"}],
                        "AdditionalStatistics": ["TM(10%:90%)"],
                    }
                ]
            },
            "TM",
        ),
        ({"FirehoseArn": "arn:aws:sns:us-east-1:111111111111:t"}, "is no Firehose stream"),
        (
            {"IncludeFilters": [{"Namespace": "a"}], "ExcludeFilters": [{"Namespace": "b"}]},
            "cannot both be specified",
        ),
    ],
)
def test_streams_that_cannot_be_are_refused(rehearsal: Rehearsal, more: dict[str, Any], why: str) -> None:
    with pytest.raises(ClientError, match=why):
        streamed(rehearsal, **more)
