"""A bucket whose objects are evidence: private, versioned, encrypted, and for the organization alone.

Source: docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html, and the resource
perimeter of github.com/aws-samples/data-perimeter-policy-examples, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.core.resource import Everywhere, Resource, attribute, ref, sub
from craton.core.statement import document
from craton.kinds.parts.hub import ACCESS_LOGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.core.resource import TemplateName


def kept_bucket(
    logical_id: str,
    name: str,
    *,
    statements: Sequence[Mapping[str, Any]],
    key: Any | None,
    lifecycle: Sequence[Mapping[str, Any]],
    organization: str | None = None,
    template: TemplateName = "hub",
    regions: Everywhere = "each",
    access_logs: Any | None = None,
    because: str | None = None,
    **properties: Any,
) -> Iterator[Resource]:
    """The bucket and its policy; without a key, Amazon S3's own encrypts it.

    `statements` say who may write beside the account itself. With an organization, whoever is outside it is
    kept out whatever they say.
    """
    algorithm = (
        {"SSEAlgorithm": "AES256"} if key is None else {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    )
    logged = access_logs if access_logs is not None else ref(ACCESS_LOGS)
    told = {"DestinationBucketName": logged, "LogFilePrefix": f"{logical_id}/"}
    yield Resource(
        template=template,
        id=logical_id,
        type="AWS::S3::Bucket",
        regions=regions,
        retained=True,
        because=because,
        properties={
            "BucketName": sub(name),
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "ServerSideEncryptionByDefault": algorithm,
                        "BucketKeyEnabled": key is not None,
                    }
                ]
            },
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {"Rules": list(lifecycle)},
            "LoggingConfiguration": None if logical_id == ACCESS_LOGS else told,
            **properties,
        },
    )
    yield Resource(
        template=template,
        id=f"{logical_id}Policy",
        type="AWS::S3::BucketPolicy",
        regions=regions,
        retained=True,
        properties={
            "Bucket": ref(logical_id),
            "PolicyDocument": document(*_denials(logical_id, organization), *statements),
        },
    )


def objects_of(logical_id: str, prefix: str = "") -> dict[str, str]:
    """The ARN of what a bucket holds below a prefix."""
    return sub(f"${{{logical_id}.Arn}}/{prefix}*")


def _denials(logical_id: str, organization: str | None) -> Iterator[dict[str, Any]]:
    """Of plain HTTP; of principals and of other customers' resources outside the organization."""
    conditions: dict[str, Mapping[str, Any]] = {
        "EncryptedWays": {"Bool": {"aws:SecureTransport": "false"}},
    }
    if organization is not None:
        conditions["PrincipalsOfTheOrganization"] = {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        }
        conditions["ServicesOnItsBehalf"] = {
            "StringNotEqualsIfExists": {"aws:SourceOrgID": organization},
            "Null": {"aws:SourceAccount": "false"},
            "Bool": {"aws:PrincipalIsAWSService": "true"},
        }
    for sid, condition in conditions.items():
        yield {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [attribute(logical_id, "Arn"), objects_of(logical_id)],
            "Condition": condition,
        }
