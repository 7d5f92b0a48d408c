"""Log events travel through subscriptions and destinations to streams, buckets and functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import envelopes, objects, policy, put, role, stream

from craton.emulator.delivery.access import losses
from craton.emulator.delivery.log_events import milliseconds

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

    from craton.emulator.credentials import Caller

GROUP = "/aws/bedrock/invocations"
REGION = "us-east-1"


class Hub:
    """A hub account with a destination in front of its stream, and a member that wants to send to it."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self.hub = rehearsal.into(rehearsal.member("hub"))
        self.member = rehearsal.into(rehearsal.member("member"))
        self.organization = rehearsal.organization().describe_organization()["Organization"]["Id"]
        self.stream = stream(rehearsal, self.hub, "hub-logs", Prefix="logs/")
        self.writer = role(
            *(rehearsal, self.hub, "from-logs", "logs.amazonaws.com"),
            {"Action": "firehose:PutRecord", "Resource": self.stream},
        )
        self.sender = role(rehearsal, self.member, "to-hub", "logs.amazonaws.com")
        made = rehearsal.client("logs", self.hub).put_destination(
            destinationName="hub", targetArn=self.stream, roleArn=self.writer
        )
        self.destination = made["destination"]["arn"]
        self.logs = rehearsal.client("logs", self.member)
        self.logs.create_log_group(logGroupName=GROUP)
        rehearsal.rest()

    def let(self, **condition: Any) -> None:
        """The destination lets in whom the condition describes."""
        told = policy(
            {
                "Principal": "*",
                "Action": "logs:PutSubscriptionFilter",
                "Resource": self.destination,
                "Condition": condition,
            }
        )
        self.rehearsal.client("logs", self.hub).put_destination_policy(
            destinationName="hub", accessPolicy=told
        )

    def let_organization(self) -> None:
        self.let(StringEquals={"aws:PrincipalOrgID": self.organization})

    def subscribe(self, pattern: str = "", **more: Any) -> None:
        self.logs.put_subscription_filter(
            logGroupName=GROUP,
            filterName="all",
            filterPattern=pattern,
            destinationArn=self.destination,
            **more,
        )

    def arrived(self) -> list[dict[str, Any]]:
        """The data messages in the hub's bucket."""
        found = [
            one for body in objects(self.rehearsal, self.hub, "hub-logs").values() for one in envelopes(body)
        ]
        return [one for one in found if one["messageType"] == "DATA_MESSAGE"]


@pytest.fixture
def hub(rehearsal: Rehearsal) -> Hub:
    return Hub(rehearsal)


@pytest.mark.slow
def test_events_of_a_member_reach_the_bucket_of_the_hub(hub: Hub) -> None:
    hub.let_organization()
    hub.subscribe(roleArn=hub.sender)
    put(hub.rehearsal, hub.member, GROUP, "one", "two")
    (envelope,) = hub.arrived()
    assert envelope["owner"] == hub.member.account
    assert envelope["logGroup"] == GROUP
    assert envelope["logStream"] == "stream"
    assert envelope["subscriptionFilters"] == ["all"]
    assert [one["message"] for one in envelope["logEvents"]] == ["one", "two"]
    assert losses(hub.rehearsal.world) == []


def test_objects_are_named_by_prefix_and_hour_and_stream(hub: Hub) -> None:
    hub.let_organization()
    hub.subscribe(roleArn=hub.sender)
    put(hub.rehearsal, hub.member, GROUP, "one")
    for key in objects(hub.rehearsal, hub.hub, "hub-logs"):
        assert key.startswith("logs/2026/11/26/12/hub-logs-1-2026-11-26-12-00-00-")


def test_only_what_the_pattern_takes_is_sent(hub: Hub) -> None:
    hub.let_organization()
    hub.subscribe("{ $.status = 403 }", roleArn=hub.sender)
    put(hub.rehearsal, hub.member, GROUP, '{"status": 200}', '{"status": 403}')
    (envelope,) = hub.arrived()
    assert [one["message"] for one in envelope["logEvents"]] == ['{"status": 403}']


def test_a_destination_tries_its_stream_by_a_control_message(hub: Hub) -> None:
    hub.rehearsal.rest()
    (body,) = objects(hub.rehearsal, hub.hub, "hub-logs").values()
    (envelope,) = envelopes(body)
    assert envelope["messageType"] == "CONTROL_MESSAGE"


def test_a_destination_without_a_policy_lets_nobody_in(hub: Hub) -> None:
    with pytest.raises(ClientError, match=f"User with accountId: {hub.member.account} is not authorized"):
        hub.subscribe()


def test_a_destination_for_another_organization_lets_nobody_in(hub: Hub) -> None:
    hub.let(StringEquals={"aws:PrincipalOrgID": "o-elsewhere0"})
    with pytest.raises(ClientError, match="is not authorized to perform: logs:PutSubscriptionFilter"):
        hub.subscribe(roleArn=hub.sender)


