from __future__ import annotations

import gc
import sys
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))  # tests and benchmarks share the workshop of damaged files

# How long examples take says how busy a machine is, and nothing of the program.
settings.register_profile("without a clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("without a clock")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules that take long come first: one that began last would be waited for by all but one worker."""
    long = {item.path for item in items for name in ("slow", "browser") if item.get_closest_marker(name)}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="module", autouse=True)
def nothing_of_others_is_garbage() -> None:
    """What was collected, and what other modules left in caches, lives on.

    To look through it for garbage again and again, as each ingest does, would take most of the time.
    """
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


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
