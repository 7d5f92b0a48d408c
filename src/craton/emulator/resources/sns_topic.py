"""AWS::SNS::Topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_ATTRIBUTES: Final = ("DisplayName", "KmsMasterKeyId")
_KNOWN: Final = (*_ATTRIBUTES, "TopicName", "Subscription", "Tags")
_PENDING: Final = "PendingConfirmation"


class Topic:
    """A topic with its subscriptions; Ref is its ARN."""

    type = "AWS::SNS::Topic"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the topic and subscribes its subscribers."""
        refuse_others(self.type, properties, _KNOWN)
        sns = site.client("sns")
        attributes = {name: str(properties[name]) for name in _ATTRIBUTES if name in properties}
        name = properties.get("TopicName") or site.name()
        tags = [{"Key": key, "Value": value} for key, value in tags_of(properties).items()]
        arn = sns.create_topic(Name=name, Attributes=attributes, Tags=tags)["TopicArn"]
        for protocol, endpoint in _subscribers(properties):
            sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
        return Made(arn, {"TopicArn": arn, "TopicName": name})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        refuse_others(self.type, properties, _KNOWN)
        sns, arn = site.client("sns"), made.physical_id
        for name in _ATTRIBUTES:
            if properties.get(name) != previous.get(name):
                sns.set_topic_attributes(
                    TopicArn=arn, AttributeName=name, AttributeValue=str(properties.get(name, ""))
                )
        wanted, before = set(_subscribers(properties)), set(_subscribers(previous))
        for protocol, endpoint in sorted(wanted - before):
            sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
        for one in _subscriptions(sns, arn):
            if (one["Protocol"], one["Endpoint"]) in before - wanted and one["SubscriptionArn"] != _PENDING:
                sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
        calls = TagCalls("tag_resource", "untag_resource")
        retag(sns, calls, {"ResourceArn": arn}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the topic."""
        site.client("sns").delete_topic(TopicArn=made.physical_id)

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What SNS tells of the topic; of its subscriptions those that the stack made."""
        sns, arn = site.client("sns"), made.physical_id
        try:
            told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        except sns.exceptions.NotFoundException:
            return None
        found: dict[str, Any] = {name: told.get(name) or None for name in _ATTRIBUTES}
        theirs = set(_subscribers(properties))
        if theirs:
            held = {(one["Protocol"], one["Endpoint"]) for one in _subscriptions(sns, arn)} & theirs
            found["Subscription"] = [
                {"Protocol": protocol, "Endpoint": endpoint} for protocol, endpoint in sorted(held)
            ]
        tags = tag_list(sns.list_tags_for_resource(ResourceArn=arn)["Tags"])
        return {**found, "TopicName": arn.rpartition(":")[2], "Tags": tags}


def _subscribers(properties: Properties) -> list[tuple[str, str]]:
    return [(one["Protocol"], one["Endpoint"]) for one in properties.get("Subscription", ())]


def _subscriptions(sns: Any, arn: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    return found


KIND = Topic()
