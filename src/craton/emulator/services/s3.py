"""Amazon S3."""

from __future__ import annotations

from craton.emulator.service import Service

SERVICE = Service(
    "s3",
    moto=(
        *("CreateBucket", "DeleteBucket", "ListBuckets", "ListObjectsV2"),
        *("DeleteObject", "GetObject", "PutObject"),
    ),
)
