"""Only unpacking, with isal on all cores: `gunzip.py TASK FOLDER OUT`.

Task `whole` unpacks each file by one call, `in_steps` through a buffer that stays in the processor's caches.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from pathlib import Path

from isal import isal_zlib

GZIP = 31
STEP = 256 << 10


def whole(file: Path) -> int:
    """How many lines the file holds once unpacked."""
    data: bytes = isal_zlib.decompress(file.read_bytes(), GZIP)
    return data.count(b"\n")


def in_steps(file: Path) -> int:
    """The same."""
    member = isal_zlib.decompressobj(GZIP)
    lines = 0
    with file.open("rb") as stored:
        while data := stored.read(STEP):
            while data:
                lines += member.decompress(data, STEP).count(b"\n")
                data = member.unconsumed_tail
    return lines


def main() -> None:
    """Afterwards every file was unpacked once, and thrown away."""
    work = {"whole": whole, "in_steps": in_steps}[sys.argv[1]]
    files = sorted(Path(sys.argv[2]).glob("*.json.gz"))
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        pool.map(abs, range(16))
        started = time.perf_counter()
        rows = sum(pool.imap_unordered(work, files))
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    main()
