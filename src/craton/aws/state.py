"""A state store in a bucket, whose objects are replaced only under a condition that Amazon S3 checks.

Source: docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from craton.core.errors import CloudError
from craton.core.ports import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISSING: Final = ("NoSuchKey", "404")
_OTHERWISE: Final = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
"""What S3 answers where something else stands there, or is being written at that moment."""


class BucketState:
    """Objects of a bucket below a prefix. `client` is boto3's of Amazon S3."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @property
    def place(self) -> str:
        """See `StateStore`."""
        return f"s3://{self._bucket}/{self._prefix}"

    def is_there(self) -> bool:
        """Whether the bucket exists. Raises: CloudError where that cannot be told."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if _code(error) in ("404", "NoSuchBucket"):
                return False
            raise self._told(error) from error
        except BotoCoreError as error:
            raise self._told(error) from error
        return True

    def read(self, key: str) -> Held | None:
        """See `StateStore`."""
        try:
            told = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
            return Held(told["Body"].read(), told["ETag"])
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise self._told(error) from error
        except BotoCoreError as error:
            raise self._told(error) from error

    def write(self, key: str, data: bytes, *, over: str | None) -> str | None:
        """See `StateStore`."""
        condition = {"IfNoneMatch": "*"} if over is None else {"IfMatch": over}
        try:
            told = self._client.put_object(
                Bucket=self._bucket, Key=self._prefix + key, Body=data, **condition
            )
        except ClientError as error:
            if _code(error) in (*_OTHERWISE, *_MISSING):
                return None
            raise self._told(error) from error
        except BotoCoreError as error:
            raise self._told(error) from error
        return str(told["ETag"])

    def delete(self, key: str) -> None:
        """See `StateStore`."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)
        except (BotoCoreError, ClientError) as error:
            raise self._told(error) from error

    def keys(self, prefix: str) -> Iterator[str]:
        """See `StateStore`."""
        pages = self._client.get_paginator("list_objects_v2")
        try:
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                for one in page.get("Contents", ()):
                    yield one["Key"].removeprefix(self._prefix)
        except (BotoCoreError, ClientError) as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> CloudError:
        return CloudError(f"the state in `{self.place}` cannot be reached: {error}")


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
