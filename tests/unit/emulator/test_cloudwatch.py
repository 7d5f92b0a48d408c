from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from craton.emulator.delivery.access import losses
from craton.emulator.emulator import emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.emulator.world import World

ACCOUNT = "111111111111"
ALARM: dict[str, Any] = {
    "AlarmName": "too-many",
    "Namespace": "Own",
    "MetricName": "Calls",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}

MOMENT = dt.datetime(2026, 11, 26, 12, 30, 30)  # noqa: DTZ001 - the emulator's clock tells naive UTC


@pytest.fixture
def world() -> Iterator[World]:
    """An emulated AWS in which it is always the same moment, so that no period ends during a test."""
    made = emulator(ACCOUNT, clock=lambda: MOMENT).world
    yield made
    assert made.work.wait(60)
    assert made.work.failures == []
    made.close()


def put(client: Callable[..., Any], value: float, **more: Any) -> None:
    datum = {"MetricName": "Calls", "Value": value, **more}
    client("cloudwatch").put_metric_data(Namespace="Own", MetricData=[datum])


def state(client: Callable[..., Any], name: str = "too-many") -> str:
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    found: str = alarm["StateValue"]
    return found


@pytest.fixture
def heard(client: Callable[..., Any]) -> tuple[str, Callable[[], list[dict[str, Any]]]]:
    """A topic, and what a queue behind it got."""
    topic = client("sns").create_topic(Name="alarms")["TopicArn"]
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def messages() -> list[dict[str, Any]]:
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"]) for one in got]

    return topic, messages


