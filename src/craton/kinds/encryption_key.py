"""The key of an account and Region that encrypts what is kept of Bedrock's use there.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html,
docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html,
docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-kms.html, and
docs.aws.amazon.com/sns/latest/dg/sns-key-management.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from craton.core.kind import Kind
from craton.core.manifest_section import Section
from craton.core.resource import ACCOUNT, Resource, ref, sub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

KEY: Final = "EncryptionKey"
ALIAS: Final = "alias/craton-bedrock"


class Encryption(Section, frozen=True, kw_only=True):
    """How what is stored is encrypted."""

    deletion_days: Annotated[
        int, Meta(description="days in which the deletion of a key can be taken back", ge=7, le=30)
    ] = 30


def _resources(intent: Intent) -> Iterator[Resource]:
    chosen = intent.section("encryption", Encryption)
    yield Resource(
        template="member",
        id=KEY,
        type="AWS::KMS::Key",
        retained=True,
        because="what it has encrypted stays readable when the stack is gone",
        properties={
            "Description": "Bedrock logs and guardrails of this account",
            "EnableKeyRotation": True,
            "PendingWindowInDays": chosen.deletion_days,
            "KeyPolicy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "AccountDecides",
                        "Effect": "Allow",
                        "Principal": {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
                        "Action": "kms:*",
                        "Resource": "*",
                    },
                    {
                        "Sid": "LogGroupsOfTheAccount",
                        "Effect": "Allow",
                        "Principal": {"Service": sub("logs.${AWS::Region}.${AWS::URLSuffix}")},
                        "Action": [
                            "kms:Decrypt",
                            "kms:DescribeKey",
                            "kms:Encrypt",
                            "kms:GenerateDataKey*",
                            "kms:ReEncrypt*",
                        ],
                        "Resource": "*",
                        "Condition": {
                            "ArnLike": {
                                "kms:EncryptionContext:aws:logs:arn": sub(
                                    "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"
                                )
                            }
                        },
                    },
                    {
                        "Sid": "LogsThatBedrockWritesToBuckets",
                        "Effect": "Allow",
                        "Principal": {"Service": "bedrock.amazonaws.com"},
                        "Action": "kms:GenerateDataKey",
                        "Resource": "*",
                        "Condition": {
                            "StringEquals": {"aws:SourceAccount": ACCOUNT},
                            "ArnLike": {
                                "aws:SourceArn": sub(
                                    "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:*"
                                )
                            },
                        },
                    },
                    {
                        # Whoever calls a model that is held to a guardrail must be let, whatever the own
                        # policies of the role say. AWS does not tell by which service's name such a request
                        # comes; what is kept in buckets stays closed to those who come by S3's.
                        "Sid": "CallersWhoAreHeldToGuardrails",
                        "Effect": "Allow",
                        "Principal": {"AWS": "*"},
                        "Action": "kms:Decrypt",
                        "Resource": "*",
                        "Condition": {
                            "StringEquals": {"kms:CallerAccount": ACCOUNT},
                            "StringNotLike": {"kms:ViaService": "s3.*"},
                        },
                    },
                    {
                        "Sid": "AlarmsAndBudgetsOfTheAccount",
                        "Effect": "Allow",
                        "Principal": {"Service": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]},
                        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                        "Resource": "*",
                        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                    },
                ],
            },
        },
    )
    yield Resource(
        template="member",
        id="EncryptionKeyAlias",
        type="AWS::KMS::Alias",
        properties={"AliasName": ALIAS, "TargetKeyId": ref(KEY)},
    )


KIND: Final = Kind(
    name="encryption_key",
    title="Key of an account",
    section=("encryption", Encryption),
    resources=_resources,
)
