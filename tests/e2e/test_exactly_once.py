from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from benchmarks.measurement import members, run
from tests.faults import logs
from tests.faults.lake import CRATON, DONE, contents, ingest, ingest_here, sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.traffic import Record

pytestmark = pytest.mark.slow

WAIT_S = 120
MOST_MB = 500
PLACES = ("source_file", "source_byte", "source_line")
OF_A_RUN = ("ingested_at", "duplicates", "rows")


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return logs.records(2_000)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> Path:
    """Log files, the trail of the same calls, and some of the calls again through CloudWatch Logs.

    Few records, but as large as they come, so that they are read by several processes.
    """
    folder = tmp_path_factory.mktemp("logs")
    logs.write_lines(folder, records, 12, level=0)
    (folder / "trail.json.gz").write_bytes(logs.trail(records))
    (folder / "firehose-1.gz").write_bytes(logs.envelopes(records[::3]))
    (folder / "firehose-2").write_bytes(logs.envelopes(records[::9]))
    (folder / "spoilt.json.gz").write_bytes(
        gzip.compress(b"no record\n" + logs.lines(logs.records(50, seed=9)))
    )
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, sources: Path) -> Path:
    """The lake of one run that nothing disturbed."""
    lake = tmp_path_factory.mktemp("undisturbed") / "lake"
    ingest([sources], lake)
    return lake


@pytest.fixture(scope="module")
def expected(undisturbed: Path) -> dict[str, list[str]]:
    return contents(undisturbed)


def rows_of(lake: Path, without: tuple[str, ...] = ("ingested_at",)) -> dict[str, list[str]]:
    """What is in the lake but for the list of files, which tells of runs."""
    found = contents(lake, without=without)
    del found["ingested_file"]
    return found


def test_every_call_is_one_row(undisturbed: Path, records: list[Record]) -> None:
    (found,) = sql(
        undisturbed,
        "SELECT count(*) AS rows, count(DISTINCT request_id) AS ids, sum(input_tokens) AS tokens "
        "FROM invocation",
    )
    everything = [*records, *logs.records(50, seed=9)]
    tokens = sum(record["input"].get("inputTokenCount", 0) for record in everything)
    assert found == {"rows": len(everything), "ids": len(everything), "tokens": tokens}
    assert sql(undisturbed, "SELECT count(*) AS n FROM api_event") == [{"n": len(records)}]


