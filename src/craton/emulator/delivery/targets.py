"""Topics, queues and functions that another service reaches, where their own policies let it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from craton.emulator.credentials import Caller
from craton.emulator.delivery.access import LostError, service_may
from craton.emulator.delivery.addresses import policy_of_function, policy_of_queue, topic_of, url_of_queue

if TYPE_CHECKING:
    from craton.emulator.world import World


class Sender(NamedTuple):
    """A service, and on whose behalf it sends: an alarm, a rule."""

    service: str
    source_arn: str
    source_account: str

    def caller(self, account: str) -> Caller:
        """The service itself, after policies were asked."""
        name = self.service
        return Caller(account=account, arn=name, principal_arn=name, user_id=name, type="AWSService")


def publish(world: World, sender: Sender, topic: str, message: str, subject: str | None = None) -> None:
    """A message is at a topic. Raises: LostError, ClientError."""
    found = topic_of(topic)
    if found is None:
        raise LostError(f"the topic {topic} does not exist")
    _let_in(world, sender, "sns:Publish", topic, str(found.policy))
    account, region = _place(topic)
    told: dict[str, Any] = {"Subject": subject[:100]} if subject else {}
    client = world.inside.client("sns", region, sender.caller(account))
    client.publish(TopicArn=topic, Message=message, **told)


def send(world: World, sender: Sender, queue: str, body: str) -> None:
    """A message is in a queue. Raises: LostError, ClientError."""
    url = url_of_queue(world, queue)
    if url is None:
        raise LostError(f"the queue {queue} does not exist")
    _let_in(world, sender, "sqs:SendMessage", queue, policy_of_queue(queue))
    account, region = _place(queue)
    world.inside.client("sqs", region, sender.caller(account)).send_message(QueueUrl=url, MessageBody=body)


def invoke(world: World, sender: Sender, function: str, event: str) -> None:
    """A function has an event to work on. Raises: LostError, ClientError."""
    _let_in(world, sender, "lambda:InvokeFunction", function, policy_of_function(function))
    account, region = _place(function)
    client = world.inside.client("lambda", region, sender.caller(account))
    client.invoke(FunctionName=function, InvocationType="Event", Payload=event)


def _let_in(world: World, sender: Sender, action: str, resource: str, policy: str | None) -> None:
    let = service_may(
        world,
        sender.service,
        action,
        resource,
        policy=policy,
        owner=_place(resource)[0],
        source_arn=sender.source_arn,
        source_account=sender.source_account,
        more={"aws:SourceOwner": (sender.source_account,)},
    )
    if not let:
        raise LostError(f"the policy of {resource} does not let {sender.service} in for {sender.source_arn}")


def _place(arn: str) -> tuple[str, str]:
    """The account and the Region of a resource."""
    parts = arn.split(":")
    return parts[4], parts[3]
