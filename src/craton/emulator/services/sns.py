"""Amazon SNS: topics, and messages that reach queues and functions whose policies let them in.

Subscriptions of other protocols are kept, and nothing leaves the machine for them.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.delivery.addresses import topic_of
from craton.emulator.delivery.messages import deliver
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.service import Result

SERVICE = Service(
    "sns",
    moto=(
        *("CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", "ListTopics"),
        *("Subscribe", "Unsubscribe", "ListSubscriptions", "ListSubscriptionsByTopic"),
        *("GetSubscriptionAttributes", "SetSubscriptionAttributes"),
        *("TagResource", "UntagResource", "ListTagsForResource"),
    ),
)
LONGEST_MESSAGE: Final = 262_144
"""Units: bytes."""
_NOT_SENT: Final = ("PhoneNumber", "TargetArn", "MessageGroupId", "MessageDeduplicationId")
_OF_SUBSCRIPTIONS: Final = ("Unsubscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes")
_ARNS: Final = ("TopicArn", "SubscriptionArn", "ResourceArn")


@SERVICE.works_in
def account_of(call: Call) -> str:
    """The account of the topic: it can be another's."""
    told = next((str(call.parameters[name]) for name in _ARNS if call.parameters.get(name)), "")
    arn = Arn.parse(told)
    return arn.account if arn else call.account


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """What is done to a subscription is authorised on its topic."""
    told = str(call.parameters.get("SubscriptionArn") or "")
    if call.operation.name in _OF_SUBSCRIPTIONS and told.startswith("arn:"):
        return [(f"sns:{call.operation.name}", told.rpartition(":")[0])]
    return None


@SERVICE.policy_of("sns")
def topic_policy(call: Call, arn: str) -> str | None:  # noqa: ARG001 - the signature of all such
    """The policy of a topic."""
    topic = topic_of(arn)
    return str(topic.policy) if topic else None


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """What a subscription tells of itself.

    Source: "Condition keys for Amazon SNS", docs.aws.amazon.com/service-authorization/latest/reference/
    list_amazonsns.html, retrieved 2026-11-26.
    """
    given = call.parameters
    keys = {"sns:Protocol": given.get("Protocol"), "sns:Endpoint": given.get("Endpoint")}
    return {name: (str(value),) for name, value in keys.items() if value}


@SERVICE.operation("Publish")
def publish(call: Call) -> Result:
    """Sends a message to all who subscribed to a topic."""
    given = call.parameters
    for name in _NOT_SENT:
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    message = str(given.get("Message") or "")
    if not message:
        raise ServiceError("InvalidParameter", "Invalid parameter: Empty message")
    if len(message.encode()) > LONGEST_MESSAGE:
        raise ServiceError("InvalidParameter", "Invalid parameter: Message too long")
    topic = topic_of(str(given["TopicArn"]))
    if topic is None:
        raise ServiceError("NotFound", "Topic does not exist")
    message_id = str(uuid.uuid4())
    attributes: dict[str, Any] = dict(given.get("MessageAttributes") or {})
    deliver(
        call.world,
        topic,
        message_id,
        message,
        subject=given.get("Subject"),
        attributes=attributes,
        is_json=given.get("MessageStructure") == "json",
    )
    return {"MessageId": message_id}


@SERVICE.before("CreateTopic")
def refuse_queues_in_order(call: Call) -> None:
    """Raises: NotEmulatedError for topics that keep an order."""
    attributes = call.parameters.get("Attributes") or {}
    if str(attributes.get("FifoTopic", "false")).lower() == "true":
        raise NotEmulatedError("the attribute FifoTopic")
    if call.parameters.get("DataProtectionPolicy"):
        raise NotEmulatedError("the parameter DataProtectionPolicy")
