"""Objects of Amazon S3, or of anything that speaks its protocol, as an object store."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSOError,
    TokenRetrievalError,
)

from craton.core.errors import CloudError, CratonError, UserError
from craton.core.ports import SourceObject

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEME: Final = "s3://"
_BUFFER_BYTES: Final = 1 << 20
_RESUMES: Final = 5

_BROKEN: Final = (ReadTimeoutError, ResponseStreamingError, IncompleteReadError, OSError)

_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")

_CREDENTIALS: Final = (
    "set AWS_PROFILE, or run `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)
_HINTS: Final = {
    "AccessDenied": "the caller needs s3:ListBucket on the bucket, s3:GetObject on its objects and, where a"
    " customer managed key encrypts them, kms:Decrypt on it",
    "NoSuchBucket": "check the name of the bucket and the account that the credentials are for",
    "NoSuchKey": "the object was there when it was listed; a lifecycle rule may have removed it",
    "InvalidObjectState": "the object is archived; restore it first (`aws s3api restore-object`)",
    "ExpiredToken": _CREDENTIALS,
    "InvalidAccessKeyId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "PermanentRedirect": "the bucket is in another Region; set AWS_REGION to it",
    "SlowDown": "S3 asks for fewer requests; try again later",
}
_WILDCARD: Final = frozenset("*?[")
_PREFIX: Final = "wildcards mean nothing in an s3 address; name a prefix"
_CASE: Final = "check the prefix; capital letters count"
_SAME: Final = {"403": "AccessDenied", "404": "NoSuchKey", "AllAccessDisabled": "AccessDenied"}


class S3Store:
    """Reads `s3://` addresses with the credentials, Region and endpoint that the environment names.

    It goes to other processes without its connections: each process makes its own.
    """

    def __init__(self) -> None:
        self._client: Any = None
        self._process: int | None = None

    def __getstate__(self) -> dict[str, None]:
        return {"_client": None, "_process": None}

    def list(self, location: str) -> Iterator[SourceObject]:
        """The object of that very address alone where there is one, else all whose address begins with it.

        They come in ascending order of `uri`; `version` is the ETag. The empty objects that stand for folders
        are left out.

        Raises: UserError where nothing is there; CloudError where S3 refuses.
        """
        bucket, prefix = split(location)
        count = 0
        for item in self._items(bucket, prefix, location):
            key = item["Key"]
            if key.endswith("/") and not item["Size"]:
                continue
            count += 1
            yield SourceObject(
                uri=f"{_SCHEME}{bucket}/{key}", size=item["Size"], version=item["ETag"].strip('"')
            )
            if key == prefix:
                return
        if not count:
            raise UserError(f"no object under `{location}`", hint=_PREFIX if _WILDCARD & {*prefix} else _CASE)

    def _items(self, bucket: str, prefix: str, location: str) -> Iterator[dict[str, Any]]:
        try:
            pages = self._connected().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            for page in pages:
                yield from page.get("Contents", ())
        except (BotoCoreError, ClientError) as error:
            raise _told(error, f"listing `{location}`") from error

    def open(self, uri: str) -> BinaryIO:
        """The bytes of one object as a stream, as stored; a broken connection is taken up where it broke.

        Raises: CloudError where S3 refuses, at once or while the stream is read.
        """
        return cast("BinaryIO", io.BufferedReader(_Download(self._connected(), uri), _BUFFER_BYTES))

    def _connected(self) -> Any:
        if self._client is None or self._process != os.getpid():
            # Names of buckets are no names of hosts anywhere but at AWS.
            style = "path" if any(os.environ.get(name) for name in _ENDPOINTS) else "auto"
            config = Config(
                retries={"mode": "adaptive", "max_attempts": 5},
                connect_timeout=10,
                read_timeout=60,
                s3={"addressing_style": style},
            )
            self._client = boto3.session.Session().client("s3", config=config)
            self._process = os.getpid()
        return self._client


def split(location: str) -> tuple[str, str]:
    """Bucket and key, or prefix, of an `s3://` address.

    Raises: UserError where it names no bucket.
    """
    bucket, _, key = location.removeprefix(_SCHEME).partition("/")
    if not location.startswith(_SCHEME) or not bucket:
        raise UserError(f"`{location}` names no bucket", hint="an s3 address is `s3://bucket/prefix`")
    return bucket, key


class _Download(io.RawIOBase):
    """The body of one object, read once from its beginning to its end."""

    def __init__(self, client: Any, uri: str) -> None:
        super().__init__()
        self._client = client
        self._uri = uri
        self._bucket, self._key = split(uri)
        self._place = 0
        self._resumes_left = _RESUMES
        first = self._request({})
        self._version = first["ETag"]
        self._size: int = first["ContentLength"]
        self._body = first["Body"]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """As many bytes as came; 0 at the end of the object. Raises: CloudError."""
        if not len(buffer) or self._place >= self._size:
            return 0
        while True:
            try:
                piece = self._body.read(min(len(buffer), self._size - self._place))
            except _BROKEN as error:
                self._resume(error)
                continue
            if piece:
                buffer[: len(piece)] = piece
                self._place += len(piece)
                return len(piece)
            self._resume(None)

    def _resume(self, cause: Exception | None) -> None:
        if not self._resumes_left:
            raise CloudError(
                f"the connection broke {_RESUMES + 1} times while reading `{self._uri}`",
                hint="check the network and try again; what is read already is not read twice",
            ) from cause
        self._resumes_left -= 1
        self._body.close()
        self._body = self._request({"Range": f"bytes={self._place}-", "IfMatch": self._version})["Body"]

    def _request(self, more: dict[str, str]) -> Any:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._key, **more)
        except ClientError as error:
            if more and error.response["Error"]["Code"] in {"412", "PreconditionFailed"}:
                raise CloudError(f"`{self._uri}` was changed while it was read", hint="try again") from error
            raise _told(error, f"reading `{self._uri}`") from error
        except BotoCoreError as error:
            raise _told(error, f"reading `{self._uri}`") from error

    def close(self) -> None:
        if not self.closed and hasattr(self, "_body"):
            self._body.close()
        super().close()


def _told(error: BotoCoreError | ClientError, doing: str) -> CratonError:
    """The error in words for the person who typed the command."""
    if isinstance(error, ClientError):
        said = str(error.response.get("Error", {}).get("Code", "unknown"))
        code = _SAME.get(said, said)
        return CloudError(f"{doing}: S3 says {code}", hint=_HINTS.get(code))
    if isinstance(error, NoCredentialsError | PartialCredentialsError | SSOError | TokenRetrievalError):
        return CloudError(f"{doing}: no usable AWS credentials", hint=_CREDENTIALS)
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError):
        return CloudError(
            f"{doing}: S3 cannot be reached", hint="check the network, AWS_REGION and AWS_ENDPOINT_URL"
        )
    return CloudError(f"{doing}: {str(error)[:1].lower()}{str(error)[1:].rstrip('.')}")
