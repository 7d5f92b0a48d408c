"""What a bucket is told to do with its objects later: kept whole, and told as it was given.

Replication is done. Nothing expires or moves by a lifecycle, and no access logs are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.emulator.delivery.buckets import bucket_of
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.s3.service import SERVICE, existing

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

_SHELF: Final = "bucket configurations"


class Configuration(Struct, frozen=True, kw_only=True):
    """One thing that buckets are told: the operations, the parameter, and how its absence is answered.

    `inner` tells that an answer holds what is in the parameter rather than the parameter itself.
    """

    puts: str
    gets: str
    deletes: str | None
    parameter: str
    inner: bool = False
    absent: tuple[str, str] | None


CONFIGURATIONS: Final = (
    Configuration(
        puts="PutBucketLifecycleConfiguration",
        gets="GetBucketLifecycleConfiguration",
        deletes="DeleteBucketLifecycle",
        parameter="LifecycleConfiguration",
        inner=True,
        absent=("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
    ),
    Configuration(
        puts="PutBucketReplication",
        gets="GetBucketReplication",
        deletes="DeleteBucketReplication",
        parameter="ReplicationConfiguration",
        absent=(
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        ),
    ),
    Configuration(
        puts="PutBucketLogging",
        gets="GetBucketLogging",
        deletes=None,
        parameter="BucketLoggingStatus",
        inner=True,
        absent=None,
    ),
)


def kept(world: World, parameter: str, bucket: str) -> dict[str, Any] | None:
    """What a bucket was told by that parameter; None where it was told nothing."""
    found: dict[str, Any] | None = world.shelf("", "", f"{_SHELF} {parameter}").get(bucket)
    return found


def _putting(one: Configuration) -> Callable[[Call], Result]:
    def put(call: Call) -> Result:
        bucket = existing(call)
        call.world.shelf("", "", f"{_SHELF} {one.parameter}")[bucket.name] = call.parameters[one.parameter]
        return None

    return put


def _getting(one: Configuration) -> Callable[[Call], Result]:
    def get(call: Call) -> Result:
        told = kept(call.world, one.parameter, existing(call).name)
        if told is None:
            if one.absent:
                raise ServiceError(*one.absent)
            return {}
        return told if one.inner else {one.parameter: told}

    return get


def _deleting(one: Configuration) -> Callable[[Call], Result]:
    def delete(call: Call) -> Result:
        call.world.shelf("", "", f"{_SHELF} {one.parameter}").pop(existing(call).name, None)
        return None

    return delete


for _one in CONFIGURATIONS:
    SERVICE.operation(_one.puts)(_putting(_one))
    SERVICE.operation(_one.gets)(_getting(_one))
    if _one.deletes:
        SERVICE.operation(_one.deletes)(_deleting(_one))


@SERVICE.after("DeleteBucket")
def forget(call: Call, _: object) -> None:
    """What a bucket was told goes with it."""
    for one in CONFIGURATIONS:
        call.world.shelf("", "", f"{_SHELF} {one.parameter}").pop(str(call.parameters["Bucket"]), None)


@SERVICE.before("PutBucketLifecycleConfiguration")
def be_a_lifecycle(call: Call) -> None:
    """Raises: ServiceError for a lifecycle that S3 would refuse."""
    rules = call.parameters["LifecycleConfiguration"].get("Rules") or ()
    names = [one["ID"] for one in rules if one.get("ID")]
    if len(set(names)) != len(names):
        raise ServiceError("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule")
    if not rules or any("Filter" not in one and "Prefix" not in one for one in rules):
        raise ServiceError(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )


@SERVICE.before("PutBucketReplication")
def be_replicable(call: Call) -> None:
    """Raises: ServiceError where a bucket keeps no versions; NotEmulatedError for what is not done here.

    Source: "Requirements and considerations for replication", docs.aws.amazon.com/AmazonS3/latest/userguide/
    replication-requirements.html, retrieved 2026-11-26.
    """
    if not existing(call).is_versioned:
        raise ServiceError(
            "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        )
    for rule in call.parameters["ReplicationConfiguration"]["Rules"]:
        if (rule.get("ExistingObjectReplication") or {}).get("Status") == "Enabled":
            raise NotEmulatedError("ExistingObjectReplication of a replication rule")
        if {"Tag", "And"} & (rule.get("Filter") or {}).keys():
            raise NotEmulatedError("tags in the filter of a replication rule")
        destination = bucket_of(str(rule["Destination"]["Bucket"]).rpartition(":")[2])
        if destination is None:
            raise ServiceError("InvalidRequest", "Destination bucket must exist.")
        if not destination.is_versioned:
            raise ServiceError("InvalidRequest", "Destination bucket must have versioning enabled.")
