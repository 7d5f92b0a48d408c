"""Amazon SNS."""

from __future__ import annotations

from craton.emulator.service import Service

SERVICE = Service(
    "sns",
    moto=(
        *("CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", "ListTopics"),
        *("Subscribe", "Unsubscribe", "ListSubscriptionsByTopic", "Publish"),
    ),
)
