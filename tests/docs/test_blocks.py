"""Every block of every page is run as a reader would run it, in a scratch folder."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import boto3
import msgspec
import pytest
from benchmarks.environments import ready_python
from moto.server import ThreadedMotoServer
from ruamel.yaml import YAML
from tests.conftest import REPOSITORY
from tests.docs.markdown_source import Block, blocks, pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest import MonkeyPatch  # noqa: PT013 - names of types only

LONGEST_S = 300
MANY = 5
S3 = re.compile(r"s3://([\w.-]+)/([\w./=-]*)")
CLI = re.compile(r"(?m)(?:^|\$\()aws ")
FOLDER = re.compile(r"~/([\w-]+)")


def run_by_a_reader(block: Block) -> bool:
    return block.language == "sh" and "not run" not in block.marks


def pages_with_commands() -> list[Any]:
    """Each page that has something to run; what takes long on a page makes its test slow."""
    found = []
    for page in pages(REPOSITORY):
        texts = [block.text for block in blocks(page) if run_by_a_reader(block)]
        slow = len(texts) > MANY or any("craton demo" in text for text in texts)
        marks = [pytest.mark.slow] if slow else []
        if texts:
            found.append(pytest.param(page, id=page.relative_to(REPOSITORY).as_posix(), marks=marks))
    return found


def invocation(account_id: str = "333333333333", request_id: str = "r-1") -> dict[str, Any]:
    """A record as Bedrock delivers it to S3, invented."""
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-10-01T12:00:00Z",
        "accountId": account_id,
        "region": "us-east-1",
        "requestId": request_id,
        "operation": "Converse",
        "modelId": "us.anthropic.claude-sonnet-4-6",
        "identity": {"arn": f"arn:aws:sts::{account_id}:assumed-role/search-app/i-0abc"},
        "input": {"inputContentType": "application/json", "inputTokenCount": 1200},
        "output": {"outputContentType": "application/json", "outputTokenCount": 300},
    }


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    """The address of an emulated S3 on the loopback interface."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def cloud(emulator: str, monkeypatch: MonkeyPatch) -> None:
    """Credentials of nobody, for S3 as the emulator gives it."""
    for name, value in {
        "AWS_ENDPOINT_URL": emulator,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)


def with_logs(folder: Path, block: Block) -> None:
    """Wherever the block reads from, there is a log file to read."""
    data = gzip.compress(json.dumps(invocation()).encode())
    for name in FOLDER.findall(block.text):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "20261001T120000000Z_0001.json.gz").write_bytes(data)
    if S3.search(block.text):
        s3 = boto3.client("s3")
        for bucket, prefix in S3.findall(block.text):
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key=f"{prefix}20261001T120000000Z_0001.json.gz", Body=data)


def ran(folder: Path, block: Block) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRATON_")}
    path = f"{folder}/.venv/bin:{os.environ['PATH']}:{REPOSITORY}/.venvs/awscli/bin"
    environment |= {"HOME": str(folder), "PATH": path, "COLUMNS": "100"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


@pytest.fixture
def ended(tmp_path: Path) -> Iterator[None]:
    """What a page started behind, and said so in a file, ends with its test, whatever became of that."""
    yield
    for file in tmp_path.glob("*.pid"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(file.read_text()), signal.SIGKILL)


@pytest.mark.usefixtures("cloud", "ended")
@pytest.mark.parametrize("page", pages_with_commands())
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    if any(CLI.search(block.text) for block in blocks(page)) and ready_python("awscli") is None:
        pytest.skip("the AWS CLI is not set up: `make second-opinions`")
    for name in (".venv", "examples"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    for block in blocks(page):
        where = f"{page.relative_to(REPOSITORY)}:{block.line}"
        if "file" in block.marks:
            file = tmp_path / block.marks["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
        if not run_by_a_reader(block):
            continue
        with_logs(tmp_path, block)
        result = ran(tmp_path, block)
        printed = result.stdout.strip()
        expected = int(block.marks.get("exits", "0"))
        assert result.returncode == expected, f"{where} exits {result.returncode}\n{printed}"
        assert "Traceback" not in printed, f"{where}\n{printed}"
        if block.shows is not None:
            shown = re.escape(block.shows.strip()).replace("…", ".*")
            assert re.fullmatch(shown, printed, re.DOTALL), f"{where} prints\n{printed}"


@pytest.mark.parametrize("page", pages(REPOSITORY), ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_data_in_a_page_can_be_read(page: Path) -> None:
    for block in blocks(page):
        if block.language == "json":
            msgspec.json.decode(block.text)
        elif block.language == "yaml":
            YAML(typ="safe").load(block.text)


@pytest.mark.parametrize("page", pages(REPOSITORY), ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_every_block_says_its_language(page: Path) -> None:
    known = {"sh", "text", "json", "yaml", "sql", "python", "toml"}
    assert [block.line for block in blocks(page) if block.language not in known] == []


def test_the_permissions_in_the_readme_are_those_that_the_program_asks_for() -> None:
    hint = (REPOSITORY / "src/craton/aws/object_store.py").read_text()
    policies = [
        msgspec.json.decode(block.text)
        for block in blocks(REPOSITORY / "README.md")
        if block.language == "json" and "Statement" in block.text
    ]
    (policy,) = policies
    named = {statement["Action"] for statement in policy["Statement"]}
    assert named == {"s3:ListBucket", "s3:GetObject", "kms:Decrypt"}
    assert all(action in hint for action in named)
