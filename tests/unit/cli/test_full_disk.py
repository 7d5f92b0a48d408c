from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults import logs
from tests.faults.lake import contents, ingest


def _run(arguments: list[str], *, largest_file: int) -> subprocess.CompletedProcess[str]:
    """The program, under a system that writes no larger file."""
    return subprocess.run(
        [sys.executable, "-m", "craton", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),
    )


@pytest.mark.slow
@pytest.mark.parametrize("records", [500, 6000])
def test_a_disk_that_takes_no_more_is_told_in_one_line_and_leaves_the_lake_whole(
    records: int, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_bytes(logs.lines(logs.records(3)))
    second.write_bytes(logs.lines(logs.records(records)))
    lake, other = tmp_path / "lake", tmp_path / "other"
    ingest([first], lake)
    before = contents(lake)

    run = _run(["ingest", str(second), "--lake", str(lake), "--processes", "2"], largest_file=9_000)

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("error: ")
    assert "Traceback" not in run.stderr
    assert contents(lake) == before
    assert ingest([second], lake).report["files_read"] == 1
    ingest([first, second], other)
    assert contents(lake)["invocation"] == contents(other)["invocation"]


@pytest.mark.slow
def test_output_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    source = tmp_path / "a.json"
    source.write_bytes(logs.lines(logs.records(3)))
    ingest([source], tmp_path / "lake")
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "craton", "sql", "SELECT 1", "--lake", str(tmp_path / "lake")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr.splitlines()[0] == "error: no space left on device"


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    source = tmp_path / "a.json"
    source.write_bytes(logs.lines(logs.records(3)))
    ingest([source], tmp_path / "lake")
    asked = ["sql", "SELECT repeat('x', 1000) FROM range(5000)", "--lake", str(tmp_path / "lake")]
    for output in ("json", "csv", "human"):
        run = subprocess.Popen(
            [sys.executable, "-m", "craton", *asked, "--format", output],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert run.stdout is not None
        run.stdout.read(10)
        run.stdout.close()
        assert run.stderr is not None
        assert (run.stderr.read(), run.wait(60)) == (b"", 0)
        run.stderr.close()