def test_a_destination_for_an_organization_wants_a_role(hub: Hub) -> None:
    hub.let_organization()
    with pytest.raises(ClientError, match="Role ARN is required when creating subscription filter against"):
        hub.subscribe()


def test_a_destination_for_accounts_wants_no_role(hub: Hub) -> None:
    hub.let(StringEquals={"aws:PrincipalAccount": hub.member.account})
    hub.subscribe()
    put(hub.rehearsal, hub.member, GROUP, "one")
    assert len(hub.arrived()) == 1


def test_the_role_of_a_filter_has_to_trust_the_service(hub: Hub) -> None:
    hub.let_organization()
    other = role(hub.rehearsal, hub.member, "other", "lambda.amazonaws.com")
    with pytest.raises(ClientError, match="cannot assume the role"):
        hub.subscribe(roleArn=other)


def test_a_destination_serves_its_own_region_alone(hub: Hub) -> None:
    hub.let_organization()
    elsewhere = hub.rehearsal.client("logs", hub.member, "eu-west-1")
    elsewhere.create_log_group(logGroupName=GROUP)
    with pytest.raises(ClientError, match="must be in the same AWS Region"):
        elsewhere.put_subscription_filter(
            logGroupName=GROUP,
            filterName="all",
            filterPattern="",
            destinationArn=hub.destination,
            roleArn=hub.sender,
        )


def test_a_destination_whose_role_may_not_write_is_refused(hub: Hub) -> None:
    idle = role(hub.rehearsal, hub.hub, "idle", "logs.amazonaws.com")
    with pytest.raises(ClientError, match="Could not deliver test message to specified destination"):
        hub.rehearsal.client("logs", hub.hub).put_destination(
            destinationName="two", targetArn=hub.stream, roleArn=idle
        )


def test_a_destination_leads_to_no_log_group(hub: Hub) -> None:
    group = f"arn:aws:logs:{REGION}:{hub.hub.account}:log-group:/hub:*"
    with pytest.raises(ClientError, match="a destination cannot lead to"):
        hub.rehearsal.client("logs", hub.hub).put_destination(
            destinationName="two", targetArn=group, roleArn=hub.writer
        )


def test_the_policy_of_a_destination_names_accounts_and_no_arns(hub: Hub) -> None:
    told = policy(
        {
            "Principal": {"AWS": f"arn:aws:iam::{hub.member.account}:root"},
            "Action": "logs:PutSubscriptionFilter",
            "Resource": hub.destination,
        }
    )
    with pytest.raises(ClientError, match="contains ARN instead of account ID"):
        hub.rehearsal.client("logs", hub.hub).put_destination_policy(destinationName="hub", accessPolicy=told)


def test_events_are_lost_where_the_stream_may_no_longer_write(hub: Hub) -> None:
    hub.let_organization()
    hub.subscribe(roleArn=hub.sender)
    iam = hub.rehearsal.client("iam", hub.hub)
    iam.delete_role_policy(RoleName="hub-logs-writer", PolicyName="own")
    put(hub.rehearsal, hub.member, GROUP, "one")
    assert hub.arrived() == []
    (what,) = losses(hub.rehearsal.world)
    assert "s3:PutObject" in what


def test_delivered_objects_are_under_the_default_retention(hub: Hub) -> None:
    s3 = hub.rehearsal.client("s3", hub.hub)
    s3.put_bucket_versioning(Bucket="hub-logs", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(
        Bucket="hub-logs",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
        },
    )
    hub.let_organization()
    hub.subscribe(roleArn=hub.sender)
    put(hub.rehearsal, hub.member, GROUP, "one")
    rows = [
        one for one in s3.list_object_versions(Bucket="hub-logs")["Versions"] if one["VersionId"] != "null"
    ]
    assert rows
    for one in rows:
        named = {"Bucket": "hub-logs", "Key": one["Key"], "VersionId": one["VersionId"]}
        assert s3.get_object_retention(**named)["Retention"]["Mode"] == "COMPLIANCE"
        root = hub.rehearsal.world.keyring.root_key(hub.hub.account).caller
        for caller in (hub.hub, root):
            with pytest.raises(ClientError, match="protected by object lock"):
                hub.rehearsal.client("s3", caller).delete_object(**named, BypassGovernanceRetention=True)


def _own_stream(rehearsal: Rehearsal) -> tuple[str, str]:
    """A stream of the account, and the role through which CloudWatch Logs writes to it."""
    made = stream(rehearsal, rehearsal.administrator, "own-logs")
    writer = role(
        *(rehearsal, rehearsal.administrator, "from-logs", "logs.amazonaws.com"),
        {"Action": "firehose:PutRecord", "Resource": made},
    )
    return made, writer


def _arrived(rehearsal: Rehearsal, caller: Caller, bucket: str) -> list[str]:
    return [
        event["message"]
        for body in objects(rehearsal, caller, bucket).values()
        for envelope in envelopes(body)
        if envelope["messageType"] == "DATA_MESSAGE"
        for event in envelope["logEvents"]
    ]


