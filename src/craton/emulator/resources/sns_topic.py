"""AWS::SNS::Topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_ATTRIBUTES: Final = ("DisplayName", "KmsMasterKeyId")


class Topic:
    """A topic with its subscriptions."""

    type = "AWS::SNS::Topic"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the topic and subscribes its subscribers."""
        sns = site.client("sns")
        attributes = {name: str(properties[name]) for name in _ATTRIBUTES if name in properties}
        name = properties.get("TopicName") or site.name()
        arn = sns.create_topic(Name=name, Attributes=attributes, Tags=list(properties.get("Tags", ())))[
            "TopicArn"
        ]
        for one in properties.get("Subscription", ()):
            sns.subscribe(TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"])
        return Made(arn, {"TopicArn": arn, "TopicName": name})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        sns = site.client("sns")
        for name in _ATTRIBUTES:
            if properties.get(name) != previous.get(name):
                sns.set_topic_attributes(
                    TopicArn=made.physical_id,
                    AttributeName=name,
                    AttributeValue=str(properties.get(name, "")),
                )
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the topic."""
        site.client("sns").delete_topic(TopicArn=made.physical_id)

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What SNS tells of the topic."""
        sns = site.client("sns")
        try:
            told = sns.get_topic_attributes(TopicArn=made.physical_id)["Attributes"]
        except sns.exceptions.NotFoundException:
            return None
        found: dict[str, Any] = {name: told[name] for name in _ATTRIBUTES if told.get(name)}
        return {**found, "TopicName": made.physical_id.rpartition(":")[2]}


KIND = Topic()
