"""Log events on their way to whoever subscribed to their group.

Source: "Subscription filters with Amazon Kinesis Data Streams, AWS Lambda or Firehose" and "Cross-account
cross-Region subscriptions", docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html, retrieved
2026-11-26.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import itertools
import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from msgspec import Struct

from craton.core.arn import Arn
from craton.emulator.credentials import Caller
from craton.emulator.delivery.access import LostError, check_fault, in_role, lost, service_may
from craton.emulator.delivery.addresses import policy_of_function
from craton.emulator.delivery.filter_pattern import matcher
from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from craton.emulator.world import World

_COUNT: Final = itertools.count(1)
_ID_DIGITS: Final = 56


class Subscription(Struct, frozen=True, kw_only=True):
    """Who wants the events of a group. `role` is the one that writes to the stream: None for functions.

    `target` is the stream or function itself: for a destination of another account what stands behind it.
    """

    name: str
    pattern: str
    target: str
    role: str | None
    is_random: bool = False


class Origin(Struct, frozen=True, kw_only=True):
    """Where events come from."""

    account: str
    region: str
    group: str
    stream: str

    @property
    def arn(self) -> str:
        """The group, as roles and functions are told of it."""
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.group}:*"


def control_message(world: World) -> dict[str, Any]:
    """The envelope by which CloudWatch Logs tries whether a target can be reached."""
    event = {
        "id": "",
        "timestamp": milliseconds(world.now()),
        "message": "CWL CONTROL MESSAGE: Checking health of destination Firehose.",
    }
    return {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [event],
    }


def data_message(
    origin: Origin, subscription: Subscription, events: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The envelope of log events."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": origin.account,
        "logGroup": origin.group,
        "logStream": origin.stream,
        "subscriptionFilters": [subscription.name],
        "logEvents": [
            {
                "id": f"{one['timestamp']}{next(_COUNT):0{_ID_DIGITS - len(str(one['timestamp']))}d}",
                "timestamp": one["timestamp"],
                "message": one["message"],
            }
            for one in events
        ],
    }


def forward(
    world: World,
    origin: Origin,
    subscriptions: Iterable[Subscription],
    events: Sequence[Mapping[str, Any]],
) -> None:
    """Sends behind the call to each subscription the events that its pattern takes."""
    for one in subscriptions:
        passes = matcher(one.pattern)
        taken = [event for event in events if passes(str(event["message"]))]
        if taken:
            envelope = data_message(origin, one, taken)
            world.work.start(
                f"log events of {origin.group}",
                lambda one=one, envelope=envelope: _forwarded(world, origin, one, envelope),  # type: ignore[misc]
            )


def _forwarded(world: World, origin: Origin, one: Subscription, envelope: Mapping[str, Any]) -> None:
    try:
        check_fault(world, "logs", origin.account, origin.region)
        send(world, origin, one, envelope)
    except (LostError, ClientError, NotEmulatedError) as why:
        lost(world, f"{len(envelope['logEvents'])} log events of {origin.group} to {one.target}", why)


def send(world: World, origin: Origin, one: Subscription, envelope: Mapping[str, Any]) -> None:
    """Hands one envelope over. Raises: LostError, ClientError where the target does not take it."""
    target = Arn.parse(one.target)
    data = gzip.compress(json.dumps(envelope, separators=(",", ":")).encode(), mtime=0)
    match target.service if target else "":
        case "firehose" if target:
            client = world.inside.client("firehose", target.region, _writer(world, origin, one))
            client.put_record(DeliveryStreamName=_name(target), Record={"Data": data})
        case "kinesis" if target:
            client = world.inside.client("kinesis", target.region, _writer(world, origin, one))
            key = uuid.uuid4().hex if one.is_random else (origin.stream or "control")
            client.put_record(StreamName=_name(target), Data=data, PartitionKey=key[:256])
        case "lambda" if target:
            _invoke(world, origin, one.target, target, data)
        case _:
            raise LostError(f"{one.target} is no stream and no function")


def _name(target: Arn) -> str:
    return target.resource.partition("/")[2]


def _writer(world: World, origin: Origin, one: Subscription) -> Caller:
    """CloudWatch Logs in the role that may write to the target."""
    if one.role is None:
        raise LostError(f"no role writes to {one.target}")
    for service in principals(origin.region):
        try:
            return in_role(
                world,
                one.role,
                service,
                "CloudWatchLogs",
                source_arn=origin.arn,
                source_account=origin.account,
            )
        except LostError as error:
            why = error
    raise why


def principals(region: str) -> tuple[str, str]:
    """The names under which policies let CloudWatch Logs in."""
    return "logs.amazonaws.com", f"logs.{region}.amazonaws.com"


def _invoke(world: World, origin: Origin, arn: str, target: Arn, data: bytes) -> None:
    if not may_invoke(world, origin, arn):
        raise LostError(f"the policy of {arn} does not let CloudWatch Logs invoke it for {origin.arn}")
    itself = Caller(
        account=target.account,
        arn="logs.amazonaws.com",
        principal_arn="logs.amazonaws.com",
        user_id="logs.amazonaws.com",
        type="AWSService",
    )
    payload = json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}})
    client = world.inside.client("lambda", target.region, itself)
    client.invoke(FunctionName=arn, InvocationType="Event", Payload=payload.encode())


def may_invoke(world: World, origin: Origin, function: str) -> bool:
    """Whether the policy of a function lets CloudWatch Logs invoke it for a group."""
    policy = policy_of_function(function)
    return any(
        service_may(
            world,
            service,
            "lambda:InvokeFunction",
            function,
            policy=policy,
            owner=function.split(":")[4],
            source_arn=origin.arn,
            source_account=origin.account,
        )
        for service in principals(origin.region)
    )


def milliseconds(moment: dt.datetime) -> int:
    """A moment in naive UTC as CloudWatch Logs tells it. Units: milliseconds since 1970."""
    return int(moment.replace(tzinfo=dt.UTC).timestamp() * 1000)
