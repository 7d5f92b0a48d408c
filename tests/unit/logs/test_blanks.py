"""Padding costs by its length, wherever it stands, and nothing else of it."""

from __future__ import annotations

import io
import json
import time

import pytest
from tests.unit.logs.records import line, trail_event

from craton.logs.reading import Reader

A, B = line(1), line(2)
EVENT = json.dumps(trail_event(3)).encode()
SMALL, LARGE = 1 << 20, 16 << 20
FORMS = {
    "between two records": (A, b" ", B, 2),
    "behind the last": (A + b"\n", b" ", b"", 1),
    "before the first": (b"", b"\t", A, 1),
    "behind a byte-order mark": (b"\xef\xbb\xbf", b" ", A, 1),
    "line ends": (A, b"\n", B, 2),
    "within an array that has begun": (b"[" + A + b",", b" ", B + b"]", 2),
    "commas within an array": (b"[" + A, b",", B + b"]", 2),
    "before an array's first element": (b"[", b" ", A + b"," + B + b"]", 2),
    "before the list of a trail file": (b'{"Records":', b" ", b"[" + EVENT + b"]}", 1),
    "at the end of a trail file's list": (b'{"Records":[' + EVENT, b" ", b"]}", 1),
}


def seconds(before: bytes, blank: bytes, after: bytes, rows: int, size: int) -> float:
    stored = before + blank * size + after
    begun = time.process_time()
    found = unpacked = 0
    for batch in Reader(lambda: io.BytesIO(stored), uri="/logs/padded").batches():
        found += len(batch.rows["invocation"]) + len(batch.rows["api_event"])
        unpacked += batch.unpacked
        assert batch.quarantined == []
    assert (found, unpacked) == (rows, len(stored))
    return time.process_time() - begun


@pytest.mark.parametrize("name", FORMS)
def test_many_blanks_take_time_by_their_number_and_not_by_its_square(name: str) -> None:
    form = FORMS[name]
    small = min(seconds(*form, SMALL) for _ in range(3))
    assert seconds(*form, LARGE) < 60 * small + 0.5
