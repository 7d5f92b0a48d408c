"""The recorder, and where it delivers to. Nothing is recorded: there are no configuration items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError
from moto.config.models import config_backends

from craton.emulator.credentials import role_session
from craton.emulator.delivery.access import LostError
from craton.emulator.delivery.buckets import bucket_of
from craton.emulator.delivery.service_objects import put_object
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.config.service import SERVICE

if TYPE_CHECKING:
    from craton.emulator.call import Call

PRINCIPAL: Final = "config.amazonaws.com"
_CHECK: Final = "ConfigWritabilityCheckFile"


@SERVICE.before("PutConfigurationRecorder")
def refuse_unknown(call: Call) -> None:
    """Raises: NotEmulatedError for recorders that would do more."""
    recorder = call.parameters["ConfigurationRecorder"]
    for name in ("recordingMode", "recordingScope", "servicePrincipal", "connectorArn", "scopeConfiguration"):
        if recorder.get(name):
            raise NotEmulatedError(f"the parameter ConfigurationRecorder.{name}")


@SERVICE.before("PutDeliveryChannel")
def check_bucket(call: Call) -> None:
    """Config has put its check file into the bucket, as itself or as the recorder's role.

    Raises: ServiceError, NotEmulatedError.

    Source: "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel", docs.aws.amazon.com/
    config/latest/developerguide/s3-bucket-policy.html, retrieved 2026-11-26.
    """
    channel = call.parameters["DeliveryChannel"]
    for name in ("s3KmsKeyArn", "snsTopicARN"):
        if channel.get(name):
            raise NotEmulatedError(f"the parameter DeliveryChannel.{name}")
    bucket = str(channel.get("s3BucketName") or "")
    if bucket_of(bucket) is None:
        raise ServiceError(
            "NoSuchBucketException", f"Cannot find a S3 bucket with an empty bucket name or named {bucket}."
        )
    prefix = f"{str(channel['s3KeyPrefix']).rstrip('/')}/" if channel.get("s3KeyPrefix") else ""
    key = f"{prefix}AWSLogs/{call.account}/Config/{_CHECK}"
    if not (_as_service(call, bucket, key) or _in_role(call, bucket, key)):
        raise ServiceError(
            "InsufficientDeliveryPolicyException",
            f"Insufficient delivery policy to s3 bucket: {bucket}, unable to write to bucket, provided s3 key"
            f" prefix is '{channel.get('s3KeyPrefix')}'.",
        )


def _as_service(call: Call, bucket: str, key: str) -> bool:
    try:
        put_object(
            call.world,
            PRINCIPAL,
            bucket,
            key,
            b"",
            source_arn=f"arn:aws:config:{call.region}:{call.account}:*",
            source_account=call.account,
            more={"s3:x-amz-acl": ("bucket-owner-full-control",)},
        )
    except LostError:
        return False
    return True


def _in_role(call: Call, bucket: str, key: str) -> bool:
    recorders = config_backends[call.account][call.region].recorders.values()
    role = next((str(one.role_arn) for one in recorders), "")
    if ":role/" not in role:
        return False
    s3 = call.world.inside.client("s3", call.region, role_session(role, "AWSConfig-BucketConfigCheck"))
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=b"", ACL="bucket-owner-full-control")
    except ClientError:
        return False
    return True
