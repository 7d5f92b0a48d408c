from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from craton.lake.staging import Spill, rows_waiting, staged, waiting

if TYPE_CHECKING:
    from pathlib import Path

DAYS = [dt.date(2026, 10, day) for day in (1, 2, 3)]


def in_order(days: list[dt.date]) -> list[dt.date]:
    return days


def mixed(days: list[dt.date]) -> list[dt.date]:
    return random.Random(5).sample(days, len(days))


@pytest.mark.parametrize("order", [in_order, mixed])
def test_every_row_waits_once_with_those_of_its_day(order: object, tmp_path: Path) -> None:
    assert callable(order)
    days = order(DAYS[:1] * 700 + DAYS[1:2] * 5 + DAYS[2:] * 900)
    numbers = list(range(len(days)))
    spill = Spill(tmp_path, "invocation")

    for start in range(0, len(days), 400):
        part = slice(start, start + 400)
        spill.add(pa.table({"number": numbers[part], "day": pa.array(days[part], pa.date32())}))
    spill.flush()

    found = staged(tmp_path)
    assert list(found) == [("invocation", day.isoformat()) for day in DAYS]
    for (_, day), paths in found.items():
        held = [number for path in paths for number in waiting(path)["number"].to_pylist()]
        assert Counter(held) == Counter(
            n for n, of in zip(numbers, days, strict=True) if of.isoformat() == day
        )
        assert sum(map(rows_waiting, paths)) == len(held)


def test_nothing_is_written_where_nothing_waits(tmp_path: Path) -> None:
    spill = Spill(tmp_path, "invocation")
    spill.add(pa.table({"number": pa.array([], pa.int64()), "day": pa.array([], pa.date32())}))
    spill.flush()

    assert staged(tmp_path) == {}


def test_rows_of_a_table_without_days_wait_together(tmp_path: Path) -> None:
    spill = Spill(tmp_path, "quarantine")
    spill.add(pa.table({"file": ["/a", "/b"]}))
    spill.flush()

    ((key, (path,)),) = staged(tmp_path).items()
    assert key == ("quarantine", "")
    assert (rows_waiting(path), waiting(path)["file"].to_pylist()) == (2, ["/a", "/b"])
