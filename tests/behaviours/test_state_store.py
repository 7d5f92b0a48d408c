"""What every state store does, shown on a folder and on a bucket behind an S3 server over HTTP."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
import pytest
from moto.server import ThreadedMotoServer

from craton.aws.sessions import Sessions
from craton.aws.state import BucketState
from craton.core.errors import CloudError
from craton.engine.local_state import LocalState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.core.ports import StateStore

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def aws(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    return server


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StateStore:
    if request.param == "folder":
        return LocalState(tmp_path / "state")
    request.getfixturevalue("aws")
    s3 = boto3.session.Session().client("s3", region_name=REGION)
    bucket = tmp_path.name.replace("_", "-").lower()[-50:].strip("-")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket_state(bucket)


def bucket_state(bucket: str) -> BucketState:
    return BucketState(Sessions(), account=ACCOUNT, region=REGION, bucket=bucket, prefix="state/")


def test_what_is_written_is_read_and_nothing_stands_where_nothing_was_written(store: StateStore) -> None:
    assert store.read("one.json") is None
    version = store.write("one.json", b"first", over=None)
    held = store.read("one.json")
    assert held is not None
    assert (held.data, held.version) == (b"first", version)


def test_only_what_the_writer_knew_is_written_over(store: StateStore) -> None:
    first = store.write("one.json", b"first", over=None)
    assert store.write("one.json", b"other", over=None) is None
    second = store.write("one.json", b"second", over=first)
    assert second is not None
    assert store.write("one.json", b"other", over=first) is None
    assert store.write("two.json", b"other", over=first) is None
    assert (held := store.read("one.json")) is not None
    assert held.data == b"second"


def test_after_a_deletion_nothing_stands_there_and_it_is_written_as_new(store: StateStore) -> None:
    store.write("one.json", b"first", over=None)
    store.delete("one.json")
    store.delete("one.json")
    assert store.read("one.json") is None
    assert store.write("one.json", b"again", over=None) is not None


def test_keys_come_in_order_and_only_those_that_begin_so(store: StateStore) -> None:
    for key in ("b/2", "a/1", "b/1", "c"):
        store.write(key, b"", over=None)
    assert list(store.keys("")) == ["a/1", "b/1", "b/2", "c"]
    assert list(store.keys("b/")) == ["b/1", "b/2"]


def test_of_many_writers_at_once_one_is_told_that_it_wrote(store: StateStore) -> None:
    def write(number: int) -> str | None:
        return store.write("one.json", f"{number}".encode(), over=None)

    with ThreadPoolExecutor(8) as pool:
        written = [one for one in pool.map(write, range(16)) if one is not None]
    assert len(written) == 1
    assert (held := store.read("one.json")) is not None
    assert held.version == written[0]


def test_a_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    LocalState(tmp_path / "state").write("deep/one.json", b"", over=None)
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state" / "deep" / "one.json").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("aws")
def test_a_bucket_that_is_not_there_is_told() -> None:
    absent = bucket_state("nobody-made-this-bucket")
    assert not absent.is_there()
    with pytest.raises(CloudError, match="the state in `s3://nobody-made-this-bucket/state/` cannot be"):
        absent.write("one.json", b"", over=None)