class TestMetrics:
    def test_values_are_put_together_by_periods_of_the_clock(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        start = world.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=1)
        for minute, value in ((1, 2.0), (4, 3.0), (5, 7.0)):
            put(client, value, Timestamp=start + dt.timedelta(minutes=minute))
        put(client, 0, Values=[1.0, 2.0], Counts=[3.0, 1.0], Timestamp=start + dt.timedelta(minutes=11))
        told = client("cloudwatch").get_metric_statistics(
            Namespace="Own",
            MetricName="Calls",
            StartTime=start,
            EndTime=start + dt.timedelta(hours=1),
            Period=300,
            Statistics=["Sum", "SampleCount", "Maximum"],
        )["Datapoints"]
        found = [(one["Timestamp"].minute, one["Sum"], one["SampleCount"], one["Maximum"]) for one in told]
        assert sorted(found) == [(0, 5.0, 2.0, 3.0), (5, 7.0, 1.0, 7.0), (10, 5.0, 4.0, 2.0)]

    def test_dimensions_tell_metrics_apart(self, world: World, client: Callable[..., Any]) -> None:
        put(client, 1)
        put(client, 2, Dimensions=[{"Name": "Model", "Value": "a"}])
        cloudwatch = client("cloudwatch")
        stat = {
            "Metric": {
                "Namespace": "Own",
                "MetricName": "Calls",
                "Dimensions": [{"Name": "Model", "Value": "a"}],
            },
            "Period": 60,
            "Stat": "Sum",
        }
        now = world.now()
        (told,) = cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "a", "MetricStat": stat}],
            StartTime=now - dt.timedelta(hours=1),
            EndTime=now + dt.timedelta(hours=1),
        )["MetricDataResults"]
        assert told["Values"] == [2.0]
        named = cloudwatch.list_metrics(Dimensions=[{"Name": "Model"}])["Metrics"]
        assert [one["Dimensions"] for one in named] == [[{"Name": "Model", "Value": "a"}]]

    def test_namespaces_of_aws_are_its_own(self, client: Callable[..., Any]) -> None:
        with pytest.raises(ClientError, match="The value AWS/ for parameter Namespace is invalid"):
            client("cloudwatch").put_metric_data(
                Namespace="AWS/Bedrock", MetricData=[{"MetricName": "Invocations", "Value": 1.0}]
            )

    def test_a_call_of_a_model_counts_in_the_metrics_of_bedrock(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        model = "anthropic.claude-sonnet-4-6"
        messages = [{"role": "user", "content": [{"text": "hi"}]}]
        client("bedrock-runtime").converse(modelId=model, messages=messages)
        now = world.now()
        found = {}
        for name in ("Invocations", "InputTokenCount", "OutputTokenCount"):
            told = client("cloudwatch").get_metric_statistics(
                Namespace="AWS/Bedrock",
                MetricName=name,
                Dimensions=[{"Name": "ModelId", "Value": model}],
                StartTime=now - dt.timedelta(hours=1),
                EndTime=now + dt.timedelta(hours=1),
                Period=3600,
                Statistics=["Sum"],
            )["Datapoints"]
            found[name] = [one["Sum"] for one in told]
        assert found == {"Invocations": [1.0], "InputTokenCount": [1.0], "OutputTokenCount": [3.0]}

    def test_expressions_are_refused_by_name(self, world: World, client: Callable[..., Any]) -> None:
        now = world.now()
        with pytest.raises(ClientError, match="the parameter Expression"):
            client("cloudwatch").get_metric_data(
                MetricDataQueries=[{"Id": "a", "Expression": "m1 + m2"}],
                StartTime=now - dt.timedelta(hours=1),
                EndTime=now,
            )


class TestAlarms:
    def test_an_alarm_follows_its_metric_and_tells_a_topic(
        self,
        world: World,
        client: Callable[..., Any],
        heard: tuple[str, Callable[[], list[dict[str, Any]]]],
    ) -> None:
        topic, messages = heard
        client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[topic])
        assert state(client) == "INSUFFICIENT_DATA"
        put(client, 5)
        assert state(client) == "OK"
        put(client, 1)
        assert world.work.wait(30)
        assert state(client) == "ALARM"
        (envelope,) = messages()
        assert envelope["Subject"] == 'ALARM: "too-many" in US East (N. Virginia)'
        told = json.loads(envelope["Message"])
        assert (told["NewStateValue"], told["OldStateValue"]) == ("ALARM", "OK")
        assert told["Trigger"]["Threshold"] == 5.0

    @pytest.mark.parametrize(
        ("treatment", "expected"),
        [("missing", "INSUFFICIENT_DATA"), ("notBreaching", "OK"), ("breaching", "ALARM")],
    )
    def test_missing_data_counts_as_the_alarm_says(
        self, client: Callable[..., Any], treatment: str, expected: str
    ) -> None:
        client("cloudwatch").put_metric_alarm(**ALARM, TreatMissingData=treatment)
        assert state(client) == expected

    def test_so_many_of_the_periods_have_to_breach(self, world: World, client: Callable[..., Any]) -> None:
        several = {**ALARM, "EvaluationPeriods": 3, "DatapointsToAlarm": 2}
        client("cloudwatch").put_metric_alarm(**several)
        put(client, 9, Timestamp=world.now() - dt.timedelta(minutes=2))
        assert state(client) == "OK"
        put(client, 9, Timestamp=world.now() - dt.timedelta(minutes=1))
        assert state(client) == "ALARM"

    def test_a_state_can_be_set_and_actions_switched_off(
        self,
        world: World,
        client: Callable[..., Any],
        heard: tuple[str, Callable[[], list[dict[str, Any]]]],
    ) -> None:
        topic, messages = heard
        cloudwatch = client("cloudwatch")
        cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic])
        cloudwatch.disable_alarm_actions(AlarmNames=["too-many"])
        cloudwatch.set_alarm_state(AlarmName="too-many", StateValue="ALARM", StateReason="trying")
        assert world.work.wait(30)
        assert messages() == []
        cloudwatch.enable_alarm_actions(AlarmNames=["too-many"])
        cloudwatch.set_alarm_state(AlarmName="too-many", StateValue="ALARM", StateReason="trying")
        assert world.work.wait(30)
        assert len(messages()) == 1

    def test_a_topic_that_does_not_let_cloudwatch_in_hears_nothing(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        sns = client("sns")
        topic = sns.create_topic(Name="closed")["TopicArn"]
        owner = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sns:Publish", "Resource": topic}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [owner]})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[topic])
        put(client, 9)
        assert world.work.wait(30)
        assert "does not let cloudwatch.amazonaws.com in" in losses(world)[-1]

    def test_alarms_on_what_is_not_emulated_are_refused_by_name(self, client: Callable[..., Any]) -> None:
        with pytest.raises(ClientError, match="alarm actions of ssm"):
            client("cloudwatch").put_metric_alarm(
                **ALARM, AlarmActions=["arn:aws:ssm:us-east-1:111111111111:opsitem:1"]
            )
        query = {"Id": "a", "Expression": "1"}
        told = {
            name: value
            for name, value in ALARM.items()
            if name not in ("Namespace", "MetricName", "Statistic", "Period")
        }
        with pytest.raises(ClientError, match="the parameter Metrics"):
            client("cloudwatch").put_metric_alarm(**told, Metrics=[query])

    def test_an_alarm_is_gone_once_it_is_deleted(self, client: Callable[..., Any]) -> None:
        cloudwatch = client("cloudwatch")
        cloudwatch.put_metric_alarm(**ALARM)
        cloudwatch.delete_alarms(AlarmNames=["too-many"])
        assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_dashboards_are_put_listed_and_removed(client: Callable[..., Any]) -> None:
    cloudwatch, body = client("cloudwatch"), '{"widgets":[]}'
    cloudwatch.put_dashboard(DashboardName="usage", DashboardBody=body)
    assert cloudwatch.get_dashboard(DashboardName="usage")["DashboardBody"] == body
    assert [one["DashboardName"] for one in cloudwatch.list_dashboards()["DashboardEntries"]] == ["usage"]
    cloudwatch.delete_dashboards(DashboardNames=["usage"])
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_an_alarm_on_a_query_adds_up_every_metric_that_has_the_dimensions(client: Callable[..., Any]) -> None:
    query = {"Id": "all", "Expression": 'SELECT SUM(Calls) FROM SCHEMA("Own", Model)', "Period": 60}
    kept = ("AlarmName", "EvaluationPeriods", "Threshold", "ComparisonOperator")
    client("cloudwatch").put_metric_alarm(**{name: ALARM[name] for name in kept}, Metrics=[query])
    for model in ("a", "b"):
        put(client, 2, Dimensions=[{"Name": "Model", "Value": model}])
    put(client, 9)
    put(client, 9, Dimensions=[{"Name": "Model", "Value": "a"}, {"Name": "Tier", "Value": "flex"}])
    assert state(client) == "OK"
    put(client, 2, Dimensions=[{"Name": "Model", "Value": "c"}])
    assert state(client) == "ALARM"
    (told,) = client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert told["Metrics"][0]["Expression"] == query["Expression"]
    any_of_them = {**query, "Expression": 'SELECT MAX(Calls) FROM "Own"'}
    client("cloudwatch").put_metric_alarm(**{name: ALARM[name] for name in kept}, Metrics=[any_of_them])
    assert state(client) == "ALARM"
    assert "MetricName" not in told


@pytest.mark.parametrize(
    "metrics",
    [
        [{"Id": "a", "Expression": 'SELECT SUM(Calls) FROM SCHEMA("Own", Model) WHERE Model = 1'}],
        [{"Id": "a", "Expression": "b * 2"}],
    ],
)
def test_what_else_a_query_can_say_is_refused(
    client: Callable[..., Any], metrics: list[dict[str, str]]
) -> None:
    kept = ("AlarmName", "EvaluationPeriods", "Threshold", "ComparisonOperator")
    with pytest.raises(ClientError) as caught:
        client("cloudwatch").put_metric_alarm(**{name: ALARM[name] for name in kept}, Metrics=metrics)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_search_finds_every_metric_of_a_name_and_of_these_dimensions_alone(
    client: Callable[..., Any],
) -> None:
    cloudwatch = client("cloudwatch")
    for model, value in (("nova", 2.0), ("sonnet", 3.0), ("nova", 5.0)):
        put(client, value, Dimensions=[{"Name": "ModelId", "Value": model}])
    put(client, 7.0)
    put(
        client,
        9.0,
        Dimensions=[{"Name": "ModelId", "Value": "old"}],
        Timestamp=MOMENT - dt.timedelta(days=15),
    )
    told = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {
                "Id": "calls",
                "Expression": "SEARCH('{Own,ModelId} MetricName=\"Calls\"', 'Sum', 86400)",
                "Label": "${PROP('MetricName')} of ${PROP('Dim.ModelId')}",
            }
        ],
        StartTime=MOMENT - dt.timedelta(days=14),
        EndTime=MOMENT + dt.timedelta(days=1),
    )
    found = [(one["Id"], one["Label"], one["Values"]) for one in told["MetricDataResults"]]
    assert found == [("calls", "Calls of nova", [7.0]), ("calls", "Calls of sonnet", [3.0])]
