from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.faults import logs
from tests.faults.lake import contents, ingest_here

from craton.lake import settling
from craton.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from craton.lake.snapshot import DataFile

CALLS = 90
RUNS = 3


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    """Files of calls of one day, one a run, and some of the first two again through CloudWatch Logs."""
    folder = tmp_path_factory.mktemp("logs")
    some = logs.records(CALLS, days=1)
    files = [folder / f"calls_{run}.json" for run in range(RUNS)]
    for run, file in enumerate(files):
        file.write_bytes(logs.lines(some[run::RUNS]))
    told_again = folder / "firehose"
    told_again.write_bytes(logs.envelopes(some[0:60:RUNS] + some[1:30:RUNS]))
    return files, told_again


def invocation_files(lake: Path) -> list[DataFile]:
    (files,) = Lake.open(lake).snapshot().of("invocation").values()
    return list(files)


@pytest.mark.parametrize("at_once", [7, 10_000])
def test_calls_that_come_again_by_another_transport_are_one_row_in_however_many_parts_a_day_is_settled(
    sources: tuple[list[Path], Path], at_once: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files, told_again = sources
    whole, lake = tmp_path / "whole", tmp_path / "lake"
    ingest_here([*files, told_again], whole)
    monkeypatch.setattr(settling, "AT_ONCE", at_once)
    for source in (*files, told_again):
        report = ingest_here([source], lake).report
        assert report["documents_read"] == sum(
            report[name] for name in ("rows", "duplicates", "quarantined", "ignored")
        )
    assert report["rows"] == 0
    told, expected = (contents(one, without=("ingested_at",))["invocation"] for one in (lake, whole))
    assert len(told) == CALLS
    assert told == expected


def test_only_files_in_which_a_call_changes_are_written_again(
    sources: tuple[list[Path], Path], tmp_path: Path
) -> None:
    files, told_again = sources
    for source in files:
        ingest_here([source], tmp_path / "lake")
    before = invocation_files(tmp_path / "lake")
    ingest_here([told_again], tmp_path / "lake")
    after = invocation_files(tmp_path / "lake")
    assert len(before) == RUNS
    assert len(set(before) & set(after)) == 1
    assert sum(file.rows for file in after) == CALLS
