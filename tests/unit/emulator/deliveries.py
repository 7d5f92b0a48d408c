"""What deliveries are tried with: roles, buckets, streams and log groups."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.emulator.delivery.log_events import milliseconds

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

    from craton.emulator.credentials import Caller


def policy(*statements: dict[str, Any]) -> str:
    """A policy of these statements, each an Allow where it does not say otherwise."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
    )


def role(rehearsal: Rehearsal, caller: Caller, name: str, service: str, *statements: dict[str, Any]) -> str:
    """The ARN of a new role that a service may assume, and that may do what the statements say."""
    iam = rehearsal.client("iam", caller)
    trust = policy({"Principal": {"Service": service}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    return str(arn)


def stream(rehearsal: Rehearsal, caller: Caller, bucket: str, **destination: Any) -> str:
    """The ARN of a Firehose stream into a new bucket of the caller's account."""
    rehearsal.client("s3", caller).create_bucket(Bucket=bucket)
    writer = role(
        *(rehearsal, caller, f"{bucket}-writer", "firehose.amazonaws.com"),
        {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"},
    )
    told = {"BucketARN": f"arn:aws:s3:::{bucket}", "RoleARN": writer, **destination}
    made = rehearsal.client("firehose", caller).create_delivery_stream(
        DeliveryStreamName=bucket, ExtendedS3DestinationConfiguration=told
    )
    return str(made["DeliveryStreamARN"])


def objects(rehearsal: Rehearsal, caller: Caller, bucket: str) -> dict[str, bytes]:
    """Every object of a bucket by its key."""
    s3 = rehearsal.client("s3", caller)
    rows = s3.list_objects_v2(Bucket=bucket).get("Contents", ())
    return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in rows}


def envelopes(body: bytes) -> list[dict[str, Any]]:
    """The envelopes of CloudWatch Logs in an object: one gzip member each, nothing between them."""
    text = gzip.GzipFile(fileobj=io.BytesIO(body)).read().decode()
    found, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text):
        envelope, at = decoder.raw_decode(text, at)
        found.append(envelope)
    return found


def put(rehearsal: Rehearsal, caller: Caller, group: str, *messages: str) -> None:
    """Log events in a group, taken just now, and what goes on behind it done."""
    logs = rehearsal.client("logs", caller)
    if not logs.describe_log_streams(logGroupName=group)["logStreams"]:
        logs.create_log_stream(logGroupName=group, logStreamName="stream")
    now = milliseconds(rehearsal.clock.time)
    events = [{"timestamp": now, "message": one} for one in messages]
    told = logs.put_log_events(logGroupName=group, logStreamName="stream", logEvents=events)
    assert "rejectedLogEventsInfo" not in told
    rehearsal.rest()


def limited(rehearsal: Rehearsal, name: str, *statements: dict[str, Any]) -> Caller:
    """The session of a new role of the management account that may do what the statements say."""
    trust = policy({"Principal": {"AWS": MANAGEMENT}, "Action": "sts:AssumeRole"})
    iam = rehearsal.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    return rehearsal.into(MANAGEMENT, name)
