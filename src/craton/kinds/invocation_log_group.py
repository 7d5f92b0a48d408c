"""The log group into which Bedrock writes the invocations of an account and Region.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, retrieved 2026-11-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from msgspec import Meta, field

from craton.core.kind import Kind, Row
from craton.core.manifest_section import Section
from craton.core.manifest_text import EnvironmentName
from craton.core.plural import plural
from craton.core.resource import Resource, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Tier

NAME: Final = "/craton/bedrock/invocations"
LOG_GROUP: Final = "InvocationLogGroup"

_DAYS: Final[dict[Tier, int]] = {"sandbox": 14, "dev": 30, "test": 90, "staging": 180, "prod": 365}
"""How long logs stay in the account that made them; the archive in the hub keeps them for years.

The days are of those that PutRetentionPolicy accepts.
Source: botocore's service model of CloudWatch Logs, retrieved 2026-11-26.
"""

Days = Annotated[int, Meta(ge=1, le=3653)]
Transport = Literal["subscription", "centralization", "replication"]
Body = Literal["text", "image", "embedding", "video", "audio"]


class Logging(Section, frozen=True, kw_only=True):
    """How invocations are logged, and how the logs come to the hub."""

    transport: Annotated[
        Transport,
        Meta(
            description="the way to the hub: a `subscription` of its destination, a `centralization` rule"
            " of the organization, or `replication` of whole records between buckets"
        ),
    ] = "subscription"
    bodies: Annotated[
        tuple[Body, ...],
        Meta(
            description="what is logged of requests and answers; without `text`, logs tell no stop reason and"
            " nothing of guardrails",
            examples=[["text", "image"]],
        ),
    ] = ("text",)
    days_in_account: Annotated[
        dict[EnvironmentName, Days],
        Meta(description="days that logs stay in the account itself, by environment", examples=[{"dev": 7}]),
    ] = field(default_factory=dict)


def logging(intent: Intent) -> Logging:
    """How the manifest wants invocations to be logged."""
    return intent.section("logging", Logging)


def days_in_account(intent: Intent, environment: EnvironmentIntent) -> int:
    """So many days logs stay in the accounts of an environment."""
    return logging(intent).days_in_account.get(environment.name, _DAYS[environment.tier])


def _resources(intent: Intent) -> Iterator[Resource]:
    if logging(intent).transport == "replication":
        return  # records go to the bucket alone: twice would be paid twice
    yield Resource(
        template="member",
        id=LOG_GROUP,
        type="AWS::Logs::LogGroup",
        properties={
            "LogGroupName": NAME,
            "KmsKeyId": attribute("EncryptionKey", "Arn"),
            "RetentionInDays": intent.by_environment(lambda one: days_in_account(intent, one)),
        },
    )


KIND: Final = Kind(
    name="invocation_log_group",
    title="Log group of invocations",
    section=("logging", Logging),
    resources=_resources,
    rows=(
        Row(
            title="Logs come to the hub by",
            value=lambda intent, _: logging(intent).transport,
            properties=(),
        ),
        Row(
            title="Logs stay in the account",
            value=lambda intent, one: plural(days_in_account(intent, one), "day"),
            properties=(
                f"{LOG_GROUP}.RetentionInDays",
                "InvocationBucket.LifecycleConfiguration",
                "AccessLogBucket.LifecycleConfiguration",
            ),
        ),
    ),
)
