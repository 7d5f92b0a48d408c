from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.faults import logs

from craton.cli.program import program
from craton.lake import marts
from craton.lake.lake import Lake
from craton.registry.tables import tables

if TYPE_CHECKING:
    from craton.lake.snapshot import Snapshot

DAYS = 12
LATE_DAYS = ("2026-07-01", "2026-07-05", "2026-07-06", "2026-07-12")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    logs.write_lines(folder / "logs", logs.records(300, days=DAYS), 300)
    assert program(["ingest", str(folder / "logs"), "--lake", str(folder / "lake"), "--quiet"]) in (0, 2)
    return Lake.open(folder / "lake")


def built_anew(lake: Lake, folder: Path) -> Snapshot:
    """What the lake would be if all its marts were built at once, into another folder."""
    present = lake.snapshot()
    of_tables = {name: files for name, files in present.files.items() if name in tables()}
    bare = msgspec.structs.replace(present, files=of_tables, origins={})
    (folder / "tables").mkdir()
    for name in of_tables:
        (folder / "tables" / name).symlink_to(lake.root / "tables" / name)
    return marts.built(folder, bare, tuple(lake.content.marts.values()))


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 60, 10_000_000])
def test_marts_are_the_same_bytes_however_many_days_are_worked_on_at_once(
    lake: Lake, rows: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(marts, "_ROWS_AT_ONCE", rows)
    assert built_anew(lake, tmp_path) == lake.snapshot()


@pytest.mark.parametrize("rows", [1, 10_000_000])
def test_marts_are_the_same_bytes_whether_days_come_at_once_or_late(
    lake: Lake, rows: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(marts, "_ROWS_AT_ONCE", rows)
    late = Lake.open(Path(shutil.copytree(lake.root, tmp_path / "lake")))
    some = logs.records(300, seed=2, days=DAYS)
    of_days = {day: [one for one in some if one["timestamp"].startswith(day)] for day in LATE_DAYS}
    before = late.snapshot()
    (tmp_path / "late.json").write_bytes(logs.lines([one for records in of_days.values() for one in records]))
    assert program(["ingest", str(tmp_path / "late.json"), "--lake", str(late.root), "--quiet"]) in (0, 2)
    present = late.snapshot()
    assert all(of_days.values())
    assert present.of("usage_daily") != before.of("usage_daily")
    (tmp_path / "anew").mkdir()
    assert built_anew(late, tmp_path / "anew") == present


def test_days_are_worked_on_together_while_they_are_few(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    present = lake.snapshot()
    days = sorted(present.of("invocation"))
    assert len(days) == DAYS
    whole = list(marts._parts(present, ["invocation"], days))
    assert whole == [tuple(days)]
    monkeypatch.setattr(marts, "_ROWS_AT_ONCE", 1)
    assert list(marts._parts(present, ["invocation"], days)) == [(day,) for day in days]
    assert list(marts._parts(present, ["invocation"], [])) == [()]
