from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.emulator.aws_cli import AwsCli, python_of_the_cli
from tests.e2e.emulator.deployment import MANIFEST
from tests.e2e.emulator.running import started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.emulator.running import Running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An emulated organization as a process, the one of the manifest beside this file."""
    folder = tmp_path_factory.mktemp("emulator")
    with started("--accounts", str(MANIFEST), folder=folder) as found:
        yield found


@pytest.fixture
def aws(running: Running, tmp_path: Path) -> Iterator[AwsCli]:
    """The AWS CLI as its administrator. All is as at the start; nothing was lacking or failed at the end."""
    python = python_of_the_cli()
    running.reset()
    yield AwsCli(python, running, tmp_path)
    assert running.state() == {"refused": [], "failures": []}
