"""Places in which objects are: a folder, and a bucket of an S3 server over HTTP."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

import boto3
import pytest
from moto.server import ThreadedMotoServer

from craton.aws.object_store import S3Store
from craton.lake.local_store import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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
