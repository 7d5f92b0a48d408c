"""What every object store does, shown on files and on an S3 server over HTTP; then what each does alone."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import socket
import tempfile
import threading
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import boto3
import pytest
from moto.server import ThreadedMotoServer

from craton.aws.object_store import S3Store
from craton.core.errors import CloudError, CratonError, UserError
from craton.core.ports import SourceObject
from craton.engine.sources import open_sources
from craton.lake.local_store import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.core.ports import ObjectStore


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    return monkeypatch


class Place:
    """A store, and a way to put something into it."""

    def __init__(self, store: ObjectStore, root: str, put: Callable[[str, bytes], None]) -> None:
        self.store = store
        self.root = root
        self.put = put

    def at(self, name: str) -> str:
        return f"{self.root}/{name}"

    def names(self, location: str | None = None) -> list[str]:
        found = self.store.list(location or f"{self.root}/")
        return [one.uri.removeprefix(self.root + "/") for one in found]


@pytest.fixture
def folder(tmp_path: Path) -> Place:
    root = tmp_path / "logs"
    root.mkdir()

    def put(name: str, data: bytes) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return Place(LocalStore(), str(root), put)


@pytest.fixture
def bucket(s3_server: str, s3_environment: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Place:
    s3_environment.setenv("AWS_ENDPOINT_URL", s3_server)
    client = boto3.client("s3")
    name = f"logs-{zlib.crc32(request.node.name.encode())}"
    client.create_bucket(Bucket=name)

    def put(key: str, data: bytes) -> None:
        client.put_object(Bucket=name, Key=key, Body=data)

    return Place(S3Store(), f"s3://{name}", put)


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found


# ---- every store ----------------------------------------------------------------------------------------


def test_objects_are_listed_with_address_and_size(place: Place) -> None:
    place.put("a/one.json", b"12345")
    (found,) = place.store.list(place.root + "/")
    assert (found.uri, found.size) == (place.at("a/one.json"), 5)


def test_objects_come_in_ascending_order_of_their_address(place: Place) -> None:
    for name in ("b/z", "a-b", "a/c", "a.json", "B", "ä", "a/b/d", "0"):
        place.put(name, b"x")
    names = place.names()
    assert names == sorted(names)
    assert len(names) == 8


def test_a_location_can_be_one_object(place: Place) -> None:
    place.put("one.json", b"x")
    place.put("one.json.gz", b"y")
    assert place.names(place.at("one.json")) == ["one.json"]


def test_a_location_can_be_a_folder_below(place: Place) -> None:
    place.put("a/one", b"x")
    place.put("a/b/two", b"x")
    place.put("c/three", b"x")
    assert place.names(place.at("a/")) == ["a/b/two", "a/one"]


def test_an_empty_object_is_an_object(place: Place) -> None:
    place.put("amazon-bedrock-logs-permission-check", b"")
    (found,) = place.store.list(place.root + "/")
    assert found.size == 0
    with place.store.open(found.uri) as stream:
        assert stream.read() == b""


def test_nothing_there_is_an_error_that_names_the_place(place: Place) -> None:
    place.put("a/one", b"x")
    with pytest.raises(UserError) as caught:
        list(place.store.list(place.at("nowhere/")))
    assert f"`{place.at('nowhere/')}`" in caught.value.message
    assert caught.value.hint


def test_listing_can_stop_early(place: Place) -> None:
    for number in range(3):
        place.put(f"{number}", b"x")
    assert next(iter(place.store.list(place.root + "/"))).uri == place.at("0")


def test_the_bytes_come_as_they_were_stored(place: Place) -> None:
    data = bytes(range(256)) * 20_000
    place.put("big.gz", data)
    with place.store.open(place.at("big.gz")) as stream:
        assert stream.read() == data


def test_a_read_of_some_bytes_gives_as_many_until_the_end(place: Place) -> None:
    data = os.urandom(3_000_001)
    place.put("big", data)
    with place.store.open(place.at("big")) as stream:
        pieces = []
        while piece := stream.read(1_000_000):
            pieces.append(piece)
    assert [len(piece) for piece in pieces] == [1_000_000, 1_000_000, 1_000_000, 1]
    assert b"".join(pieces) == data


def test_lines_can_be_read(place: Place) -> None:
    place.put("lines", b"one\ntwo\nthree")
    with place.store.open(place.at("lines")) as stream:
        assert list(stream) == [b"one\n", b"two\n", b"three"]


def test_an_object_that_went_after_it_was_listed_is_an_error_that_names_it(place: Place) -> None:
    place.put("a", b"x")
    with pytest.raises(CratonError) as caught:
        place.store.open(place.at("b"))
    assert f"`{place.at('b')}`" in caught.value.message
    assert caught.value.hint


def _read(store: ObjectStore, uri: str, answers: multiprocessing.Queue[bytes]) -> None:
    with store.open(uri) as stream:
        answers.put(stream.read())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_a_store_that_was_used_works_in_another_process(place: Place, way: Literal["fork", "spawn"]) -> None:
    place.put("a", b"hello")
    (found,) = place.store.list(place.root + "/")
    context = multiprocessing.get_context("fork") if way == "fork" else multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[bytes] = context.Queue()
    process = context.Process(target=_read, args=(place.store, found.uri, answers))
    process.start()
    assert answers.get(timeout=60) == b"hello"
    process.join()


def test_names_with_odd_characters_can_be_opened(place: Place) -> None:
    for name in ("a b+c%20.json", "ü[1].json", "x'\"&;.json"):
        place.put(name, name.encode())
    for found in place.store.list(place.root + "/"):
        with place.store.open(found.uri) as stream:
            assert stream.read().decode() == found.uri.removeprefix(place.root + "/")


# ---- files ----------------------------------------------------------------------------------------------


def test_hidden_and_unfinished_files_are_left_out_of_a_folder(folder: Place) -> None:
    for name in (".hidden", ".git/config", "a.tmp", "b.json.part", "c~", "d.json.gz.0aB3c9fE", "e.json"):
        folder.put(name, b"x")
    assert folder.names() == ["e.json"]


def test_a_hidden_or_unfinished_file_that_is_named_is_read(folder: Place) -> None:
    folder.put(".hidden/.log", b"x")
    folder.put("a.tmp", b"x")
    assert folder.names(folder.at(".hidden/.log")) == [".hidden/.log"]
    assert folder.names(folder.at("a.tmp")) == ["a.tmp"]


def test_a_folder_of_nothing_but_hidden_files_says_so(folder: Place) -> None:
    folder.put(".hidden", b"x")
    with pytest.raises(UserError, match="no file in") as caught:
        folder.names()
    assert "hidden" in str(caught.value.hint)


def test_a_glob_names_files_and_folders(folder: Place) -> None:
    for name in ("a/1.gz", "a/2.json", "b/c/3.gz", "4.gz", "b/.5.gz", "a/6.gz.tmp"):
        folder.put(name, b"x")
    assert folder.names(folder.at("*.gz")) == ["4.gz"]
    assert folder.names(folder.at("**/*.gz")) == ["4.gz", "a/1.gz", "b/c/3.gz"]
    assert folder.names(folder.at("[ab]")) == ["a/1.gz", "a/2.json", "b/c/3.gz"]
    assert folder.names(folder.at("a/*")) == ["a/1.gz", "a/2.json"]


def test_a_glob_is_taken_from_a_folder_with_brackets_in_its_name(
    folder: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("[a]/1.gz", b"x")
    monkeypatch.chdir(Path(folder.root) / "[a]")
    assert folder.names("*.gz") == ["[a]/1.gz"]


def test_a_name_with_wildcards_that_exists_is_that_file(folder: Place) -> None:
    folder.put("a[1].json", b"x")
    folder.put("a1.json", b"x")
    assert folder.names(folder.at("a[1].json")) == ["a[1].json"]


def test_a_glob_without_a_match_says_so(folder: Place) -> None:
    with pytest.raises(UserError, match=r"no file matches `.*\*\.gz`"):
        folder.names(folder.at("*.gz"))


def test_a_missing_path_says_how_far_it_exists(folder: Place) -> None:
    folder.put("a/b/c", b"x")
    with pytest.raises(UserError) as caught:
        folder.names(folder.at("a/x/c"))
    assert caught.value.hint == f"`{folder.at('a')}` exists, `x` is not in it"


def test_a_relative_path_and_the_home_folder_become_absolute(
    folder: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("a/1", b"x")
    monkeypatch.chdir(folder.root)
    monkeypatch.setenv("HOME", folder.root)
    assert folder.names("a") == ["a/1"]
    assert folder.names("a/../a/1") == ["a/1"]
    assert folder.names("~/a") == ["a/1"]


def test_a_link_in_a_circle_ends(folder: Place) -> None:
    folder.put("a/b/1", b"x")
    (Path(folder.root) / "a" / "b" / "up").symlink_to(Path(folder.root) / "a")
    assert folder.names() == ["a/b/1"]


def test_a_folder_with_two_links_to_it_is_read_once(folder: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1").write_bytes(b"x")
    for name in ("z", "m"):
        (Path(folder.root) / name).symlink_to(elsewhere)
    assert folder.names() == ["m/1"]


def test_a_broken_link_is_listed_and_fails_when_opened(folder: Place) -> None:
    (Path(folder.root) / "broken").symlink_to("nowhere")
    (Path(folder.root) / "circle").symlink_to("circle")
    folder.put("good", b"x")
    assert folder.names() == ["broken", "circle", "good"]
    for name in ("broken", "circle"):
        with pytest.raises(UserError, match=name):
            folder.store.open(folder.at(name))


def test_what_is_no_regular_file_is_left_out_and_refused_by_name(folder: Place) -> None:
    folder.put("good", b"x")
    os.mkfifo(Path(folder.root) / "pipe")
    assert folder.names() == ["good"]
    with pytest.raises(UserError, match="no file or folder"):
        folder.names(folder.at("pipe"))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which may read everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def forbidden() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        (root / "closed").mkdir()
        (root / "closed" / "a").write_bytes(b"x")
        (root / "open").mkdir()
        (root / "open" / "secret").write_bytes(b"x")
        (root / "open" / "secret").chmod(0)
        (root / "closed").chmod(0)
        yield root
        (root / "closed").chmod(0o700)


def test_a_file_that_may_not_be_read_is_listed_and_fails_when_opened(forbidden: Path) -> None:
    with as_nobody():
        (found,) = LocalStore().list(str(forbidden / "open"))
        with pytest.raises(UserError, match="secret` may not be read"):
            LocalStore().open(found.uri)


def test_a_folder_that_may_not_be_read_is_an_error_and_not_an_empty_folder(forbidden: Path) -> None:
    with as_nobody(), pytest.raises(UserError, match="closed` cannot be read: permission denied") as caught:
        list(LocalStore().list(str(forbidden)))
    assert "would be missing" in str(caught.value.hint)


def test_a_file_whose_name_is_no_text_has_an_address_by_which_it_is_opened(folder: Place) -> None:
    try:
        (Path(folder.root) / os.fsdecode(b"bad\xff.json")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such name")
    (found,) = folder.store.list(folder.root)
    assert found.uri.endswith("/bad%FF.json")
    with folder.store.open(found.uri) as stream:
        assert stream.read() == b"x"


def test_a_local_file_has_no_version(folder: Place) -> None:
    folder.put("a", b"x")
    assert next(iter(folder.store.list(folder.root))).version is None


# ---- S3 -------------------------------------------------------------------------------------------------


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


# ---- which store reads what -----------------------------------------------------------------------------


def test_the_form_of_an_argument_chooses_its_store() -> None:
    given = ["logs", "/var/log/*.gz", "s3://b/p", "S3://b", "file:///var/log", "a:b"]
    sources = open_sources(given)
    assert [(type(store), location) for store, location in sources] == [
        (LocalStore, "logs"),
        (LocalStore, "/var/log/*.gz"),
        (S3Store, "s3://b/p"),
        (S3Store, "s3://b"),
        (LocalStore, "/var/log"),
        (LocalStore, "a:b"),
    ]


@pytest.mark.parametrize(
    ("argument", "message", "hint"),
    [
        ("s3://", "names no bucket", "s3://bucket/prefix"),
        ("s3:///key", "names no bucket", "s3://bucket/prefix"),
        ("https://b.s3.amazonaws.com/x", "no store for `https://`", "files, folders, globs"),
        ("gs://b/x", "no store for `gs://`", "files, folders, globs"),
        ("arn:aws:s3:::b/x", "is an ARN", "s3://bucket/prefix"),
        ("", "empty", "files, folders, globs"),
    ],
)
def test_an_address_that_no_store_reads_is_refused_with_a_hint(
    argument: str, message: str, hint: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        open_sources([argument])
    assert hint in str(caught.value.hint)
