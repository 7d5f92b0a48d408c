"""Buckets and objects: who owns them, and as what calls are authorised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.emulator.delivery.addresses import key_of
from craton.emulator.delivery.buckets import bucket_of, default_key, owner_of, version_of
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.s3.models import FakeBucket

    from craton.emulator.call import Call

SERVICE = Service(
    "s3",
    moto=(
        *("CreateBucket", "DeleteBucket", "ListBuckets", "HeadBucket", "GetBucketLocation"),
        *("ListObjects", "ListObjectsV2", "ListObjectVersions"),
        *("PutObject", "GetObject", "HeadObject", "CopyObject", "DeleteObject", "DeleteObjects"),
        *("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"),
        *("PutObjectRetention", "PutObjectLegalHold"),
        *("PutObjectTagging", "GetObjectTagging", "DeleteObjectTagging"),
        *("PutBucketVersioning", "GetBucketVersioning"),
        *("PutBucketEncryption", "GetBucketEncryption", "DeleteBucketEncryption"),
        *("PutPublicAccessBlock", "GetPublicAccessBlock", "DeletePublicAccessBlock"),
        *("PutBucketOwnershipControls", "GetBucketOwnershipControls", "DeleteBucketOwnershipControls"),
        *("PutBucketTagging", "GetBucketTagging", "DeleteBucketTagging"),
    ),
)

_LISTS: Final = {
    "DeleteObject": "s3:DeleteObjectVersion",
    "GetObject": "s3:GetObjectVersion",
    "HeadObject": "s3:GetObjectVersion",
    "PutObjectTagging": "s3:PutObjectVersionTagging",
    "GetObjectTagging": "s3:GetObjectVersionTagging",
    "DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
}
"""Operations on a version that have an action of their own.

