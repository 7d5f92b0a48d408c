from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.emulator.world import World

HUB, MEMBER = "111111111111", "222222222222"
MODEL = "amazon.nova-lite-v1:0"


def sink(client: Callable[..., Any], *types: str) -> str:
    """The ARN of a sink to which a member may link what it has of these types."""
    oam = client("oam")
    arn: str = oam.create_sink(Name="hub")["Arn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"AWS": MEMBER},
        "Action": ["oam:CreateLink", "oam:UpdateLink"],
        "Resource": "*",
        "Condition": {"ForAllValues:StringEquals": {"oam:ResourceTypes": list(types)}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    oam.put_sink_policy(SinkIdentifier=arn, Policy=policy)
    return arn


def link(client: Callable[..., Any], to: str, *types: str) -> dict[str, Any]:
    oam = client("oam", account=MEMBER)
    answer: dict[str, Any] = oam.create_link(
        LabelTemplate="$AccountName", ResourceTypes=list(types), SinkIdentifier=to
    )
    return answer


def invocations(client: Callable[..., Any], world: World) -> list[float]:
    """What the hub reads of a member's calls."""
    metric = {
        "Namespace": "AWS/Bedrock",
        "MetricName": "Invocations",
        "Dimensions": [{"Name": "ModelId", "Value": MODEL}],
    }
    query = {"Id": "a", "AccountId": MEMBER, "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}}
    now = world.now()
    (told,) = client("cloudwatch").get_metric_data(
        MetricDataQueries=[query],
        StartTime=now - dt.timedelta(hours=2),
        EndTime=now + dt.timedelta(hours=2),
    )["MetricDataResults"]
    values: list[float] = told["Values"]
    return values


def test_the_hub_reads_the_metrics_of_linked_accounts(world: World, client: Callable[..., Any]) -> None:
    messages = [{"role": "user", "content": [{"text": "hi"}]}]
    client("bedrock-runtime", account=MEMBER).converse(modelId=MODEL, messages=messages)
    with pytest.raises(ClientError, match="does not share its metrics"):
        invocations(client, world)
    link(client, sink(client, "AWS::CloudWatch::Metric"), "AWS::CloudWatch::Metric")
    assert invocations(client, world) == [1.0]
    listed = client("cloudwatch").list_metrics(MetricName="Invocations", IncludeLinkedAccounts=True)
    assert MEMBER in listed["OwningAccounts"]


def test_a_sink_takes_links_of_the_accounts_and_types_that_its_policy_names(
    client: Callable[..., Any],
) -> None:
    arn = sink(client, "AWS::CloudWatch::Metric")
    with pytest.raises(ClientError, match="AccessDenied"):
        link(client, arn, "AWS::CloudWatch::Metric", "AWS::Logs::LogGroup")
    made = link(client, arn, "AWS::CloudWatch::Metric")
    attached = client("oam").list_attached_links(SinkIdentifier=arn)["Items"]
    assert [one["LinkArn"] for one in attached] == [made["Arn"]]
    with pytest.raises(ClientError, match="ConflictException"):
        client("oam").delete_sink(Identifier=arn)
    client("oam", account=MEMBER).delete_link(Identifier=made["Arn"])
    client("oam").delete_sink(Identifier=arn)


def test_an_account_has_one_sink_in_a_region(client: Callable[..., Any]) -> None:
    sink(client, "AWS::CloudWatch::Metric")
    with pytest.raises(ClientError, match="ConflictException"):
        client("oam").create_sink(Name="other")


def test_filters_of_links_are_refused_by_name(client: Callable[..., Any]) -> None:
    arn = sink(client, "AWS::CloudWatch::Metric")
    with pytest.raises(ClientError, match="the parameter LinkConfiguration"):
        client("oam", account=MEMBER).create_link(
            LabelTemplate="a",
            ResourceTypes=["AWS::CloudWatch::Metric"],
            SinkIdentifier=arn,
            LinkConfiguration={"MetricConfiguration": {"Filter": "Namespace = 'AWS/Bedrock'"}},
        )
