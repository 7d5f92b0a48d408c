"""What the compiled part and Python read otherwise: nothing. `differences.py SEED COUNT [COMPILED PART]`."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from tests.faults import logs
from tests.plain_records.lines import Lines

from craton.logs.invocation_reader import InvocationReader
from craton.logs.plain_records import SCAN, WAY, plain_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.logs.plain_records import Scan

REFUSED = (msgspec.DecodeError, UnicodeError, RecursionError)
DEMONSTRATED = 40


class Tried(Struct):
    """What was read both ways.

    `sure` counts the lines that the compiled part read by itself, `otherwise` holds the spans that came out
    otherwise.
    """

    spans: int = 0
    lines: int = 0
    sure: int = 0
    otherwise: list[str] = []

    def span(self, data: bytes, scan: Scan) -> None:
        """Reads a span both ways."""
        self.spans += 1
        scanned = scan(data)
        if scanned is not None:
            self.lines += len(scanned[1])
            self.sure += len(scanned[1]) - len(scanned[2])
        if answer(data, scan) != answer(data, None):
            self.otherwise.append(repr(data))


def answer(data: bytes, scan: Scan | None) -> str | None:
    """What is read of lines, to the types of the values, and unknown; None where they are refused."""
    reader = InvocationReader()
    in_python = reader._rows_in_python
    try:
        if scan is None:
            columns, starts = in_python(data)
        else:
            columns, starts = plain_rows(data, in_python, scan, reader.unknown)
    except REFUSED:
        return None
    return repr(([list(column) for column in columns], starts, sorted(reader.unknown.items())))


def spans(seed: int, count: int) -> Iterator[bytes]:
    """So many spans: records by chance, records of the benchmark's organization, and both of them damaged."""
    chance = random.Random(seed)
    demonstrated = [json.dumps(one).encode() for one in logs.records(DEMONSTRATED, seed=seed)]
    for number in range(count):
        made = Lines(chance, chance.choice((0, 0, 0, 1, 4)))
        span = made.span() if number % 3 else chance.choice(demonstrated) + b"\n"
        yield made.damaged(span) if number % 4 else span


def part(file: Path | str) -> Any:
    """A compiled part from that file."""
    spec = importlib.util.spec_from_file_location("craton.logs._plain_records", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Tells on stdout what came of it; 1 where something was read otherwise."""
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    scan = part(sys.argv[3]).scanned if sys.argv[3:] else SCAN
    if scan is None:
        raise SystemExit(f"records are read {WAY}")
    tried = Tried()
    for span in spans(seed, count):
        tried.span(span, scan)
    sys.stdout.write(msgspec.json.encode(tried).decode() + "\n")
    return int(bool(tried.otherwise))


if __name__ == "__main__":
    raise SystemExit(main())
