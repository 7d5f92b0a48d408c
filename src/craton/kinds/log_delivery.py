"""How the invocation logs of members come into the archive.

Members subscribe to a destination of their Region; or a rule of the organization centralizes their log
groups; or their buckets are replicated, which needs nothing here beside what the archive allows.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilterFirehose-Account.html,
docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs_Centralization.html, and
docs.aws.amazon.com/firehose/latest/dev/controlling-access.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.organization_step import OrganizationStep, delegation
from craton.core.resource import Output, Resource, attribute, ref, sub
from craton.core.statement import allow
from craton.kinds.invocation_log_group import NAME as MEMBERS_LOG_GROUP
from craton.kinds.invocation_log_group import Logging
from craton.kinds.parts.archive_stream import archive_stream
from craton.kinds.parts.hub import ARCHIVE, ARCHIVE_STREAM, DELIVERY_LOG_GROUP, DELIVERY_ROLE, KEY_ARN
from craton.kinds.parts.kept_bucket import objects_of
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

DESTINATION: Final = "LogDestination"
AGGREGATED: Final = "AggregatedLogGroup"
PREFIX: Final = "invocations/"
FORWARDING_ROLE: Final = "ForwardingRole"

_TOLD_DAYS: Final = 30
_AGGREGATED_DAYS: Final = 30
"""How long the copies stay in CloudWatch Logs; the archive has them for years."""


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    yield Resource(
        template="hub",
        id=DELIVERY_LOG_GROUP,
        type="AWS::Logs::LogGroup",
        properties={
            "LogGroupName": "/craton/delivery",
            "KmsKeyId": KEY_ARN,
            "RetentionInDays": _TOLD_DAYS,
        },
    )
    yield service_role(
        *("hub", DELIVERY_ROLE, "firehose.amazonaws.com"),
        [
            allow(["s3:AbortMultipartUpload", "s3:PutObject"], objects_of(ARCHIVE)),
            allow(
                ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                attribute(ARCHIVE, "Arn"),
            ),
            allow(["kms:Decrypt", "kms:GenerateDataKey"], KEY_ARN),
            allow("logs:PutLogEvents", sub(f"${{{DELIVERY_LOG_GROUP}.Arn}}:*")),
        ],
    )
    match intent.section("logging", Logging).transport:
        case "subscription":
            yield from _stream()
            yield _forwarding(["arn:${AWS::Partition}:logs:${AWS::Region}:*:*"])
            yield from _destination(intent)
        case "centralization":
            yield from _stream()
            yield _forwarding(["arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"])
            yield from _aggregated(intent)
        case "replication":
            pass


def _stream() -> Iterator[Resource]:
    """CloudWatch Logs hands on what is gzip already, so that nothing is to be compressed."""
    yield from archive_stream(
        ARCHIVE_STREAM, "craton-bedrock-invocations", PREFIX, extension=".gz", compression="UNCOMPRESSED"
    )


def _forwarding(sources: list[str]) -> Resource:
    """The role in which CloudWatch Logs writes to the stream, on behalf of these sources."""
    return service_role(
        *("hub", FORWARDING_ROLE, "logs.amazonaws.com"),
        [allow(["firehose:PutRecord", "firehose:PutRecordBatch"], attribute(ARCHIVE_STREAM, "Arn"))],
        condition={"StringLike": {"aws:SourceArn": [sub(one) for one in sources]}},
    )


def _destination(intent: Intent) -> Iterator[Resource | Output]:
    name = intent.manifest.names.destination
    statement = {
        "Sid": "MembersOfTheOrganization",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "logs:PutSubscriptionFilter",
        "Resource": f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:destination:{name}",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": intent.manifest.organization.id}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    yield Resource(
        template="hub",
        id=DESTINATION,
        type="AWS::Logs::Destination",
        properties={
            "DestinationName": name,
            "TargetArn": attribute(ARCHIVE_STREAM, "Arn"),
            "RoleArn": attribute(FORWARDING_ROLE, "Arn"),
            "DestinationPolicy": sub(json.dumps(policy, separators=(",", ":"))),
        },
    )
    yield Output(
        template="hub",
        id=f"{DESTINATION}Arn",
        value=attribute(DESTINATION, "Arn"),
        description="to which members of the organization subscribe their log groups",
    )


def _aggregated(intent: Intent) -> Iterator[Resource]:
    """The copies of all log groups in one of the home Region, and from there into the stream."""
    names, organization = intent.manifest.names, intent.manifest.organization.id
    yield Resource(
        template="hub",
        id=AGGREGATED,
        type="AWS::Logs::LogGroup",
        regions="home",
        properties={
            "LogGroupName": names.aggregated_log_group,
            "KmsKeyId": KEY_ARN,
            "RetentionInDays": _AGGREGATED_DAYS,
        },
    )
    yield Resource(
        template="hub",
        id="AggregatedSubscription",
        type="AWS::Logs::SubscriptionFilter",
        regions="home",
        properties={
            "LogGroupName": ref(AGGREGATED),
            "FilterName": "archive",
            "FilterPattern": "",
            "DestinationArn": attribute(ARCHIVE_STREAM, "Arn"),
            "RoleArn": attribute(FORWARDING_ROLE, "Arn"),
        },
    )
    yield Resource(
        template="hub",
        id="CentralizationRule",
        type="AWS::ObservabilityAdmin::OrganizationCentralizationRule",
        regions="home",
        depends_on=("AggregatedSubscription",),
        because="it wants the hub to be a delegated administrator of observabilityadmin.amazonaws.com",
        properties={
            "RuleName": "craton-bedrock",
            "Rule": {
                "Source": {
                    "Regions": list(intent.regions),
                    "Scope": f"OrganizationId = '{organization}'",
                    "SourceLogsConfiguration": {
                        "LogGroupSelectionCriteria": f"LogGroupName = '{MEMBERS_LOG_GROUP}'",
                        "EncryptedLogGroupStrategy": "ALLOW",
                    },
                },
                "Destination": {
                    "Region": intent.home_region,
                    "Account": intent.hub_account,
                    "DestinationLogsConfiguration": {
                        "LogGroupNameConfiguration": {"LogGroupNamePattern": names.aggregated_log_group},
                        "LogsEncryptionConfiguration": {
                            "EncryptionStrategy": "CUSTOMER_MANAGED",
                            "KmsKeyArn": KEY_ARN,
                        },
                    },
                },
            },
        },
    )


def _steps(intent: Intent) -> Iterator[OrganizationStep]:
    if intent.section("logging", Logging).transport == "centralization":
        because = "a rule of the hub centralizes the log groups of all accounts"
        yield from delegation("observabilityadmin.amazonaws.com", intent.hub_account, because)


KIND: Final = Kind(
    name="log_delivery", title="Delivery of logs to the archive", resources=_resources, steps=_steps
)
