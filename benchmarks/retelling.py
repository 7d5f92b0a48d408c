"""A corpus told again: the same traffic by other calls, made in a sixth of the time of a new one."""

from __future__ import annotations

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


def retold(made: Corpus, number: int, folder: Path) -> Path:
    """The folder, in which afterwards every file of the corpus is told again with other request ids.

    The first byte of each id is combined with the number, so that no two numbers give the same id, and none
    gives that of the corpus. Counts are those of the corpus. Raises: ValueError for a number out of range.
    """
    if not 0 < number <= MOST:
        raise ValueError(f"a corpus is told again 1 to {MOST} times")
    folder.mkdir(parents=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        pool.map(functools.partial(_retell, number=number, folder=folder), made.files(), chunksize=1)
    return folder


def _retell(file: Path, *, number: int, folder: Path) -> None:
    others = {b"%02x" % first: b'"requestId":"%02x' % (first ^ number) for first in range(256)}
    told: bytes = igzip.decompress(file.read_bytes())  # type: ignore[no-untyped-call]
    data = _REQUEST.sub(lambda found: others[found[1]], told)
    (folder / file.name).write_bytes(igzip.compress(data, compresslevel=1))
