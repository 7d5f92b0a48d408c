"""Every block of every page is run as a reader would run it, in a scratch folder."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from benchmarks.environments import ready_python
from moto.server import ThreadedMotoServer
from ruamel.yaml import YAML
from tests.conftest import REPOSITORY
from tests.docs.markdown_source import blocks, pages
from tests.docs.page_commands import CLI, follow, run_by_a_reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest import MonkeyPatch  # noqa: PT013 - names of types only

MANY = 5
ELSEWHERE = REPOSITORY / "docs/guides/demo.md"
"""Its commands are run by `tests/e2e/test_demo.py`, which goes on with what they made."""
EMULATED = re.compile(r"(?m)^craton emulator ")


def pages_with_commands() -> list[Any]:
    """Each page that has something to run; what takes long on a page makes its test slow."""
    found = []
    for page in pages(REPOSITORY):
        texts = [block.text for block in blocks(page) if run_by_a_reader(block)]
        marks = [pytest.mark.slow] if len(texts) > MANY else []
        if texts and page != ELSEWHERE:
            found.append(pytest.param(page, id=page.relative_to(REPOSITORY).as_posix(), marks=marks))
    return found


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


@pytest.fixture
def ended(tmp_path: Path) -> Iterator[None]:
    """What a page started behind, and said so in a file, ends with its test, whatever became of that."""
    yield
    for file in tmp_path.glob("*.pid"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(file.read_text()), signal.SIGKILL)


def test_an_emulated_session_is_kept_where_no_other_emulator_meets_it() -> None:
    for page in pages(REPOSITORY):
        texts = [block.text for block in blocks(page) if run_by_a_reader(block)]
        if any(EMULATED.search(text) for text in texts):
            calls = [line for text in texts for line in text.splitlines() if " --profile " in line]
            assert [line for line in calls if not line.startswith("HOME=. aws ")] == [], page


@pytest.mark.usefixtures("cloud", "ended")
@pytest.mark.parametrize("page", pages_with_commands())
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    if any(CLI.search(block.text) for block in blocks(page)) and ready_python("awscli") is None:
        pytest.skip("the AWS CLI is not set up: `make second-opinions`")
    follow(page, tmp_path)


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
