"""The key of the hub in a Region: it encrypts the archive, trails, topics, streams and results there.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html,
docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html,
docs.aws.amazon.com/sns/latest/dg/sns-key-management.html, and
docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.resource import ACCOUNT, Output, Resource, ref, sub
from craton.core.statement import document
from craton.kinds.encryption_key import Encryption
from craton.kinds.invocation_log_group import Logging
from craton.kinds.parts.hub import KEY, KEY_ARN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.intent import Intent

ALIAS: Final = "alias/craton-hub"
_USE: Final = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    logging = intent.section("logging", Logging)
    tags = [{"Key": "LogsManaged", "Value": "true"}] if logging.transport == "centralization" else None
    yield Resource(
        template="hub",
        id=KEY,
        type="AWS::KMS::Key",
        retained=True,
        because="what it has encrypted stays readable when the stack is gone",
        properties={
            "Description": "logs, trails, topics and results of the hub",
            "EnableKeyRotation": True,
            "PendingWindowInDays": intent.section("encryption", Encryption).deletion_days,
            "KeyPolicy": document(*_statements(intent)),
            "Tags": tags,
        },
    )
    yield Resource(
        template="hub",
        id="HubKeyAlias",
        type="AWS::KMS::Alias",
        properties={"AliasName": ALIAS, "TargetKeyId": ref(KEY)},
    )
    yield Output(
        template="hub", id="HubKeyArn", value=KEY_ARN, description="encrypts what members send to this Region"
    )


def _statements(intent: Intent) -> Iterator[Mapping[str, Any]]:
    """What the account, and each service that has no role there, may do with the key."""
    yield _allow("AccountDecides", {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")}, "kms:*")
    yield _allow(
        "LogGroupsOfTheAccount",
        {"Service": sub("logs.${AWS::Region}.${AWS::URLSuffix}")},
        _USE,
        {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": sub(
                    "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"
                )
            }
        },
    )
    yield _allow(
        "TopicOfAlerts",
        {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]},
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        {"StringEquals": {"aws:SourceAccount": [ACCOUNT, intent.management_account]}},
    )
    yield _allow(
        "TrailsOfTheOrganization",
        {"Service": "cloudtrail.amazonaws.com"},
        ["kms:DescribeKey", "kms:GenerateDataKey*"],
        {
            "ArnLike": {
                "aws:SourceArn": sub(
                    "arn:${AWS::Partition}:cloudtrail:*:" + intent.management_account + ":trail/*"
                )
            }
        },
    )
    if intent.section("logging", Logging).transport == "replication":
        yield _allow(
            "ReplicasOfMembers",
            {"AWS": "*"},
            ["kms:Encrypt", "kms:GenerateDataKey"],
            {
                "StringEquals": {"aws:PrincipalOrgID": intent.manifest.organization.id},
                "ArnLike": {"aws:PrincipalArn": sub("arn:${AWS::Partition}:iam::*:role/craton/*")},
                "StringLike": {"kms:ViaService": "s3.*.amazonaws.com"},
            },
        )


def _allow(
    sid: str, principal: Mapping[str, Any], action: Any, condition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    told = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return {**told, "Condition": condition} if condition else told


KIND: Final = Kind(name="hub_key", title="Key of the hub", resources=_resources)
