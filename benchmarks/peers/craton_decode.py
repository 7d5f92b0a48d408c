"""Craton's own decoding to typed columns, on all cores: `craton_decode.py decode FOLDER OUT`.

Each worker does what a worker of `craton ingest` does before anything is derived from the records.
`seconds` leaves out starting the workers. The columns are thrown away as soon as they are counted.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from craton.lake.columns import columns_of
from craton.lake.worker import COLUMNS_AT
from craton.lake.workforce import Workforce
from craton.logs.batch import Rows
from craton.logs.reading import Reader

if TYPE_CHECKING:
    from typing import BinaryIO

Sums = tuple[int, int, int]
"""Rows, input tokens, output tokens."""


def opened(file: Path) -> BinaryIO:
    """The file's stored bytes."""
    return file.open("rb")


def decoded(file: Path) -> Sums:
    """What the file holds, once it stood in columns."""
    found: list[Sums] = []
    waiting = Rows()
    for batch in Reader(functools.partial(opened, file), uri=str(file)).batches():
        rows = batch.rows["invocation"]
        waiting.join(rows)
        if len(waiting) >= COLUMNS_AT:
            found.append(columned(waiting))
            waiting = Rows()
    if len(waiting):
        found.append(columned(waiting))
    return added(found)


def columned(rows: Rows) -> Sums:
    """What the rows hold, once they stand in columns."""
    table = columns_of("invocation", rows)
    return (
        table.num_rows,
        pc.sum(table["input_tokens"]).as_py() or 0,
        pc.sum(table["output_tokens"]).as_py() or 0,
    )


def added(sums: list[Sums]) -> Sums:
    """All of them together."""
    return sum(s[0] for s in sums), sum(s[1] for s in sums), sum(s[2] for s in sums)


class Decoder:
    """What a worker does its work with."""

    def decoded(self, file: Path) -> Sums:
        """See `decoded`."""
        return decoded(file)

    def ready(self) -> None:
        """Afterwards the worker is known to have started."""


def main() -> None:
    """Afterwards every file was decoded once; told on stdout."""
    files = sorted(Path(sys.argv[2]).glob("*.json.gz"))
    with Workforce(Decoder, os.cpu_count() or 1) as workforce:
        workforce.each("ready")
        started = time.perf_counter()
        rows, input_tokens, output_tokens = added(
            list(workforce.spread("decoded", ((file,) for file in files)))
        )
        seconds = time.perf_counter() - started
    told = {"seconds": seconds, "rows": rows, "input_tokens": input_tokens, "output_tokens": output_tokens}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
