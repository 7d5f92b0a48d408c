"""The subscription that sends the invocations of an account to the hub's destination.

Where a destination lets in an organization rather than accounts by name, the sender needs a role.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose.html, and
docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Resource, attribute, ref, sub
from craton.core.statement import allow
from craton.kinds.invocation_log_group import LOG_GROUP, logging
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

SUBSCRIPTION: Final = "LogSubscription"
_ROLE: Final = "LogSubscriptionRole"


def _resources(intent: Intent) -> Iterator[Resource]:
    if logging(intent).transport != "subscription":
        return
    names = intent.manifest.names
    yield service_role(
        "member",
        _ROLE,
        "logs.amazonaws.com",
        [allow("logs:PutLogEvents", attribute(LOG_GROUP, "Arn"))],
        condition=None,
    )
    yield Resource(
        template="member",
        id=SUBSCRIPTION,
        type="AWS::Logs::SubscriptionFilter",
        properties={
            "LogGroupName": ref(LOG_GROUP),
            "FilterName": names.destination,
            "FilterPattern": "",
            "DestinationArn": sub(
                f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:{intent.hub_account}"
                f":destination:{names.destination}"
            ),
            "RoleArn": attribute(_ROLE, "Arn"),
        },
    )


KIND: Final = Kind(
    name="log_subscription",
    title="Subscription of the hub",
    resources=_resources,
)
