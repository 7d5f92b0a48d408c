"""What the store of S3 does alone, on a server over HTTP that may fail."""

from __future__ import annotations

import pickle
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from craton.aws.object_store import S3Store
from craton.core.errors import CloudError, UserError
from craton.core.ports import SourceObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.behaviours.conftest import Place


def test_an_s3_object_has_its_etag_as_version(bucket: Place) -> None:
    bucket.put("a", b"x")
    (first,) = bucket.store.list(bucket.root)
    bucket.put("a", b"y")
    (second,) = bucket.store.list(bucket.root)
    assert first == SourceObject(uri=bucket.at("a"), size=1, version="9dd4e461268c8034f5c8564e155c67a6")
    assert second.version != first.version


@pytest.mark.slow
def test_more_objects_than_one_page_holds_are_all_listed(
    bucket: Place, s3_environment: pytest.MonkeyPatch
) -> None:
    s3_environment.setattr("moto.settings.get_s3_default_max_keys", lambda: 3)
    for number in range(7):
        bucket.put(f"p/{number}", b"")
    names = bucket.names(bucket.at("p/"))
    assert names == [f"p/{number}" for number in range(7)]


def test_a_prefix_may_end_within_a_name_and_folder_markers_are_no_objects(bucket: Place) -> None:
    for name in ("AWSLogs/", "AWSLogs/11/a", "AWSLogs/12/b", "AWSLogs/2/c"):
        bucket.put(name, b"" if name.endswith("/") else b"x")
    assert bucket.names(bucket.at("AWSLogs/1")) == ["AWSLogs/11/a", "AWSLogs/12/b"]
    assert bucket.names(bucket.root) == ["AWSLogs/11/a", "AWSLogs/12/b", "AWSLogs/2/c"]


def test_a_wildcard_in_an_s3_address_gets_a_hint(bucket: Place) -> None:
    bucket.put("a/1.gz", b"x")
    with pytest.raises(UserError) as caught:
        bucket.names(bucket.at("a/*.gz"))
    assert "wildcards" in str(caught.value.hint)


def test_a_missing_bucket_is_named(bucket: Place) -> None:
    with pytest.raises(
        CloudError, match="listing `s3://no-such-bucket-here/x`: S3 says NoSuchBucket"
    ) as caught:
        list(bucket.store.list("s3://no-such-bucket-here/x"))
    assert "name of the bucket" in str(caught.value.hint)


def test_missing_credentials_are_told_with_what_to_do(
    bucket: Place, s3_environment: pytest.MonkeyPatch
) -> None:
    s3_environment.delenv("AWS_ACCESS_KEY_ID")
    s3_environment.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CloudError, match="no usable AWS credentials") as caught:
        list(S3Store().list(bucket.root))
    assert "AWS_PROFILE" in str(caught.value.hint)


def test_a_used_store_goes_to_another_process_without_its_connections(bucket: Place) -> None:
    bucket.put("a", b"x")
    assert bucket.names() == ["a"]
    again: S3Store = pickle.loads(pickle.dumps(bucket.store))  # noqa: S301 - our own bytes
    assert again._client is None
    assert [one.uri for one in again.list(bucket.root)] == [bucket.at("a")]


class Failing(ThreadingHTTPServer):
    """An S3 server of one object, which fails as it is told."""

    data = bytes(range(256)) * 8_000
    etag = '"v1"'
    cut_after: int | None = None
    cuts = 0
    refuse: tuple[int, str] | None = None
    change_to: str | None = None
    asked: list[str | None]


class FailingHandler(BaseHTTPRequestHandler):
    server: Failing

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.headers.get("Range"))
        if server.refuse:
            status, code = server.refuse
            self._answer(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())
            return
        wanted = self.headers.get("If-Match")
        if wanted and wanted != server.etag:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        body = server.data[start:]
        cut = server.cut_after if server.cuts else None
        if cut is not None:
            server.cuts -= 1
        etag, server.etag = server.etag, server.change_to or server.etag
        self._answer(206 if start else 200, body, sent=body[:cut], etag=etag)

    def _answer(self, status: int, body: bytes, *, sent: bytes | None = None, etag: str = '"e"') -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body if sent is None else sent)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def failing(s3_environment: pytest.MonkeyPatch) -> Iterator[Failing]:
    server = Failing(("127.0.0.1", 0), FailingHandler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    s3_environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def opened() -> BinaryIO:
    return S3Store().open("s3://b/a.gz")


def test_a_connection_that_breaks_is_taken_up_where_it_broke(failing: Failing) -> None:
    failing.cut_after, failing.cuts = 300_000, 3
    with opened() as stream:
        assert stream.read() == failing.data
    assert failing.asked == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_a_connection_that_breaks_again_and_again_is_an_error(failing: Failing) -> None:
    failing.cut_after, failing.cuts = 1000, 100
    with opened() as stream, pytest.raises(CloudError, match=r"broke 6 times while reading `s3://b/a\.gz`"):
        stream.read()


def test_an_object_that_changes_while_it_is_read_is_an_error_and_no_mixture(failing: Failing) -> None:
    failing.cut_after, failing.cuts, failing.change_to = 1000, 1, '"v2"'
    with opened() as stream, pytest.raises(CloudError, match="changed while it was read"):
        stream.read()


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (403, "AccessDenied", "s3:GetObject"),
        (403, "InvalidObjectState", "restore"),
        (400, "ExpiredToken", "aws sso login"),
        (404, "NoSuchKey", "lifecycle"),
    ],
)
def test_a_refusal_is_told_with_what_to_do(failing: Failing, status: int, code: str, hint: str) -> None:
    failing.refuse = (status, code)
    with pytest.raises(CloudError, match=f"reading `s3://b/a.gz`: S3 says {code}") as caught:
        opened()
    assert hint in str(caught.value.hint)


def test_a_server_that_is_not_there_is_told(s3_environment: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    s3_environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    s3_environment.setattr("time.sleep", lambda _: None)
    with pytest.raises(CloudError, match="S3 cannot be reached") as caught:
        list(S3Store().list("s3://b/"))
    assert "AWS_ENDPOINT_URL" in str(caught.value.hint)
