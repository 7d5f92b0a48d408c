"""Messages of topics on their way to queues and functions.

Source: "Amazon SNS message and JSON formats" and "Fanout to Amazon SQS queues",
docs.aws.amazon.com/sns/latest/dg/, retrieved 2026-11-26. The envelope bears no signature: only AWS can sign.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.core.arn import Arn
from craton.emulator.credentials import Caller
from craton.emulator.delivery.access import LostError, check_fault, lost, service_may
from craton.emulator.delivery.addresses import policy_of_function, policy_of_queue, url_of_queue
from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.sns.models import Subscription, Topic

    from craton.emulator.world import World

_SERVICE: Final = "sns.amazonaws.com"
_FUNCTION_PARTS: Final = 7


def deliver(
    world: World,
    topic: Topic,
    message_id: str,
    message: str,
    *,
    subject: str | None,
    attributes: Mapping[str, Mapping[str, Any]],
    is_json: bool,
) -> None:
    """Sends a message behind the call to each subscription whose filter it passes."""
    told = json.loads(message) if is_json else {}
    for subscription in list(topic.sns_backend.subscriptions.values()):
        if subscription.topic_arn != topic.arn:
            continue
        text = str(told.get(subscription.protocol) or told.get("default") or message)
        if not _passes(subscription, attributes, text):
            continue
        envelope = _envelope(
            world, topic, message_id=message_id, text=text, subject=subject, attributes=attributes
        )
        world.work.start(
            f"message {message_id}", partial(_sent, world, topic, subscription, envelope, attributes)
        )


def _passes(subscription: Subscription, attributes: Mapping[str, Mapping[str, Any]], text: str) -> bool:
    matcher = subscription._filter_policy_matcher  # noqa: SLF001 - moto has no other way to ask
    if matcher is None:
        return True
    shaped = {
        name: {"Type": one.get("DataType"), "Value": one.get("StringValue")}
        for name, one in attributes.items()
    }
    return bool(matcher.matches(shaped, text))


def _envelope(
    world: World,
    topic: Topic,
    *,
    message_id: str,
    text: str,
    subject: str | None,
    attributes: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic.arn,
        "Message": text,
        "Timestamp": f"{world.now():%Y-%m-%dT%H:%M:%S.000Z}",
    }
    if subject:
        whole["Subject"] = subject
    if attributes:
        whole["MessageAttributes"] = {
            name: {"Type": one.get("DataType"), "Value": one.get("StringValue")}
            for name, one in attributes.items()
        }
    return whole


def _sent(
    world: World,
    topic: Topic,
    subscription: Subscription,
    envelope: Mapping[str, Any],
    attributes: Mapping[str, Mapping[str, Any]],
) -> None:
    """The message has reached its end, or is kept as lost."""
    if subscription.protocol not in ("sqs", "lambda"):
        return
    try:
        check_fault(world, "sns", str(topic.account_id), str(topic.arn).split(":")[3])
        match subscription.protocol:
            case "sqs":
                _to_queue(world, topic, subscription, envelope, attributes)
            case _:
                _to_function(world, topic, str(subscription.endpoint), envelope)
    except (LostError, ClientError, NotEmulatedError) as why:
        lost(world, f"the message {envelope['MessageId']} to {subscription.endpoint}", why)


def _to_queue(
    world: World,
    topic: Topic,
    subscription: Subscription,
    envelope: Mapping[str, Any],
    attributes: Mapping[str, Mapping[str, Any]],
) -> None:
    endpoint = str(subscription.endpoint)
    arn = Arn.parse(endpoint)
    url = url_of_queue(world, endpoint)
    if arn is None or url is None:
        raise LostError(f"the queue {endpoint} does not exist")
    if not _may(world, topic, "sqs:SendMessage", endpoint, policy_of_queue(endpoint)):
        raise LostError(f"the policy of {endpoint} does not let {_SERVICE} send for {topic.arn}")
    client = world.inside.client("sqs", arn.region, _as_service(arn.account))
    if str(subscription.attributes.get("RawMessageDelivery", "false")).lower() == "true":
        client.send_message(
            QueueUrl=url, MessageBody=str(envelope["Message"]), MessageAttributes=dict(attributes)
        )
    else:
        client.send_message(QueueUrl=url, MessageBody=json.dumps(envelope))


def _to_function(world: World, topic: Topic, endpoint: str, envelope: Mapping[str, Any]) -> None:
    parts = endpoint.split(":")
    if len(parts) < _FUNCTION_PARTS:
        raise LostError(f"{endpoint} is no function")
    if not _may(world, topic, "lambda:InvokeFunction", endpoint, policy_of_function(endpoint)):
        raise LostError(f"the policy of {endpoint} does not let {_SERVICE} invoke it for {topic.arn}")
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": envelope}
    client = world.inside.client("lambda", parts[3], _as_service(parts[4]))
    client.invoke(FunctionName=endpoint, InvocationType="Event", Payload=json.dumps({"Records": [record]}))


def _may(world: World, topic: Topic, action: str, resource: str, policy: str | None) -> bool:
    return service_may(
        world,
        _SERVICE,
        action,
        resource,
        policy=policy,
        owner=resource.split(":")[4],
        source_arn=str(topic.arn),
        source_account=str(topic.account_id),
    )


def _as_service(account: str) -> Caller:
    """SNS itself, after the resource's policy was asked."""
    return Caller(account=account, arn=_SERVICE, principal_arn=_SERVICE, user_id=_SERVICE, type="AWSService")
