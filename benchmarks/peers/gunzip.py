"""Only unpacking, with isal on all cores: `gunzip.py decode FOLDER OUT`."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from pathlib import Path

from isal import isal_zlib

GZIP = 31


def lines(file: Path) -> int:
    """How many lines the file holds once unpacked."""
    data: bytes = isal_zlib.decompress(file.read_bytes(), GZIP)
    return data.count(b"\n")


def main() -> None:
    """Afterwards every file was unpacked once, and thrown away."""
    files = sorted(Path(sys.argv[2]).glob("*.json.gz"))
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        pool.map(abs, range(16))
        started = time.perf_counter()
        rows = sum(pool.imap_unordered(lines, files))
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    main()
