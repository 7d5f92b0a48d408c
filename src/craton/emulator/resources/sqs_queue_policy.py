"""AWS::SQS::QueuePolicy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import document, text_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class QueuePolicy:
    """A policy that several queues have; Ref is a name of its own."""

    type = "AWS::SQS::QueuePolicy"

    def create(self, site: Site, properties: Properties) -> Made:
        """The queues have the policy."""
        _set(site.client("sqs"), properties["Queues"], text_of(properties["PolicyDocument"]))
        name = site.name()
        return Made(name, {"Id": name})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """The queues have the policy, and those that are named no more have none."""
        sqs = site.client("sqs")
        _set(sqs, properties["Queues"], text_of(properties["PolicyDocument"]))
        _set(sqs, sorted(set(previous["Queues"]) - set(properties["Queues"])), "")
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """The queues have no policy."""
        _set(site.client("sqs"), properties["Queues"], "")

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """The policy of the first queue, and the queues that have one."""
        sqs = site.client("sqs")
        held: dict[str, str] = {}
        for queue in properties["Queues"]:
            try:
                told = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])
            except sqs.exceptions.QueueDoesNotExist:
                continue
            policy = told.get("Attributes", {}).get("Policy")
            if policy:
                held[queue] = policy
        if not held:
            return None
        policy = document(next(iter(held.values())), properties["PolicyDocument"])
        return {"PolicyDocument": policy, "Queues": list(held)}


def _set(sqs: Any, queues: list[str], policy: str) -> None:
    for queue in queues:
        try:
            sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        except sqs.exceptions.QueueDoesNotExist:
            if policy:
                raise


KIND = QueuePolicy()
