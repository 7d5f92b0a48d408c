from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import sync_playwright
from tests.web.browsers import CHROMIUM, Reader, reader
from tests.web.deployments import write_deployments
from tests.web.records import HOSTILE_TEAM, LAST_DAY, write_logs

from craton.engine.board import Board
from craton.engine.ingestion import ingest
from craton.engine.progress import Silent
from craton.web.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

NOW = dt.datetime.combine(LAST_DAY, dt.time(23, 59))


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """The example organization, one of whose teams has a hostile name."""
    example = repository / "examples" / "acme-org"
    text = (example / "craton.yaml").read_text()
    path = tmp_path_factory.mktemp("manifest") / "craton.yaml"
    shutil.copytree(example / "policies", path.parent / "policies")
    path.write_text(text.replace("- name: research\n", f"- name: '{HOSTILE_TEAM}'\n", 1))
    return path


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the logs of 70 days."""
    return write_logs(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory, logs: Path, manifest: Path) -> Path:
    """A lake of 70 days. No test may change it."""
    folder = tmp_path_factory.mktemp("web") / "lake"
    fill(folder, logs, manifest)
    write_deployments(folder)
    return folder


def fill(lake: Path, logs: Path, manifest: Path | None) -> None:
    ingest([str(logs)], lake, manifest=manifest, now=NOW, progress=Silent(), processes=1)


@pytest.fixture(scope="session")
def board(lake: Path, manifest: Path) -> Board:
    return Board.open(lake, manifest=manifest, clock=lambda: NOW)


@pytest.fixture(scope="session")
def address(board: Board) -> Iterator[str]:
    """Where the board is served, on this machine."""
    with Server(board, host="127.0.0.1", port=0).running() as where:
        yield where


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    """Somebody who browses the board."""
    with browsing(address) as made:
        yield made


@contextlib.contextmanager
def browsing(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers={"accept": "text/html"}, timeout=60) as made:
        yield made


@contextlib.contextmanager
def served(board: Board, **asked: Any) -> Iterator[httpx.Client]:
    """Somebody who browses a board that is served as asked."""
    with Server(board, host="127.0.0.1", port=0, **asked).running() as where, browsing(where) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser of the module, since while it is there a loop runs, and no other test can have its own."""
    with sync_playwright() as playwright:
        # As root, which containers are, Chromium has no sandbox; it sees no page but our own.
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def scripted(browser: Browser) -> Iterator[Reader]:
    made = reader(browser)
    yield made
    made.page.context.close()


@pytest.fixture(scope="module")
def plain(browser: Browser) -> Iterator[Reader]:
    """Somebody whose browser runs no script."""
    made = reader(browser, script=False)
    yield made
    made.page.context.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Reader]:
    """Somebody with a tab of their own, for tests that leave it changed."""
    made = reader(browser)
    yield made
    made.page.context.close()
