"""Amazon SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from craton.emulator.delivery.addresses import policy_of_queue
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call

SERVICE = Service(
    "sqs",
    moto=(
        *("CreateQueue", "DeleteQueue", "GetQueueUrl", "ListQueues", "PurgeQueue"),
        *("GetQueueAttributes", "SetQueueAttributes"),
        *("SendMessage", "SendMessageBatch", "ReceiveMessage"),
        *("DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility"),
        *("TagQueue", "UntagQueue", "ListQueueTags"),
    ),
)
_BATCHES = {
    "SendMessageBatch": "sqs:SendMessage",
    "DeleteMessageBatch": "sqs:DeleteMessage",
}


@SERVICE.works_in
def account_of(call: Call) -> str:
    """The account of the queue, which its URL tells; it can be another's."""
    told = _of_url(call)
    if told is not None:
        return told[0]
    return str(call.parameters.get("QueueOwnerAWSAccountId") or call.account)


def _of_url(call: Call) -> tuple[str, str] | None:
    """The account and the name of the queue whose URL the call tells."""
    url = call.parameters.get("QueueUrl")
    if not url:
        return None
    account, _, name = urlsplit(str(url)).path.strip("/").rpartition("/")
    return account.rpartition("/")[2] or call.account, name


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A queue is authorised by its ARN, which the URL tells; batches as what they are batches of.

    Source: "Amazon SQS API permissions: Actions and resource reference", docs.aws.amazon.com/
    AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html, retrieved 2026-11-26.
    """
    name = call.operation.name
    action = _BATCHES.get(name, f"sqs:{name}")
    told = _of_url(call)
    if told is None and not call.parameters.get("QueueName"):
        return None
    account, queue = told or (account_of(call), str(call.parameters["QueueName"]))
    return [(action, f"arn:aws:sqs:{call.region}:{account}:{queue}")]


@SERVICE.policy_of("sqs")
def queue_policy(call: Call, arn: str) -> str | None:  # noqa: ARG001 - the signature of all such
    """The policy of a queue."""
    return policy_of_queue(arn)
