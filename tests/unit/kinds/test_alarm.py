"""Alarms fire on what any model does, and reach people through a topic under the account's key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import GOVERNED, SEARCH, SUPPORT, Rehearsed, document, intent

from craton.kinds.alarm import is_enhanced, period, threshold

if TYPE_CHECKING:
    from pathlib import Path


def alarms(wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in wanted["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"}


def test_what_an_environment_is_for_decides_its_alarms(tmp_path: Path) -> None:
    wanted = intent(tmp_path)
    dev, prod = wanted.environments
    assert (is_enhanced(wanted, dev), is_enhanced(wanted, prod)) == (False, True)
    assert (period(wanted, dev), period(wanted, prod)) == (900, 60)
    found = alarms(document(wanted))
    assert found["AlarmThrottles"]["Condition"] == "InProd"
    assert "Condition" not in found["AlarmLoggingFailed"]


def test_a_threshold_is_cut_to_the_period_but_no_latency(tmp_path: Path) -> None:
    wanted = intent(tmp_path, "alarms: {thresholds: {throttles: {prod: 7200}, latency: {prod: 7200}}}\n")
    _, prod = wanted.environments
    assert threshold(wanted, prod, "throttles") == 120
    assert threshold(wanted, prod, "latency") == 7200


@pytest.mark.parametrize(
    ("transport", "metrics"),
    [
        ("subscription", {"LogsCloudWatch", "LargeDataS3"}),
        ("centralization", {"LogsCloudWatch", "LargeDataS3"}),
        ("replication", {"LogsS3"}),
    ],
)
def test_logs_that_do_not_come_are_told_by_the_way_they_take(
    tmp_path: Path, transport: str, metrics: set[str]
) -> None:
    told = alarms(document(intent(tmp_path, f"logging: {{transport: {transport}}}\n")))
    asked = {
        one["Properties"]["Metrics"][0]["Expression"]
        for name, one in told.items()
        if name.startswith("AlarmLoggingFailed")
    }
    assert asked == {f'SELECT SUM(ModelInvocation{way}DeliveryFailure) FROM "AWS/Bedrock"' for way in metrics}


def test_only_who_is_named_for_an_environment_is_written_to(tmp_path: Path) -> None:
    told = document(intent(tmp_path, GOVERNED))["Resources"]["AlarmTopicMail1"]
    assert told["Condition"] == "InProd"
    assert told["Properties"]["Endpoint"] == "bedrock@rehearsal.example"


@pytest.mark.slow
def test_an_alarm_fires_and_is_heard(members: Rehearsed) -> None:
    sqs, ids = members.client("sqs", SUPPORT), members.ids(SUPPORT)
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    letting = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [letting]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    members.client("sns", SUPPORT).subscribe(TopicArn=ids["AlarmTopic"], Protocol="sqs", Endpoint=arn)
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": "?"}]}]}
    members.client("bedrock-runtime", SUPPORT).converse(modelId="us.anthropic.claude-sonnet-4-6", **asked)
    members.rest()
    told = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    heard = {json.loads(json.loads(one["Body"])["Message"])["AlarmName"] for one in told}
    assert "craton-bedrock-output-tokens" in heard


@pytest.mark.slow
def test_members_of_dev_have_the_basic_alarms_alone(members: Rehearsed) -> None:
    names = {
        account: {
            one["AlarmName"].removeprefix("craton-bedrock-")
            for one in members.client("cloudwatch", account).describe_alarms()["MetricAlarms"]
        }
        for account in (SEARCH, SUPPORT)
    }
    basic = {"input-tokens", "legacy-models", "logging-failed", "logging-failed-large"}
    assert names[SEARCH] == basic | {"output-tokens", "server-errors"}
    assert names[SUPPORT] - names[SEARCH] == {
        *("client-errors", "guardrail-interventions", "invocations", "latency", "throttles"),
    }
