"""AWS::SQS::Queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_NO_ATTRIBUTES: Final = ("QueueName", "Tags")


class Queue:
    """A queue; Ref is its URL."""

    type = "AWS::SQS::Queue"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the queue with its attributes and tags."""
        sqs = site.client("sqs")
        name = properties.get("QueueName") or site.name(80)
        url = sqs.create_queue(
            QueueName=name,
            Attributes=_attributes(properties),
            tags={one["Key"]: one["Value"] for one in properties.get("Tags", ())},
        )["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Sets its attributes."""
        site.client("sqs").set_queue_attributes(QueueUrl=made.physical_id, Attributes=_attributes(properties))
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
        return {name: told[name] for name in properties if name in told}


def _attributes(properties: Properties) -> dict[str, str]:
    return {name: _text(value) for name, value in properties.items() if name not in _NO_ATTRIBUTES}


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


KIND = Queue()
