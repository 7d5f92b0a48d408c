from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.faults import logs

from craton.cli.program import program
from craton.lake import marts
from craton.lake.lake import Lake
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

DAYS = 12


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    logs.write_lines(folder / "logs", logs.records(300, days=DAYS), 300)
    assert program(["ingest", str(folder / "logs"), "--lake", str(folder / "lake"), "--quiet"]) in (0, 2)
    return Lake.open(folder / "lake")


@pytest.mark.parametrize("rows", [1, 60, 10_000_000])
def test_marts_are_the_same_bytes_however_many_days_are_worked_on_at_once(
    lake: Lake, rows: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    present = lake.snapshot()
    of_tables = {name: files for name, files in present.files.items() if name in tables()}
    bare = msgspec.structs.replace(present, files=of_tables, origins={})
    (tmp_path / "tables").mkdir()
    for name in of_tables:
        (tmp_path / "tables" / name).symlink_to(lake.root / "tables" / name)
    monkeypatch.setattr(marts, "_ROWS_AT_ONCE", rows)
    again = marts.built(tmp_path, bare, tuple(lake.content.marts.values()))
    assert again == present


def test_days_are_worked_on_together_while_they_are_few(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    present = lake.snapshot()
    days = sorted(present.of("invocation"))
    assert len(days) == DAYS
    whole = list(marts._parts(present, ["invocation"], days))
    assert whole == [tuple(days)]
    monkeypatch.setattr(marts, "_ROWS_AT_ONCE", 1)
    assert list(marts._parts(present, ["invocation"], days)) == [(day,) for day in days]
    assert list(marts._parts(present, ["invocation"], [])) == [()]