Source: "Required permissions for Amazon S3 API operations", docs.aws.amazon.com/AmazonS3/latest/userguide/
using-with-s3-policy-actions.html, retrieved 2026-11-26.
"""
_NAMES: Final = {
    "HeadObject": "s3:GetObject",
    **dict.fromkeys(("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), "s3:PutObject"),
}
_WRITES: Final = ("PutObject", "CopyObject", "CreateMultipartUpload")
_READS: Final = ("GetObject",)
_BYPASSED: Final = ("DeleteObject", "DeleteObjects", "PutObjectRetention")


def existing(call: Call) -> FakeBucket:
    """The bucket of a call. Raises: ServiceError where there is none."""
    bucket = bucket_of(str(call.parameters["Bucket"]))
    if bucket is None:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist")
    return bucket


@SERVICE.owner_of("s3")
def owner(call: Call, arn: str) -> str | None:  # noqa: ARG001 - the signature of all such
    """The account that owns a bucket and what is in it."""
    return owner_of(arn.rpartition(":")[2].partition("/")[0])


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """What an operation does beside its name is authorised, too: tags, retention, a key, a source."""
    given, name = call.parameters, call.operation.name
    bucket, key = given.get("Bucket"), given.get("Key")
    if name == "DeleteObjects":
        return _deletions(call)
    if not bucket or not key:
        return _of_bucket(call)
    arn = f"arn:aws:s3:::{bucket}/{key}"
    action = _NAMES.get(name, f"s3:{name}")
    if given.get("VersionId"):
        action = _LISTS.get(name, action)
    if name == "CopyObject":
        action = "s3:PutObject"
    wanted = [(action, arn), *_beside(call, arn)]
    master = key_used(call)
    if master is not None:
        wanted.append(("kms:Decrypt" if name in _READS else "kms:GenerateDataKey", master))
    return wanted


def _of_bucket(call: Call) -> list[tuple[str, str]] | None:
    given, name = call.parameters, call.operation.name
    bucket = given.get("Bucket")
    if name == "CreateBucket" and given.get("ObjectLockEnabledForBucket"):
        arn = f"arn:aws:s3:::{bucket}"
        more = ("s3:CreateBucket", "s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning")
        return [(action, arn) for action in more]
    return None


def _deletions(call: Call) -> list[tuple[str, str]]:
    given = call.parameters
    wanted: list[tuple[str, str]] = []
    for one in (given.get("Delete") or {}).get("Objects") or ():
        arn = f"arn:aws:s3:::{given['Bucket']}/{one['Key']}"
        wanted.append(("s3:DeleteObjectVersion" if one.get("VersionId") else "s3:DeleteObject", arn))
        if bypasses(call):
            wanted.append(("s3:BypassGovernanceRetention", arn))
    return wanted


def _beside(call: Call, arn: str) -> Iterable[tuple[str, str]]:
    given, name = call.parameters, call.operation.name
    if name in _BYPASSED and bypasses(call):
        yield "s3:BypassGovernanceRetention", arn
    if name in _WRITES:
        if given.get("ObjectLockMode") or given.get("ObjectLockRetainUntilDate"):
            yield "s3:PutObjectRetention", arn
        if given.get("ObjectLockLegalHoldStatus"):
            yield "s3:PutObjectLegalHold", arn
        if given.get("Tagging"):
            yield "s3:PutObjectTagging", arn
        if given.get("ACL"):
            yield "s3:PutObjectAcl", arn
    if name == "CopyObject":
        yield "s3:GetObject", f"arn:aws:s3:::{_source(call)}"


def _source(call: Call) -> str:
    told = call.parameters["CopySource"]
    if isinstance(told, dict):
        return f"{told['Bucket']}/{told['Key']}"
    return str(told).partition("?")[0].removeprefix("/")


def bypasses(call: Call) -> bool:
    """Whether a call asks to pass by the retention of governance mode."""
    return str(call.parameters.get("BypassGovernanceRetention", "")).lower() == "true"


def key_used(call: Call) -> str | None:
    """The ARN of the customer's KMS key that the object of a call is, or will be, encrypted with."""
    given, name = call.parameters, call.operation.name
    bucket = bucket_of(str(given.get("Bucket") or ""))
    if name in _READS and bucket is not None:
        version = version_of(bucket, str(given["Key"]), given.get("VersionId"))
        told = str(version.kms_key_id) if version is not None and version.kms_key_id else None
    elif name in _WRITES:
        told = given.get("SSEKMSKeyId") or (
            default_key(bucket) if bucket and not given.get("ServerSideEncryption") else None
        )
    else:
        told = None
    if not told:
        return None
    home = str(bucket.account_id) if bucket is not None else call.account
    region = str(bucket.region_name) if bucket is not None else call.region
    key = key_of(home, region, told)
    if key is not None:
        return str(key.arn)
    return told if told.startswith("arn:") else f"arn:aws:kms:{region}:{home}:key/{told}"


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """What a call tells of what it writes.

    Source: "Condition keys for Amazon S3", docs.aws.amazon.com/service-authorization/latest/reference/
    list_amazons3.html, retrieved 2026-11-26.
    """
    given = call.parameters
    told = {
        "s3:x-amz-server-side-encryption": given.get("ServerSideEncryption"),
        "s3:x-amz-server-side-encryption-aws-kms-key-id": given.get("SSEKMSKeyId"),
        "s3:x-amz-acl": given.get("ACL"),
        "s3:VersionId": given.get("VersionId"),
        "s3:prefix": given.get("Prefix"),
        "s3:delimiter": given.get("Delimiter"),
        "s3:object-lock-mode": given.get("ObjectLockMode"),
        "s3:if-match": given.get("IfMatch"),
        "s3:if-none-match": given.get("IfNoneMatch"),
        "s3:TlsVersion": "1.3",
    }
    keys: dict[str, tuple[str, ...]] = {name: (str(value),) for name, value in told.items() if value}
    bucket = bucket_of(str(given.get("Bucket") or ""))
    if bucket is not None:
        keys["s3:ResourceAccount"] = (str(bucket.account_id),)
    if key_used(call) is not None:
        keys["kms:ViaService"] = (f"s3.{call.region}.amazonaws.com",)
        keys["kms:CallerAccount"] = (call.account,)
    return keys


@SERVICE.before(*sorted(SERVICE.moto))
def refuse_unknown(call: Call) -> None:
    """Raises: NotEmulatedError for parameters that would be dropped."""
    for name in ("SSECustomerAlgorithm", "RequestPayer", "GrantRead", "GrantFullControl", "GrantWriteACP"):
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    owner_expected = call.parameters.get("ExpectedBucketOwner")
    if owner_expected:
        bucket = bucket_of(str(call.parameters.get("Bucket") or ""))
        if bucket is not None and bucket.account_id != owner_expected:
            raise ServiceError("AccessDenied", "Access Denied")
