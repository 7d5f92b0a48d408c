"""The bucket into which Bedrock writes what is too large for a log event, or with replication all records.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html,
docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html, and
docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.resource import ACCOUNT, Resource, attribute, ref, sub
from craton.core.statement import allow
from craton.kinds.encryption_key import KEY
from craton.kinds.former_stack import STACK_PART
from craton.kinds.invocation_log_group import days_in_account, logging
from craton.kinds.parts.kept_bucket import kept_bucket, objects_of
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

BUCKET: Final = "InvocationBucket"
POLICY: Final = "InvocationBucketPolicy"
_NAME: Final = f"craton-bedrock-logs-${{AWS::AccountId}}-${{AWS::Region}}-${{{STACK_PART}}}"
_ACCESS_NAME: Final = f"craton-bedrock-access-${{AWS::AccountId}}-${{AWS::Region}}-${{{STACK_PART}}}"
"""A bucket is kept when its stack goes; the stack of the account's next environment has another one."""
_ACCESS_LOGS: Final = "AccessLogBucket"
_REPLICATION_ROLE: Final = "ReplicationRole"


def _resources(intent: Intent) -> Iterator[Resource]:
    organization = intent.manifest.organization.id
    days = _forgotten_after(intent)
    replicated = logging(intent).transport == "replication"
    if replicated:
        yield _replication_role(intent)
    yield from kept_bucket(
        BUCKET,
        _NAME,
        template="member",
        organization=organization,
        key=attribute(KEY, "Arn"),
        lifecycle=days,
        access_logs=ref(_ACCESS_LOGS),
        statements=[
            allow(
                "s3:PutObject",
                objects_of(BUCKET),
                Sid="BedrockWrites",
                Principal={"Service": "bedrock.amazonaws.com"},
                condition={
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                    "ArnLike": {
                        "aws:SourceArn": sub(
                            "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:*"
                        )
                    },
                },
            )
        ],
        ReplicationConfiguration=_replication(intent) if replicated else None,
    )
    yield from kept_bucket(
        _ACCESS_LOGS,
        _ACCESS_NAME,
        template="member",
        organization=organization,
        key=None,
        because="S3 writes access logs only where its own key encrypts",
        lifecycle=days,
        statements=[
            allow(
                "s3:PutObject",
                objects_of(_ACCESS_LOGS),
                Sid="AccessIsLogged",
                Principal={"Service": "logging.s3.amazonaws.com"},
                condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            )
        ],
    )


def _forgotten_after(intent: Intent) -> list[dict[str, Any]]:
    return [
        {
            "Status": "Enabled",
            "ExpirationInDays": intent.by_environment(lambda one: days_in_account(intent, one)),
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
    ]


def _replication(intent: Intent) -> dict[str, Any]:
    hub = intent.hub_account
    return {
        "Role": attribute(_REPLICATION_ROLE, "Arn"),
        "Rules": [
            {
                "Status": "Enabled",
                "Priority": 1,
                "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
                "Destination": {
                    "Bucket": sub(f"arn:${{AWS::Partition}}:s3:::{_archive(hub)}"),
                    "Account": hub,
                    "AccessControlTranslation": {"Owner": "Destination"},
                    "EncryptionConfiguration": {
                        "ReplicaKmsKeyID": sub(
                            f"arn:${{AWS::Partition}}:kms:${{AWS::Region}}:{hub}:alias/craton-hub"
                        )
                    },
                },
            }
        ],
    }


def _replication_role(intent: Intent) -> Resource:
    hub, own = intent.hub_account, f"arn:${{AWS::Partition}}:s3:::{_NAME}"
    reading = ["Acl", "ForReplication", "Tagging"]
    writing = ["s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags"]
    return service_role(
        "member",
        _REPLICATION_ROLE,
        "s3.amazonaws.com",
        [
            allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], sub(own)),
            allow([f"s3:GetObjectVersion{what}" for what in reading], sub(f"{own}/*")),
            allow(writing, sub(f"arn:${{AWS::Partition}}:s3:::{_archive(hub)}/*")),
            allow("kms:Decrypt", attribute(KEY, "Arn")),
            allow(
                "kms:Encrypt",
                sub(f"arn:${{AWS::Partition}}:kms:${{AWS::Region}}:{hub}:key/*"),
                condition={"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/craton-hub"}},
            ),
        ],
    )


def _archive(hub: str) -> str:
    return f"craton-bedrock-archive-{hub}-${{AWS::Region}}"


KIND: Final = Kind(
    name="invocation_bucket",
    title="Bucket of large records",
    resources=_resources,
)
