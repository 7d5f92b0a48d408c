"""What is read of Amazon S3: how each bucket of Craton is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import OWN_NAMES, Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_SETTINGS: Final = (
    *(
        "GetBucketEncryption",
        "GetBucketLifecycleConfiguration",
        "GetBucketLogging",
        "GetBucketOwnershipControls",
    ),
    *("GetBucketPolicy", "GetBucketReplication", "GetBucketTagging", "GetBucketVersioning"),
    *("GetObjectLockConfiguration", "GetPublicAccessBlock"),
)
_BUCKET: Final = tuple(
    Following(
        each=f"Buckets[?starts_with(Name, '{OWN_NAMES}')]", operation=operation, taken={"Bucket": "Name"}
    )
    for operation in _SETTINGS
)


def _questions(at: Place) -> Iterator[Question]:
    if at.is_home:
        yield Question(operation="ListBuckets", then=_BUCKET)


PLAN: Final = Plan(service="s3", questions=_questions)