def test_the_same_bytes_twice_add_nothing(undisturbed: Path, sources: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(undisturbed, lake)
    before = contents(lake)
    told = ingest_here([sources], lake)
    assert told.report["rows"] == 0
    assert told.report["files_read"] == 0
    assert told.report["files_skipped"] == len(list(sources.iterdir()))
    assert contents(lake) == before


def test_the_same_bytes_under_another_name_add_no_row(
    undisturbed: Path, expected: dict[str, list[str]], sources: Path, tmp_path: Path
) -> None:
    lake, copy = tmp_path / "lake", tmp_path / "copy"
    shutil.copytree(undisturbed, lake)
    shutil.copytree(sources, copy)
    assert ingest([copy], lake).report["rows"] == 0
    assert contents(lake)["invocation"] == expected["invocation"]
    assert contents(lake)["api_event"] == expected["api_event"]


def test_the_same_records_packed_otherwise_are_all_duplicates(
    undisturbed: Path, expected: dict[str, list[str]], records: list[Record], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(undisturbed, lake)
    again = tmp_path / "again.json"
    again.write_bytes(logs.lines(records))
    report = ingest_here([again], lake).report
    assert (report["rows"], report["duplicates"]) == (0, len(records))
    assert len(contents(lake)["invocation"]) == len(expected["invocation"])


@pytest.mark.parametrize("first", ["s3", "cloudwatch_logs"])
@pytest.mark.parametrize("runs", [1, 2])
def test_a_call_told_by_two_transports_is_one_row_that_knows_both(
    first: str, runs: int, tmp_path: Path
) -> None:
    some = logs.records(200, seed=4)
    paths = {"s3": tmp_path / "s3.json.gz", "cloudwatch_logs": tmp_path / "firehose"}
    paths["s3"].write_bytes(gzip.compress(logs.lines(some)))
    paths["cloudwatch_logs"].write_bytes(logs.envelopes(some[50:]))
    ordered = sorted(paths.values(), key=lambda path: path != paths[first])
    lake = tmp_path / "lake"
    reports = [ingest_here(ordered, lake)] if runs == 1 else [ingest_here([path], lake) for path in ordered]
    assert sum(told.report["rows"] for told in reports) == 200
    assert sum(told.report["duplicates"] for told in reports) == 150
    found = {row["request_id"]: row for row in sql(lake, "SELECT * FROM invocation")}
    assert len(found) == 200
    for i, record in enumerate(some):
        row = found[record["requestId"]]
        assert row["transports"] == (["s3"] if i < 50 else ["cloudwatch_logs", "s3"])
        assert row["input_tokens"] == record["input"].get("inputTokenCount")
        assert row["source_file"] == str(paths["s3"]), (
            "the copy whose bodies are whole is the one to read again"
        )


def test_the_order_of_sources_is_irrelevant(
    sources: Path, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    files = sorted(sources.iterdir(), reverse=True)
    ingest(files, tmp_path / "one")
    assert contents(tmp_path / "one") == expected
    for some in (files[::2], files[1::2]):
        ingest_here(some, tmp_path / "two")
    assert rows_of(tmp_path / "two") == {
        name: rows for name, rows in expected.items() if name != "ingested_file"
    }


def test_however_a_file_is_split_the_rows_are_the_same(tmp_path: Path) -> None:
    some = logs.records(120, seed=6)
    whole = tmp_path / "whole.json"
    whole.write_bytes(logs.lines(some))
    ingest_here([whole], tmp_path / "lake of one")
    without = (*PLACES, "ingested_at")
    expected = rows_of(tmp_path / "lake of one", without)
    for files in (1, 7, 60):
        logs.write_lines(tmp_path / f"{files} parts", some, files)
        lake = tmp_path / f"lake of {files}"
        ingest_here([tmp_path / f"{files} parts"], lake)
        assert rows_of(lake, without) == expected


def test_a_file_that_was_still_being_written_is_read_again_when_it_is_whole(tmp_path: Path) -> None:
    some = logs.records(400, seed=7)
    stored = gzip.compress(logs.lines(some), mtime=0)
    path = tmp_path / "log.json.gz"
    path.write_bytes(stored[: len(stored) // 2])
    first = ingest_here([path], tmp_path / "lake").report
    assert 0 < first["rows"] < 400
    assert first["quarantined"] > 0
    path.write_bytes(stored)
    second = ingest_here([path], tmp_path / "lake").report
    assert (second["rows"], second["duplicates"]) == (400 - first["rows"], first["rows"])
    assert sql(tmp_path / "lake", "SELECT count(DISTINCT request_id) AS n FROM invocation") == [{"n": 400}]


def started(sources: Path | list[Path], lake: Path) -> subprocess.Popen[bytes]:
    given = sources if isinstance(sources, list) else [sources]
    return subprocess.Popen(
        [*CRATON, "ingest", *map(str, given), "--lake", str(lake), "--format", "json", "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def holds(lake: Path, pattern: str, least: int) -> Callable[[], bool]:
    """Whether so many files of the pattern are there, whatever vanishes while they are counted."""

    def told() -> bool:
        with contextlib.suppress(OSError):
            return sum(1 for _ in lake.rglob(pattern)) >= least
        return False

    return told


def kill_when(process: subprocess.Popen[bytes], ready: Callable[[], bool], *, group: bool) -> bool:
    """Kills the process, or its whole group, as soon as `ready`; False where it ended before."""
    deadline = time.monotonic() + WAIT_S
    while not ready():
        if process.poll() is not None:
            return False
        assert time.monotonic() < deadline
    with contextlib.suppress(ProcessLookupError):
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait(WAIT_S)
    return True


MOMENTS = {
    "the folder is there": ("*", 1),
    "rows wait": ("*.arrow", 1),
    "a day is written": ("*.parquet", 1),
    "many days are written": ("*.parquet", 6),
}


KILLS = [(moment, moment != "rows wait") for moment in MOMENTS]


@pytest.mark.parametrize(
    ("moment", "group"), KILLS, ids=[f"{m}-{'all' if g else 'master'}" for m, g in KILLS]
)
def test_a_run_that_was_killed_and_run_again_leaves_the_lake_of_an_undisturbed_run(
    moment: str, group: bool, sources: Path, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    process = started(sources, lake)
    kill_when(process, holds(lake, *MOMENTS[moment]), group=group)
    deadline = time.monotonic() + WAIT_S
    while members(process.pid):
        assert time.monotonic() < deadline, "workers outlive their master"
    told = ingest([sources], lake)
    assert told.report["files_failed"] == 0
    assert contents(lake) == expected


def test_a_lake_shows_only_whole_states_while_it_grows(
    sources: Path, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    process = started(sources, lake)
    seen = set()
    while process.poll() is None:
        if lake.is_dir():
            (found,) = sql(lake, "SELECT count(*) AS n FROM invocation")
            seen.add(found["n"])
    assert seen <= {0, len(expected["invocation"])}


@pytest.mark.parametrize("same", [True, False], ids=["the same files", "files apart"])
def test_two_runs_at_once_do_no_harm(
    same: bool, sources: Path, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    files = sorted(sources.iterdir())
    halves = [files, files] if same else [files[::2], files[1::2]]
    processes = [started(half, lake) for half in halves]
    codes = [process.wait(WAIT_S) for process in processes]
    assert all(code in (0, 2) for code in codes), codes
    assert rows_of(lake) == {name: rows for name, rows in expected.items() if name != "ingested_file"}
    counted = sql(lake, "SELECT kind, sum(rows) AS rows FROM ingested_file GROUP BY kind ORDER BY kind")
    there = {kind: len(expected[kind]) for kind in ("api_event", "invocation")}
    assert {one["kind"]: one["rows"] for one in counted if one["kind"] in there} == there
    wrong = "SELECT * FROM ingested_file WHERE documents_read <> rows + duplicates + quarantined + ignored"
    assert sql(lake, wrong) == []
    twice = "SELECT file, kind FROM ingested_file GROUP BY file, digest, kind HAVING count(*) > 1"
    assert sql(lake, twice) == []


def test_a_clock_that_is_ahead_says_nothing_of_how_far_the_logs_are(
    undisturbed: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(undisturbed, lake)
    fresh = "SELECT * FROM freshness ORDER BY ALL"
    covered = "SELECT * FROM coverage ORDER BY ALL"
    before = sql(lake, fresh), sql(lake, covered)
    ahead = logs.records(1, seed=77)
    ahead[0]["timestamp"] = "2098-10-01T12:00:00Z"
    file = tmp_path / "ahead.json"
    file.write_bytes(logs.lines(ahead))
    assert ingest_here([file], lake).report["rows"] == 1
    assert sql(lake, "SELECT count(*) AS n FROM invocation WHERE event_time > '2098-01-01'") == [{"n": 1}]
    assert (sql(lake, fresh), [one for one in sql(lake, covered) if one["day"] < "2098"]) == before


def test_memory_is_bounded_while_a_large_file_is_read(tmp_path: Path) -> None:
    """110 MB of records, whose rows as Python values would take many times that."""
    path = tmp_path / "large.json.gz"
    some = logs.lines(logs.records(12_000, days=9))
    with path.open("wb") as out:
        for number in range(4):
            others = some.replace(b'"requestId":"', b'"requestId":"%d' % number)
            out.write(gzip.compress(others, 1, mtime=0))
    told = run([*CRATON, "ingest", str(path), "--lake", str(tmp_path / "lake"), "--quiet"], watch=True)
    assert told.code == DONE, told.stderr
    assert told.peak_mb is not None
    assert told.peak_mb < MOST_MB


def test_many_small_files_are_read_each_once(tmp_path: Path) -> None:
    some = logs.records(600, seed=8)
    logs.write_lines(tmp_path / "logs", some, 600)
    told = ingest_here([tmp_path / "logs"], tmp_path / "lake")
    assert told.code == DONE
    assert (told.report["files_read"], told.report["rows"]) == (600, 600)
    assert ingest_here([tmp_path / "logs"], tmp_path / "lake").report["files_skipped"] == 600
