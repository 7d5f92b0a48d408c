"""Objects that a service puts into a bucket of its own accord, where the bucket's policy lets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.s3.models import s3_backends

from craton.emulator.credentials import Caller
from craton.emulator.delivery.access import LostError, service_may
from craton.emulator.delivery.addresses import key_of
from craton.emulator.delivery.buckets import bucket_of, default_key, policy_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.world import World


def put_object(
    world: World,
    service: str,
    bucket: str,
    key: str,
    body: bytes,
    *,
    source_arn: str,
    source_account: str,
    region: str | None = None,
    more: Mapping[str, tuple[str, ...]] | None = None,
    encoding: str | None = None,
    kms_key: str | None = None,
) -> None:
    """Puts an object in the name of a service, encrypted with a key of its own or the bucket's.

    `region` is where the bucket has to be, if anywhere.

    Raises: LostError where the bucket is not there, or does not let the service in.
    """
    found = bucket_of(bucket)
    if found is None:
        raise LostError(f"the bucket {bucket} does not exist")
    _, owner = s3_backends.bucket_accounts[bucket]
    if region is not None and found.region_name != region:
        raise LostError(f"the bucket {bucket} is in {found.region_name}, not in {region}")
    arn = f"arn:aws:s3:::{bucket}/{key}"
    policy = policy_named(world, bucket)
    source: dict[str, Any] = {"source_arn": source_arn, "source_account": source_account, "more": more}
    if not service_may(world, service, "s3:PutObject", arn, policy=policy, owner=str(owner), **source):
        raise LostError(f"the policy of {bucket} does not let {service} put {key} for {source_arn}")
    _refuse_locked(world, service, kms_key or default_key(found), source)
    client = world.inside.client("s3", str(found.region_name), _as_service(service, str(owner)))
    extra = {"ContentEncoding": encoding} if encoding else {}
    if kms_key:
        extra |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}
    client.put_object(Bucket=bucket, Key=key, Body=body, **extra)


def _refuse_locked(world: World, service: str, key_arn: str | None, source: Mapping[str, Any]) -> None:
    """Raises: LostError where the bucket's key does not let the service encrypt."""
    if key_arn is None:
        return
    key = key_of("", "", key_arn)
    if key is None:
        raise LostError(f"the key {key_arn} does not exist")
    owner, policy = str(key.account_id), str(key.policy)
    if not service_may(
        world, service, "kms:GenerateDataKey", str(key.arn), policy=policy, owner=owner, **source
    ):
        raise LostError(f"the policy of {key.arn} does not let {service} generate a data key")


def _as_service(service: str, account: str) -> Caller:
    """The service itself, after policies were asked."""
    return Caller(account=account, arn=service, principal_arn=service, user_id=service, type="AWSService")
