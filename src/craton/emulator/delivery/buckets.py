"""Buckets and what is in them, in whosever account; their policies are kept here, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.s3.models import s3_backends

if TYPE_CHECKING:
    from moto.s3.models import FakeBucket, FakeKey

    from craton.emulator.world import World

_POLICIES: Final = "bucket policies"


def bucket_of(name: str) -> FakeBucket | None:
    """The bucket of that name; None where there is none."""
    partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[account][partition].buckets.get(name) if account else None


def owner_of(name: str) -> str | None:
    """The account whose bucket it is; None where there is none."""
    _, account = s3_backends.bucket_accounts.get(name, (None, None))
    return account


def version_of(bucket: FakeBucket, key: str, version_id: str | None = None) -> FakeKey | None:
    """A version of an object, or its latest; None where there is none, or a delete marker stands there."""
    held = bucket.keys.getlist(key, []) if key in bucket.keys else []
    if version_id is None:
        found = held[-1] if held else None
    else:
        found = next((one for one in held if str(one.version_id) == version_id), None)
    return found if hasattr(found, "lock_mode") else None


def default_key(bucket: FakeBucket) -> str | None:
    """The KMS key that a bucket encrypts new objects with, where it is a customer's."""
    rule: Any = (bucket.encryption or {}).get("Rule") or {}
    rules = rule if isinstance(rule, list) else [rule]
    for one in rules:
        told = (one.get("ApplyServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID")
        if told:
            return str(told)
    return None


def policies(world: World) -> dict[str, str]:
    """The policies of all buckets by the buckets' names."""
    return world.shelf("", "", _POLICIES)


def policy_named(world: World, bucket: str) -> str | None:
    """The policy of the bucket of that name; None where it has none."""
    return policies(world).get(bucket)