def test_a_group_subscribes_a_stream_of_its_own_account(rehearsal: Rehearsal) -> None:
    target, writer = _own_stream(rehearsal)
    logs = rehearsal.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    told = {"logGroupName": GROUP, "filterName": "all", "filterPattern": "", "destinationArn": target}
    with pytest.raises(ClientError, match="vendor firehose cannot be used without roleArn"):
        logs.put_subscription_filter(**told)
    logs.put_subscription_filter(**told, roleArn=writer)
    put(rehearsal, rehearsal.administrator, GROUP, "one")
    assert _arrived(rehearsal, rehearsal.administrator, "own-logs") == ["one"]


def test_a_stream_of_another_account_is_reached_through_a_destination_alone(hub: Hub) -> None:
    with pytest.raises(ClientError, match="Could not deliver test message to specified Firehose stream"):
        hub.logs.put_subscription_filter(
            logGroupName=GROUP,
            filterName="all",
            filterPattern="",
            destinationArn=hub.stream,
            roleArn=hub.sender,
        )


def test_a_group_has_at_most_two_filters(rehearsal: Rehearsal) -> None:
    target, writer = _own_stream(rehearsal)
    logs = rehearsal.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    told = {"logGroupName": GROUP, "filterPattern": "", "destinationArn": target, "roleArn": writer}
    for name in ("one", "two"):
        logs.put_subscription_filter(**told, filterName=name)
    with pytest.raises(ClientError, match="LimitExceededException"):
        logs.put_subscription_filter(**told, filterName="three")


def test_a_policy_of_the_account_subscribes_every_group_but_the_excluded(rehearsal: Rehearsal) -> None:
    target, writer = _own_stream(rehearsal)
    logs = rehearsal.client("logs")
    document = {"DestinationArn": target, "RoleArn": writer, "FilterPattern": "", "Distribution": "Random"}
    logs.put_account_policy(
        policyName="all",
        policyType="SUBSCRIPTION_FILTER_POLICY",
        policyDocument=json.dumps(document),
        selectionCriteria='LogGroupName NOT IN ["/quiet"]',
    )
    for group in ("/loud", "/quiet"):
        logs.create_log_group(logGroupName=group)
        put(rehearsal, rehearsal.administrator, group, group)
    assert _arrived(rehearsal, rehearsal.administrator, "own-logs") == ["/loud"]


def test_events_reach_a_stream_of_kinesis(rehearsal: Rehearsal) -> None:
    kinesis, logs = rehearsal.client("kinesis"), rehearsal.client("logs")
    kinesis.create_stream(StreamName="events", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="events")["StreamDescriptionSummary"]["StreamARN"]
    writer = role(
        *(rehearsal, rehearsal.administrator, "from-logs", "logs.amazonaws.com"),
        {"Action": "kinesis:PutRecord", "Resource": arn},
    )
    logs.create_log_group(logGroupName=GROUP)
    logs.put_subscription_filter(
        logGroupName=GROUP, filterName="all", filterPattern="", destinationArn=arn, roleArn=writer
    )
    put(rehearsal, rehearsal.administrator, GROUP, "one")
    shard = kinesis.get_shard_iterator(
        StreamName="events", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    told = [envelopes(one["Data"])[0] for one in kinesis.get_records(ShardIterator=shard)["Records"]]
    assert [one["messageType"] for one in told] == ["CONTROL_MESSAGE", "DATA_MESSAGE"]


def test_a_deleted_group_takes_its_filters_with_it(hub: Hub) -> None:
    hub.let_organization()
    hub.subscribe(roleArn=hub.sender)
    hub.logs.delete_log_group(logGroupName=GROUP)
    hub.logs.create_log_group(logGroupName=GROUP)
    assert hub.logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"] == []


def test_events_that_are_too_old_or_too_new_are_told_and_not_kept(rehearsal: Rehearsal) -> None:
    logs = rehearsal.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="stream")
    now, hour = milliseconds(rehearsal.clock.time), 3_600_000
    times = (now - 15 * 24 * hour, now, now + 3 * hour)
    told = logs.put_log_events(
        logGroupName=GROUP,
        logStreamName="stream",
        logEvents=[{"timestamp": time, "message": str(time)} for time in times],
    )
    assert told["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}
    events = logs.filter_log_events(logGroupName=GROUP)["events"]
    assert [one["message"] for one in events] == [str(now)]


def test_a_key_encrypts_a_group_only_where_its_policy_lets_the_service(rehearsal: Rehearsal) -> None:
    kms, logs = rehearsal.client("kms"), rehearsal.client("logs")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError, match="does not exist or is not allowed to be used with Arn"):
        logs.create_log_group(logGroupName=GROUP, kmsKeyId=key)
    owner = {"Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "kms:*", "Resource": "*"}
    service = {
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": "kms:Encrypt*",
        "Resource": "*",
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111111111111:*"}
        },
    }
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(owner, service))
    logs.create_log_group(logGroupName=GROUP, kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key
