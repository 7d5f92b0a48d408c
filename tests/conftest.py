from __future__ import annotations

import sys
from pathlib import Path

import boto3
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))  # tests and benchmarks share the workshop of damaged files


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real records that nobody of this project wrote; they live beside the repository where there are any."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/data with real records is absent")
    return folder


@pytest.fixture(autouse=True)
def no_session_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that take boto3's own session, as functions do, get the credentials of their test."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


_DEPLOYED_ONCE = ("e2e/deployment", "e2e/emulator", "unit/kinds")
"""Folders whose modules deploy an organization for all their tests, which takes minutes."""

_MADE_ONCE = ("test_demo", "test_demo_generation")
"""Modules that make a demonstration for all their tests."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what was deployed run in one worker: `--dist loadgroup` keeps groups together.

    Groups are told before the workers look for them.
    """
    here = Path(__file__).parent
    for item in items:
        folder = item.path.parent.relative_to(here).as_posix() if item.path.is_relative_to(here) else ""
        if folder == "e2e/deployment" and "governed" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(folder))
        elif folder in _DEPLOYED_ONCE or item.path.stem in _MADE_ONCE:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
