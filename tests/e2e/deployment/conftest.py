from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML
from tests.e2e.deployment.guide import EXAMPLE, Reader
from tests.e2e.emulator.aws_cli import python_of_the_cli
from tests.e2e.emulator.running import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.emulator.running import Running

ACCOUNTS = ("111111111111", "222222222222", "333333333333", "888888888888", "999999999999", "012345678901")
"""The management account, the hub, and one account of production, of test, of dev and of the sandbox."""


@pytest.fixture(scope="session")
def organization(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The example organization with all its OUs and few of its accounts, emulated as a process."""
    python_of_the_cli()
    folder = tmp_path_factory.mktemp("emulator")
    yaml = YAML(typ="safe", pure=True)
    example = yaml.load(EXAMPLE)
    held = example["organization"]
    held["accounts"] = [one for one in held["accounts"] if one["id"] in ACCOUNTS]
    with (folder / "accounts.yaml").open("w") as file:
        yaml.dump({"organization": held, "regions": example["regions"]}, file)
    with started("--accounts", str(folder / "accounts.yaml"), folder=folder) as found:
        yield found


@pytest.fixture(scope="session")
def governed(organization: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The organization after the guide was followed to its end; nothing in it was lacking or failed."""
    reader = Reader(python_of_the_cli(), organization, tmp_path_factory.mktemp("guide"))
    for _ in reader.follow():
        assert organization.state() == {"refused": [], "failures": []}
    yield reader
    assert organization.state() == {"refused": [], "failures": []}
