from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from craton.lake import data_files
from craton.lake.data_files import NewFile, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from craton.lake.snapshot import DataFile

ROWS = 5_000
GROUP = 2_000
DAY = dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def few_rows_are_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_files, "ROW_GROUP", GROUP)


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    return pa.table(
        {
            "day": [DAY] * ROWS,
            "name": [f"name {number % 700} of something" for number in range(ROWS)],
            "calls": [number if number % 3 else None for number in range(ROWS)],
            "tools": [[f"tool {number % 5}"] * (number % 4) for number in range(ROWS)],
        }
    )


def in_pieces(root: Path, rows: pa.Table, ends: Sequence[int]) -> DataFile:
    file = NewFile(root, "mart", "2026-11", rows.schema)
    for start, end in zip([0, *ends], [*ends, ROWS], strict=True):
        file.add(rows.slice(start, end - start))
    return file.written()


@pytest.mark.parametrize(
    "ends", [[1], [1_999, 2_000, 2_001], [2_000, 4_000], [0, 0, 4_999], list(range(37, ROWS, 37))]
)
def test_a_file_is_the_same_bytes_in_however_many_pieces_its_rows_come(
    rows: pa.Table, ends: list[int], tmp_path: Path
) -> None:
    whole = write(tmp_path, "mart", "2026-11", rows)
    assert in_pieces(tmp_path, rows, ends) == whole
    assert pq.read_table(tmp_path / whole.path, partitioning=None).equals(rows)
    groups = pq.ParquetFile(tmp_path / whole.path).metadata
    assert [groups.row_group(index).num_rows for index in range(groups.num_row_groups)] == [
        2_000,
        2_000,
        1_000,
    ]


def test_no_more_than_a_group_is_held(rows: pa.Table, tmp_path: Path) -> None:
    file = NewFile(tmp_path, "mart", "2026-11", rows.schema)
    for start in range(0, ROWS, 100):
        file.add(rows.slice(start, 100))
        assert sum(held.num_rows for held in file._held) < GROUP
    assert file.rows == ROWS


def test_of_a_file_that_is_dropped_nothing_stays(rows: pa.Table, tmp_path: Path) -> None:
    file = NewFile(tmp_path, "mart", "2026-11", rows.schema)
    file.add(rows)
    file.dropped()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
