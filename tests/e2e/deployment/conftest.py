from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.deployment.guide import EXAMPLE, Reader
from tests.e2e.emulator.aws_cli import python_of_the_cli
from tests.e2e.emulator.running import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.emulator.running import Running


@pytest.fixture(scope="session")
def organization(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The example organization, emulated as a process."""
    python_of_the_cli()
    folder = tmp_path_factory.mktemp("emulator")
    with started("--accounts", str(EXAMPLE), folder=folder) as found:
        yield found


@pytest.fixture(scope="session")
def governed(organization: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The organization after the guide was followed to its end; nothing in it was lacking or failed."""
    reader = Reader(python_of_the_cli(), organization, tmp_path_factory.mktemp("guide"))
    for _ in reader.follow():
        assert organization.state() == {"refused": [], "failures": []}
    yield reader
    assert organization.state() == {"refused": [], "failures": []}
