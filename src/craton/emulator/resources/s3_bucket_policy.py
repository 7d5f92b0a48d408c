"""AWS::S3::BucketPolicy."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::S3::BucketPolicy",
    service="s3",
    creates="put_bucket_policy",
    updates="put_bucket_policy",
    deletes="delete_bucket_policy",
    reads="get_bucket_policy",
    identifies={"Bucket": "{id}"},
    renames={"PolicyDocument": "Policy"},
    documents=("PolicyDocument",),
    physical="=Bucket",
    gone=("NoSuchBucketPolicy", "NoSuchBucket"),
)
