"""A state store in a bucket, whose objects are replaced only under a condition that Amazon S3 checks.

Source: docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from craton.aws.refusal import http_status, is_throttling
from craton.core.errors import CloudError
from craton.core.ports import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.aws.sessions import Sessions

_NO_BUCKET: Final = ("404", "NoSuchBucket")
_NO_OBJECT: Final = ("404", "NoSuchKey")
_OTHERWISE: Final = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409", *_NO_OBJECT)
"""What S3 answers where something else stands there, or is being written at that moment."""

_TOO_BUSY: Final = 503
"""What S3 answers instead, without a word where only the head was asked for."""

_PAUSES_S: Final = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)
"""Before each further attempt where calls are throttled, which S3 does before it writes anything."""


class BucketState:
    """Objects of a bucket below a prefix, reached in the account that owns it.

    `changing` says that it is reached as who may change it, and not as who may but read.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        account: str,
        region: str,
        bucket: str,
        prefix: str,
        changing: bool = False,
    ) -> None:
        self._sessions = sessions
        self._account = account
        self._region = region
        self._bucket = bucket
        self._prefix = prefix
        self._changing = changing

    @property
    def place(self) -> str:
        """See `StateStore`."""
        return f"s3://{self._bucket}/{self._prefix}"

    def is_there(self) -> bool:
        """Whether the bucket exists. Raises: CloudError where that cannot be told."""
        return self._called("head_bucket", unless=_NO_BUCKET) is not None

    def read(self, key: str) -> Held | None:
        """See `StateStore`."""
        told = self._called("get_object", unless=_NO_OBJECT, Key=self._prefix + key)
        return None if told is None else Held(told["Body"].read(), told["ETag"])

    def write(self, key: str, data: bytes, *, over: str | None) -> str | None:
        """See `StateStore`."""
        condition = {"IfNoneMatch": "*"} if over is None else {"IfMatch": over}
        told = self._called("put_object", unless=_OTHERWISE, Key=self._prefix + key, Body=data, **condition)
        return None if told is None else str(told["ETag"])

    def delete(self, key: str) -> None:
        """See `StateStore`."""
        self._called("delete_object", Key=self._prefix + key)

    def keys(self, prefix: str) -> Iterator[str]:
        """See `StateStore`."""
        more: dict[str, Any] = {}
        while True:
            told = self._called("list_objects_v2", Prefix=self._prefix + prefix, **more)
            yield from (one["Key"].removeprefix(self._prefix) for one in told.get("Contents", ()))
            if not told.get("IsTruncated"):
                return
            more = {"ContinuationToken": told["NextContinuationToken"]}

    def _called(self, operation: str, *, unless: tuple[str, ...] = (), **parameters: Any) -> Any:
        """What S3 answers; None where it answers with one of the codes. Raises: CloudError."""
        try:
            return self._answered(operation, parameters)
        except ClientError as error:
            if _code(error) in unless:
                return None
            raise self._told(error) from error
        except BotoCoreError as error:
            raise self._told(error) from error

    def _answered(self, operation: str, parameters: dict[str, Any]) -> Any:
        """What S3 answers once it does not find that too much is asked. Raises: what botocore raises."""
        for pause in _PAUSES_S:
            try:
                return self._once(operation, parameters)
            except ClientError as error:
                if not is_throttling(error) and http_status(error) != _TOO_BUSY:
                    raise
            time.sleep(pause)
        return self._once(operation, parameters)

    def _once(self, operation: str, parameters: dict[str, Any]) -> Any:
        with self._sessions.speaking_for(self._account, changing=self._changing):
            client = self._sessions.client("s3", self._region)
            return getattr(client, operation)(Bucket=self._bucket, **parameters)

    def _told(self, error: Exception) -> CloudError:
        return CloudError(f"the state in `{self.place}` cannot be reached: {error}")


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
