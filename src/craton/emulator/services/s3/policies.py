"""Bucket policies; they are kept here, because moto would judge by them in its own way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from craton.codec.policy_source import read_policy
from craton.emulator.delivery.buckets import policies, policy_named
from craton.emulator.errors import ServiceError
from craton.emulator.services.s3.service import SERVICE, existing

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.policy_of("s3")
def policy_of_bucket(call: Call, arn: str) -> str | None:
    """The policy of a bucket, which is that of its objects, too."""
    return policy_named(call.world, arn.rpartition(":")[2].partition("/")[0])


@SERVICE.operation("PutBucketPolicy")
def put_bucket_policy(call: Call) -> Result:
    """The bucket has this policy, unless it is public and the bucket blocks that."""
    bucket = existing(call)
    text = call.parameters["Policy"]
    text = text.decode() if isinstance(text, bytes) else str(text)
    policy, _ = read_policy(text.encode(), "bucket policy", "bucket policy")
    if policy is None:
        raise ServiceError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
    statements = _statements(json.loads(text))
    for one in statements:
        _be_about(bucket.name, one)
    block = bucket.public_access_block
    if block is not None and block.block_public_policy and any(map(_is_public, statements)):
        raise ServiceError("AccessDenied", "Access Denied")
    policies(call.world)[bucket.name] = text
    return None


@SERVICE.operation("GetBucketPolicy")
def get_bucket_policy(call: Call) -> Result:
    """Tells the policy of a bucket."""
    held = policies(call.world).get(existing(call).name)
    if held is None:
        raise ServiceError("NoSuchBucketPolicy", "The bucket policy does not exist")
    return {"Policy": held}


@SERVICE.operation("DeleteBucketPolicy")
def delete_bucket_policy(call: Call) -> Result:
    """The bucket has no policy."""
    policies(call.world).pop(existing(call).name, None)
    return None


@SERVICE.after("DeleteBucket")
def forget(call: Call, _: object) -> None:
    """A bucket's policy goes with it."""
    policies(call.world).pop(str(call.parameters["Bucket"]), None)


def _statements(document: Any) -> list[dict[str, Any]]:
    told = document["Statement"]
    return told if isinstance(told, list) else [told]


def _be_about(bucket: str, statement: dict[str, Any]) -> None:
    if "Principal" not in statement and "NotPrincipal" not in statement:
        raise ServiceError("MalformedPolicy", "Missing required field Principal")
    told = statement.get("Resource") or statement.get("NotResource") or ()
    for arn in [told] if isinstance(told, str) else told:
        name = str(arn).rpartition(":")[2].partition("/")[0]
        if name != bucket and "*" not in name:
            raise ServiceError("MalformedPolicy", "Policy has invalid resource")


def _is_public(statement: dict[str, Any]) -> bool:
    """Whether a statement lets everybody in; conditions are taken to narrow it.

    Source: "The meaning of public", docs.aws.amazon.com/AmazonS3/latest/userguide/
    access-control-block-public-access.html, retrieved 2026-11-26.
    """
    principal = statement.get("Principal")
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS")))
    return statement.get("Effect") == "Allow" and everyone and not statement.get("Condition")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
