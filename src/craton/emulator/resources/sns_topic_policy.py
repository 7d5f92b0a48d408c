"""AWS::SNS::TopicPolicy and AWS::SNS::TopicInlinePolicy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import document, text_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_ACTIONS = (
    *("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"),
    *("Subscribe", "ListSubscriptionsByTopic", "Publish"),
)


class TopicPolicy:
    """A policy that several topics have; Ref is a name of its own."""

    type = "AWS::SNS::TopicPolicy"

    def create(self, site: Site, properties: Properties) -> Made:
        """The topics have the policy."""
        for topic in properties["Topics"]:
            _set(site.client("sns"), topic, text_of(properties["PolicyDocument"]))
        name = site.name()
        return Made(name, {"Id": name})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """The topics have the policy, and those that are named no more have the first one again."""
        sns = site.client("sns")
        for topic in properties["Topics"]:
            _set(sns, topic, text_of(properties["PolicyDocument"]))
        for topic in set(previous["Topics"]) - set(properties["Topics"]):
            _set(sns, topic, _first(topic))
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """The topics have the policy again that every topic has at first."""
        sns = site.client("sns")
        for topic in properties["Topics"]:
            try:
                _set(sns, topic, _first(topic))
            except sns.exceptions.NotFoundException:
                continue

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """The policy of the first topic, and the topics that have it."""
        sns = site.client("sns")
        held: dict[str, str] = {}
        for topic in properties["Topics"]:
            try:
                held[topic] = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
            except sns.exceptions.NotFoundException:
                continue
        changed = {
            topic: policy for topic, policy in held.items() if json.loads(policy) != json.loads(_first(topic))
        }
        if not changed:
            return None
        policy = document(next(iter(changed.values())), properties["PolicyDocument"])
        return {"PolicyDocument": policy, "Topics": list(changed)}


class TopicInlinePolicy:
    """The policy of one topic; Ref is the topic's ARN."""

    type = "AWS::SNS::TopicInlinePolicy"

    def create(self, site: Site, properties: Properties) -> Made:
        """The topic has the policy."""
        topic = str(properties["TopicArn"])
        _set(site.client("sns"), topic, text_of(properties["PolicyDocument"]))
        return Made(topic)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """The topic has the new policy."""
        return self.create(site, properties)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """The topic has the policy again that every topic has at first."""
        sns = site.client("sns")
        try:
            _set(sns, made.physical_id, _first(made.physical_id))
        except sns.exceptions.NotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """The policy of the topic; none where it is the first one."""
        sns, topic = site.client("sns"), made.physical_id
        try:
            policy = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
        except sns.exceptions.NotFoundException:
            return None
        if json.loads(policy) == json.loads(_first(topic)):
            return None
        return {"TopicArn": topic, "PolicyDocument": document(policy, properties["PolicyDocument"])}


def _set(sns: Any, topic: str, policy: str) -> None:
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)


def _first(topic: str) -> str:
    """The policy that a topic has until it is given another.

    Source: "AddPermission" and "Default topic policy", docs.aws.amazon.com/sns/latest/dg/
    sns-access-policy-language-api-permissions-reference.html, retrieved 2026-11-26.
    """
    statement = {
        "Effect": "Allow",
        "Sid": "__default_statement_ID",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in _ACTIONS],
        "Resource": topic,
        "Condition": {"StringEquals": {"AWS:SourceOwner": topic.split(":")[4]}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


KINDS = (TopicPolicy(), TopicInlinePolicy())
