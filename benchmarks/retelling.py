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
    told: bytes = igzip.decompress(file.read_bytes())  # type: ignore[no-untyped-call]
    told = _REQUEST.sub(lambda found: others[found[1]], told)
    data = _DAY.sub(lambda found: b'"timestamp":"' + _before(found[1], earlier), told)
    (folder / file.name).write_bytes(igzip.compress(data, compresslevel=1))


@functools.cache
def _before(day: bytes, earlier: int) -> bytes:
    """The day so many days before one, as it is written."""
    return f"{dt.date.fromisoformat(day.decode()) - dt.timedelta(earlier)}".encode()
