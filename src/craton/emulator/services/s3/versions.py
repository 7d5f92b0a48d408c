"""New objects that a bucket replicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.delivery.buckets import bucket_of, policy_named, version_of
from craton.emulator.delivery.replication import replicate
from craton.emulator.services.s3.configurations import kept
from craton.emulator.services.s3.service import SERVICE

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.wire import Answer


@SERVICE.after("PutObject", "CopyObject", "CompleteMultipartUpload")
def replicate_new(call: Call, answer: Answer) -> None:
    """Copies of the new object are on their way, where the bucket is replicated."""
    bucket = bucket_of(str(call.parameters["Bucket"]))
    told = kept(call.world, "ReplicationConfiguration", bucket.name) if bucket is not None else None
    if bucket is None or told is None or not told.get("Rules"):
        return
    headers = {name.lower(): value for name, value in answer.headers.items()}
    version = version_of(bucket, str(call.parameters["Key"]), headers.get("x-amz-version-id"))
    if version is None:
        return
    world = call.world
    replicate(world, bucket, version, told, find=bucket_of, policy=lambda name: policy_named(world, name))
