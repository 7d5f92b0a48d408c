"""AWS::SNS::Subscription."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import refuse_others

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_ATTRIBUTES: Final = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery")
_KNOWN: Final = (*_ATTRIBUTES, "Endpoint", "Protocol", "TopicArn")


class Subscription:
    """A subscription; Ref is its ARN."""

    type = "AWS::SNS::Subscription"

    def create(self, site: Site, properties: Properties) -> Made:
        """Subscribes."""
        refuse_others(self.type, properties, _KNOWN)
        arn = site.client("sns").subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties.get("Endpoint", ""),
            Attributes={name: _text(properties[name]) for name in _ATTRIBUTES if name in properties},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return Made(arn, {"Arn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the attributes that changed."""
        refuse_others(self.type, properties, _KNOWN)
        sns = site.client("sns")
        for name in _ATTRIBUTES:
            if properties.get(name) != previous.get(name):
                none = "{}" if name == "FilterPolicy" else "false"
                sns.set_subscription_attributes(
                    SubscriptionArn=made.physical_id,
                    AttributeName=name,
                    AttributeValue=_text(properties[name]) if name in properties else none,
                )
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Unsubscribes."""
        sns = site.client("sns")
        try:
            sns.unsubscribe(SubscriptionArn=made.physical_id)
        except sns.exceptions.NotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What SNS tells of the subscription."""
        sns = site.client("sns")
        try:
            told = sns.get_subscription_attributes(SubscriptionArn=made.physical_id)["Attributes"]
        except sns.exceptions.NotFoundException:
            return None
        found: dict[str, Any] = {name: told[name] for name in _KNOWN if name in told and name in properties}
        if "FilterPolicy" in found:
            found["FilterPolicy"] = json.loads(found["FilterPolicy"])
        return found


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


KIND = Subscription()
