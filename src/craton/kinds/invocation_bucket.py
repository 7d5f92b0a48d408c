"""The bucket into which Bedrock writes what is too large for a log event, or with replication all records.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html,
docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html, and
docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.resource import ACCOUNT, Resource, attribute, ref, sub
from craton.core.statement import allow, assumed_by, document, secured
from craton.kinds.encryption_key import KEY
from craton.kinds.invocation_log_group import days_in_account, logging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.core.resource import ByEnvironment

BUCKET: Final = "InvocationBucket"
POLICY: Final = "InvocationBucketPolicy"
_ACCESS_LOGS: Final = "AccessLogBucket"
_REPLICATION_ROLE: Final = "ReplicationRole"
_CLOSED: Final = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
_OWNED: Final = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
_SOURCE: Final = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:*"


def _resources(intent: Intent) -> Iterator[Resource]:
    days = intent.by_environment(lambda one: days_in_account(intent, one))
    yield from _access_logs(days)
    replicated = logging(intent).transport == "replication"
    if replicated:
        yield _replication_role(intent)
    yield Resource(
        template="member",
        id=BUCKET,
        type="AWS::S3::Bucket",
        retained=True,
        properties={
            "BucketName": sub("craton-bedrock-logs-${AWS::AccountId}-${AWS::Region}"),
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "BucketKeyEnabled": True,
                        "ServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": attribute(KEY, "Arn"),
                        },
                    }
                ]
            },
            "LifecycleConfiguration": _forgotten_after(days),
            "LoggingConfiguration": {"DestinationBucketName": ref(_ACCESS_LOGS)},
            "OwnershipControls": _OWNED,
            "PublicAccessBlockConfiguration": _CLOSED,
            "VersioningConfiguration": {"Status": "Enabled"},
            **({"ReplicationConfiguration": _replication(intent)} if replicated else {}),
        },
    )
    yield Resource(
        template="member",
        id=POLICY,
        type="AWS::S3::BucketPolicy",
        properties={
            "Bucket": ref(BUCKET),
            "PolicyDocument": document(
                allow(
                    "s3:PutObject",
                    sub(f"${{{BUCKET}.Arn}}/*"),
                    Sid="BedrockWrites",
                    Principal={"Service": "bedrock.amazonaws.com"},
                    condition={
                        "StringEquals": {"aws:SourceAccount": ACCOUNT},
                        "ArnLike": {"aws:SourceArn": sub(_SOURCE)},
                    },
                ),
                secured(BUCKET),
            ),
        },
    )


def _access_logs(days: ByEnvironment) -> Iterator[Resource]:
    yield Resource(
        template="member",
        id=_ACCESS_LOGS,
        type="AWS::S3::Bucket",
        retained=True,
        because="S3 writes access logs only where S3's own keys encrypt",
        properties={
            "BucketName": sub("craton-bedrock-access-${AWS::AccountId}-${AWS::Region}"),
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "LifecycleConfiguration": _forgotten_after(days),
            "OwnershipControls": _OWNED,
            "PublicAccessBlockConfiguration": _CLOSED,
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    )
    yield Resource(
        template="member",
        id="AccessLogBucketPolicy",
        type="AWS::S3::BucketPolicy",
        properties={
            "Bucket": ref(_ACCESS_LOGS),
            "PolicyDocument": document(
                allow(
                    "s3:PutObject",
                    sub(f"${{{_ACCESS_LOGS}.Arn}}/*"),
                    Sid="AccessIsLogged",
                    Principal={"Service": "logging.s3.amazonaws.com"},
                    condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                ),
                secured(_ACCESS_LOGS),
            ),
        },
    )


def _forgotten_after(days: ByEnvironment) -> dict[str, Any]:
    return {
        "Rules": [
            {
                "Status": "Enabled",
                "ExpirationInDays": days,
                "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            }
        ]
    }


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
    hub = intent.hub_account
    return Resource(
        template="member",
        id=_REPLICATION_ROLE,
        type="AWS::IAM::Role",
        properties={
            "Path": "/craton/",
            "AssumeRolePolicyDocument": assumed_by(
                "s3.amazonaws.com", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
            ),
            "Policies": [
                {
                    "PolicyName": "replicate",
                    "PolicyDocument": document(
                        allow(
                            ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                            sub(f"arn:${{AWS::Partition}}:s3:::{_OWN}"),
                        ),
                        allow(
                            [
                                "s3:GetObjectVersionAcl",
                                "s3:GetObjectVersionForReplication",
                                "s3:GetObjectVersionTagging",
                            ],
                            sub(f"arn:${{AWS::Partition}}:s3:::{_OWN}/*"),
                        ),
                        allow(
                            [
                                "s3:ObjectOwnerOverrideToBucketOwner",
                                "s3:ReplicateObject",
                                "s3:ReplicateTags",
                            ],
                            sub(f"arn:${{AWS::Partition}}:s3:::{_archive(hub)}/*"),
                        ),
                        allow("kms:Decrypt", attribute(KEY, "Arn")),
                        allow(
                            "kms:Encrypt",
                            sub(f"arn:${{AWS::Partition}}:kms:${{AWS::Region}}:{hub}:key/*"),
                            condition={
                                "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/craton-hub"}
                            },
                        ),
                    ),
                }
            ],
        },
    )


_OWN: Final = "craton-bedrock-logs-${AWS::AccountId}-${AWS::Region}"


def _archive(hub: str) -> str:
    return f"craton-bedrock-archive-{hub}-${{AWS::Region}}"


KIND: Final = Kind(
    name="invocation_bucket",
    title="Bucket of large records",
    resources=_resources,
)
