"""AWS::SQS::Queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_DEFAULTS: Final = {
    "DelaySeconds": "0",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
"""What an attribute is where nobody says otherwise.

Source: "SetQueueAttributes", docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
API_SetQueueAttributes.html, retrieved 2026-11-26.
"""


class Queue:
    """A queue; Ref is its URL."""

    type = "AWS::SQS::Queue"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the queue with its attributes and tags."""
        refuse_others(self.type, properties, ("QueueName", "Tags", *_DEFAULTS))
        sqs = site.client("sqs")
        name = properties.get("QueueName") or site.name(80)
        url = sqs.create_queue(QueueName=name, Attributes=_attributes(properties), tags=tags_of(properties))[
            "QueueUrl"
        ]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets its attributes; what is said no more becomes as it was at first."""
        refuse_others(self.type, properties, ("QueueName", "Tags", *_DEFAULTS))
        sqs, named = site.client("sqs"), {"QueueUrl": made.physical_id}
        gone = {name: _DEFAULTS[name] for name in previous if name in _DEFAULTS and name not in properties}
        sqs.set_queue_attributes(**named, Attributes={**gone, **_attributes(properties)})
        retag(sqs, TagCalls("tag_queue", "untag_queue"), named, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the queue."""
        sqs = site.client("sqs")
        try:
            sqs.delete_queue(QueueUrl=made.physical_id)
        except sqs.exceptions.QueueDoesNotExist:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What SQS tells of the attributes that the stack sets."""
        sqs = site.client("sqs")
        try:
            told = sqs.get_queue_attributes(QueueUrl=made.physical_id, AttributeNames=["All"])["Attributes"]
        except sqs.exceptions.QueueDoesNotExist:
            return None
        found: dict[str, Any] = {name: told[name] for name in properties if name in told}
        if "RedrivePolicy" in found:
            found["RedrivePolicy"] = json.loads(found["RedrivePolicy"])
        found["QueueName"] = told["QueueArn"].rpartition(":")[2]
        return {**found, "Tags": tag_list(sqs.list_queue_tags(QueueUrl=made.physical_id).get("Tags"))}


def _attributes(properties: Properties) -> dict[str, str]:
    return {name: _text(properties[name]) for name in _DEFAULTS if name in properties}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


KIND = Queue()
