"""A corpus told again: the same traffic by other calls on earlier days, sooner than a new one is made."""

from __future__ import annotations

import datetime as dt
import functools
import multiprocessing
import os
import re
from typing import TYPE_CHECKING

from isal import igzip

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.corpus import Corpus

MOST = 255
"""So many times a corpus can be told again: the number goes into one byte of each request id."""
_REQUEST = re.compile(rb'"requestId":"([0-9a-f]{2})')
_DAY = re.compile(rb'"timestamp":"(\d{4}-\d\d-\d\d)')


def retold(made: Corpus, number: int, folder: Path) -> Path:
    """The folder, in which afterwards every file of the corpus is told again with other request ids.

    The first byte of each id is combined with the number, so that no two numbers give the same id, and none
    gives that of the corpus. Days are so many times the corpus' length earlier: tellings follow each other
    without a gap. Counts are those of the corpus. Raises: ValueError for a number out of range.
    """
    if not 0 < number <= MOST:
        raise ValueError(f"a corpus is told again 1 to {MOST} times")
    folder.mkdir(parents=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        earlier = number * made.plan.days
        told = functools.partial(_retell, number=number, earlier=earlier, folder=folder)
        pool.map(told, made.files(), chunksize=1)
    return folder


def _retell(file: Path, *, number: int, earlier: int, folder: Path) -> None:
    others = {b"%02x" % first: b'"requestId":"%02x' % (first ^ number) for first in range(256)}
    days = _Earlier(earlier)
    told: bytes = igzip.decompress(file.read_bytes())  # type: ignore[no-untyped-call]
    told = _REQUEST.sub(lambda found: others[found[1]], told)
    data = _DAY.sub(lambda found: b'"timestamp":"' + days[found[1]], told)
    (folder / file.name).write_bytes(igzip.compress(data, compresslevel=1))


class _Earlier(dict[bytes, bytes]):
    """Each day as it is written, and the one so many days before it."""

    def __init__(self, days: int) -> None:
        super().__init__()
        self._days = dt.timedelta(days)

    def __missing__(self, day: bytes) -> bytes:
        before = dt.date.fromisoformat(day.decode()) - self._days
        self[day] = f"{before}".encode()
        return self[day]
