"""`craton collect` as a process, against the emulated organization as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.emulator.running import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.emulator.running import Running

MANIFEST = Path(__file__).parent / "emulator" / "organization.yaml"
CRATON = (sys.executable, "-m", "craton")
MEMBER = "333333333333"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with started("--accounts", str(MANIFEST), folder=tmp_path_factory.mktemp("emulator")) as made:
        yield made


def environment(running: Running) -> dict[str, str]:
    return {**os.environ, **running.told}


def command(lake: Path, *more: str) -> list[str]:
    narrowed = ("--accounts", MEMBER, "--regions", "us-east-1")
    return [*CRATON, "collect", "--lake", str(lake), "--manifest", str(MANIFEST), *narrowed, *more]


def collected(running: Running, lake: Path, *more: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        command(lake, "--format", "json", *more),
        env=environment(running),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 2), done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def asked(lake: Path, sql: str) -> Any:
    done = subprocess.run(
        [*CRATON, "sql", sql, "--lake", str(lake), "--format", "json"], capture_output=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_collection_that_is_killed_goes_on_where_it_was(running: Running, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    process = subprocess.Popen(
        command(lake), env=environment(running), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not _answered(lake) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = _answered(lake)
    assert before
    code, report, _ = collected(running, lake, "--resume")
    assert code == 0
    assert 0 < report["asked"] <= report["reads"] - before + 1  # the last line may be a broken one
    told = "SELECT count(*) AS rows, count(DISTINCT (service, operation, parameters)) AS reads FROM observed"
    assert asked(lake, told) == [{"rows": report["reads"], "reads": report["reads"]}]
    assert not list((lake / "collecting").iterdir())


@pytest.mark.slow
def test_what_is_denied_is_told_and_ends_in_2(running: Running, tmp_path: Path) -> None:
    fault = {"kind": "access_denied", "account": MEMBER, "service": "kms"}
    body = json.dumps(fault).encode()
    address = f"{running.url}/craton-emulator/faults"
    urllib.request.urlopen(urllib.request.Request(address, body, method="POST")).close()  # noqa: S310 - our own
    try:
        code, report, told = collected(running, tmp_path / "lake")
    finally:
        urllib.request.urlopen(urllib.request.Request(address, method="DELETE")).close()  # noqa: S310 - our own
    assert code == 2
    assert [one["operation"] for one in report["problems"]] == ["ListAliases"]
    assert f"denied: `kms:ListAliases` in {MEMBER}: AccessDeniedException" in told


def _answered(lake: Path) -> int:
    """How many answers the journal holds."""
    return sum(max(0, path.read_bytes().count(b"\n") - 1) for path in lake.glob("collecting/*.jsonl"))
