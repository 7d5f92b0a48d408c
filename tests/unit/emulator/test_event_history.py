"""Events that are looked up, without any trail."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import policy, role
from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.emulator.rates import Rates
from craton.emulator.server import Server

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


def lookup(rehearsal: Rehearsal, key: str | None = None, value: str = "", **more: Any) -> dict[str, Any]:
    if key is not None:
        more["LookupAttributes"] = [{"AttributeKey": key, "AttributeValue": value}]
    found: dict[str, Any] = rehearsal.client("cloudtrail").lookup_events(**more)
    return found


def names(told: dict[str, Any]) -> list[str]:
    return [one["EventName"] for one in told["Events"]]


def test_events_are_looked_up_by_each_of_their_attributes(rehearsal: Rehearsal) -> None:
    rehearsal.client("s3").create_bucket(Bucket="held")
    role(rehearsal, rehearsal.administrator, "writer", "logs.amazonaws.com", {"Action": "*", "Resource": "*"})
    rehearsal.client("bedrock").list_guardrails()
    (made,) = lookup(rehearsal, "EventName", "CreateBucket")["Events"]
    assert made["EventSource"] == "s3.amazonaws.com"
    assert (made["ReadOnly"], made["Username"]) == ("false", "administrator")
    assert made["Resources"] == [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "held"}]
    (resource,) = json.loads(made["CloudTrailEvent"])["resources"]
    assert resource == {"accountId": MANAGEMENT, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::held"}
    assert names(lookup(rehearsal, "EventId", made["EventId"])) == ["CreateBucket"]
    assert names(lookup(rehearsal, "ResourceName", "held")) == ["CreateBucket"]
    assert names(lookup(rehearsal, "ResourceName", "writer")) == ["PutRolePolicy", "CreateRole"]
    assert names(lookup(rehearsal, "ResourceType", "AWS::IAM::Policy")) == [
        "PutRolePolicy",
        "AttachUserPolicy",
    ]
    assert "ListGuardrails" in names(lookup(rehearsal, "ReadOnly", "true"))
    assert "CreateBucket" not in names(lookup(rehearsal, "ReadOnly", "true"))
    assert names(lookup(rehearsal, "EventSource", "bedrock.amazonaws.com")) == ["ListGuardrails"]
    assert names(lookup(rehearsal, "Username", "nobody")) == []


def test_services_that_the_history_does_not_know_tell_no_resources(rehearsal: Rehearsal) -> None:
    organization = rehearsal.organization()
    organization.enable_policy_type(
        RootId=organization.list_roots()["Roots"][0]["Id"], PolicyType="RESOURCE_CONTROL_POLICY"
    )
    rehearsal.client("logs").create_log_group(logGroupName="calls")
    for name in ("EnablePolicyType", "CreateLogGroup"):
        (event,) = lookup(rehearsal, "EventName", name)["Events"]
        assert event["Resources"] == []
        assert "resources" not in json.loads(event["CloudTrailEvent"])


def test_a_key_is_told_by_its_arn_however_a_call_names_it(rehearsal: Rehearsal) -> None:
    kms = rehearsal.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.disable_key(KeyId=key["KeyId"])
    (event,) = lookup(rehearsal, "ResourceName", key["Arn"])["Events"]
    assert event["EventName"] == "DisableKey"


def test_pages_go_on_where_they_were_while_more_happens(rehearsal: Rehearsal) -> None:
    sns = rehearsal.client("sns")
    for number in range(5):
        sns.create_topic(Name=f"t{number}")
    first = lookup(rehearsal, "EventName", "CreateTopic", MaxResults=2)
    sns.create_topic(Name="later")
    second = lookup(rehearsal, "EventName", "CreateTopic", MaxResults=3, NextToken=first["NextToken"])
    assert "NextToken" not in second
    told = [json.loads(one["CloudTrailEvent"]) for one in (*first["Events"], *second["Events"])]
    assert [one["requestParameters"]["name"] for one in told] == ["t4", "t3", "t2", "t1", "t0"]


def test_only_events_of_the_time_that_is_asked_for_are_told(rehearsal: Rehearsal) -> None:
    moments = []
    for name in ("one", "two", "three"):
        rehearsal.clock.go(hours=1)
        moments.append(rehearsal.clock.time.replace(tzinfo=dt.UTC))
        rehearsal.client("sns").create_topic(Name=name)
    wanted = {"StartTime": moments[1], "EndTime": moments[1]}
    assert len(lookup(rehearsal, "EventName", "CreateTopic", **wanted)["Events"]) == 1
    rehearsal.clock.go(days=90)
    assert lookup(rehearsal, "EventName", "CreateTopic")["Events"] == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"NextToken": "x"}, "InvalidNextTokenException"),
        ({"StartTime": 2, "EndTime": 1}, "InvalidTimeRangeException"),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "x"}] * 2},
            "InvalidLookupAttributesException",
        ),
    ],
)
def test_a_lookup_that_cannot_be_is_refused(rehearsal: Rehearsal, given: dict[str, Any], code: str) -> None:
    client = rehearsal.client("cloudtrail")
    with pytest.raises(ClientError) as caught:
        client.lookup_events(**given)
    assert caught.value.response["Error"]["Code"] == code


def test_two_lookups_a_second_are_answered_by_account_and_region(rehearsal: Rehearsal) -> None:
    rates, now = Rates(), rehearsal.clock.time
    asked = [rates.takes("cloudtrail", "LookupEvents", MANAGEMENT, "us-east-1", now) for _ in range(3)]
    assert asked == [True, True, False]
    assert rates.takes("cloudtrail", "LookupEvents", MANAGEMENT, "eu-west-1", now)
    later = now + dt.timedelta(seconds=0.5)
    assert rates.takes("cloudtrail", "LookupEvents", MANAGEMENT, "us-east-1", later)
    assert not rates.takes("cloudtrail", "LookupEvents", MANAGEMENT, "us-east-1", later)


def test_whoever_asks_too_often_over_http_is_throttled(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    made = iam.create_access_key(UserName="administrator")["AccessKey"]
    with Server(rehearsal.application) as server:
        client = boto3.client(
            "cloudtrail",
            region_name="us-east-1",
            endpoint_url=server.url,
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        for _ in range(2):
            client.lookup_events()
        with pytest.raises(ClientError) as caught:
            client.lookup_events()
    assert caught.value.response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}


def test_a_policy_decides_who_may_look(rehearsal: Rehearsal) -> None:
    rehearsal.client("iam").put_user_policy(
        UserName="administrator",
        PolicyName="no",
        PolicyDocument=policy({"Effect": "Deny", "Action": "cloudtrail:LookupEvents", "Resource": "*"}),
    )
    with pytest.raises(ClientError, match="cloudtrail:LookupEvents"):
        lookup(rehearsal)
