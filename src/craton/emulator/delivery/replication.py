"""Copies of new objects in the buckets to which their bucket is replicated.

A replica has the object's bytes and retention; its version has an id of its own here.

Source: "Setting up permissions for live replication", docs.aws.amazon.com/AmazonS3/latest/userguide/
setting-repl-config-perm-overview.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ClientError

from craton.emulator.credentials import Caller
from craton.emulator.delivery.access import LostError, caller_may, check_fault, in_role, lost

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from moto.s3.models import FakeBucket, FakeKey

    from craton.emulator.world import World

_SERVICE: Final = "s3.amazonaws.com"


def replicate(
    world: World,
    source: FakeBucket,
    version: FakeKey,
    configuration: Mapping[str, Any],
    *,
    find: Callable[[str], FakeBucket | None],
    policy: Callable[[str], str | None],
) -> None:
    """Sends a new version behind the call to the destination of each rule that it falls under."""
    reached: set[str] = set()
    for rule in sorted(configuration["Rules"], key=lambda one: -int(one.get("Priority") or 0)):
        prefix = str((rule.get("Filter") or {}).get("Prefix") or rule.get("Prefix") or "")
        arn = str(rule["Destination"]["Bucket"])
        if rule["Status"] != "Enabled" or not str(version.name).startswith(prefix) or arn in reached:
            continue
        reached.add(arn)

        def copy(rule: Mapping[str, Any] = rule, arn: str = arn) -> None:
            try:
                check_fault(world, "s3", str(source.account_id), str(source.region_name))
                _copied(world, source, version, _Way(str(configuration["Role"]), rule, find, policy))
            except (LostError, ClientError) as why:
                lost(world, f"the replica of {source.name}/{version.name} in {arn}", why)

        world.work.start(f"replica of {version.name}", copy)


class _Way(NamedTuple):
    """How a copy is made: in which role, by which rule, and how buckets and their policies are found."""

    role: str
    rule: Mapping[str, Any]
    find: Callable[[str], FakeBucket | None]
    policy: Callable[[str], str | None]


def _copied(world: World, source: FakeBucket, version: FakeKey, way: _Way) -> None:
    told = str(way.rule["Destination"]["Bucket"])
    destination = way.find(told.rpartition(":")[2])
    if destination is None:
        raise LostError(f"the bucket {told} does not exist")
    arn = f"arn:aws:s3:::{source.name}"
    caller = in_role(
        world, way.role, _SERVICE, "s3-replication", source_arn=arn, source_account=str(source.account_id)
    )
    read, target = f"{arn}/{version.name}", f"arn:aws:s3:::{destination.name}/{version.name}"
    needed = [
        ("s3:GetObjectVersionForReplication", read, source),
        ("s3:ReplicateObject", target, destination),
    ]
    for action, resource, bucket in needed:
        if not caller_may(
            world, caller, action, resource, policy=way.policy(bucket.name), owner=str(bucket.account_id)
        ):
            raise LostError(f"{way.role} may not {action} on {resource}")
    parameters: dict[str, Any] = {}
    if version.encryption == "aws:kms":
        criteria = (way.rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects") or {}
        if criteria.get("Status") != "Enabled":
            raise LostError("objects under KMS keys are not selected by the rule")
    replica_key = (way.rule["Destination"].get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID")
    if replica_key:
        parameters |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": replica_key}
    if version.lock_mode and destination.object_lock_enabled:
        parameters |= {"ObjectLockMode": version.lock_mode, "ObjectLockRetainUntilDate": version.lock_until}
    itself = Caller(
        account=str(destination.account_id),
        arn=_SERVICE,
        principal_arn=_SERVICE,
        user_id=_SERVICE,
        type="AWSService",
    )
    client = world.inside.client("s3", str(destination.region_name), itself)
    client.put_object(Bucket=destination.name, Key=version.name, Body=version.value, **parameters)
