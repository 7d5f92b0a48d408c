"""A corpus of invocation logs, the same bytes on every machine.

Files are gzip'd JSON lines as Bedrock delivers them to S3, in the order of time, mixed over accounts as a
central archive holds them. Each file but the first begins with some lines of the file before, so that
deduplication has something to do. What the corpus holds is counted while it is written and kept beside it in
`corpus.json`, so that a lake built from it can be checked to the token.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import hashlib
import itertools
import multiprocessing
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from isal import igzip
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.traffic import Traffic, organization

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.traffic import Record

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "build" / "corpus"
START = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


class Plan(Struct, frozen=True):
    """How big a corpus is. `repeated` records of each file are told again by the next."""

    records: int
    records_per_file: int = 30_000
    accounts: int = 64
    days: int = 90
    seed: int = 1
    repeated: int = 150

    @property
    def files(self) -> int:
        """How many files the records fill."""
        return -(-self.records // self.records_per_file)

    def of_file(self, index: int) -> int:
        """How many new records the file of that index holds."""
        return min(self.records_per_file, self.records - index * self.records_per_file)


class Counts(Struct):
    """What a corpus holds. Tokens are those of distinct records; a count that is absent adds nothing."""

    lines: int = 0
    distinct: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    unknown_inputs: int = 0
    errors: int = 0
    raw_bytes: int = 0
    stored_bytes: int = 0

    def plus(self, other: Counts) -> Counts:
        """The counts of both."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))


class Corpus(Struct, frozen=True):
    """A corpus on disk: its logs, the organization's manifest, its plan, what it holds, its generator."""

    folder: str
    manifest: str
    plan: Plan
    counts: Counts
    generator: str

    def files(self) -> list[Path]:
        """Its log files in the order of time."""
        return sorted(Path(self.folder).iterdir())


def generator() -> str:
    """A hash of the code that decides the bytes of a corpus."""
    sources = (Path(__file__), Path(__file__).with_name("traffic.py"))
    return hashlib.blake2b(b"".join(source.read_bytes() for source in sources), digest_size=8).hexdigest()


def new_records(plan: Plan, index: int) -> Iterator[Record]:
    """The records that are told first by the file of that index, in the order of time."""
    traffic = Traffic(plan.seed * 1_000_003 + index, accounts=plan.accounts)
    count = plan.of_file(index)
    span = dt.timedelta(days=plan.days) / plan.files
    for i in range(count):
        yield traffic.record(START + span * index + span * (i / count))


def write_file(plan: Plan, folder: Path, index: int) -> Counts:
    """Afterwards the file of that index is there; the counts of what it holds."""
    counts = Counts()
    lines: list[bytes] = []
    if index:
        again = itertools.islice(new_records(plan, index - 1), plan.repeated)
        lines.extend(msgspec.json.encode(record) for record in again)
    counts.lines = len(lines)
    for record in new_records(plan, index):
        lines.append(msgspec.json.encode(record))
        count(record, counts)
    data = b"\n".join(lines) + b"\n"
    stored = igzip.compress(data, compresslevel=3)
    counts.raw_bytes, counts.stored_bytes = len(data), len(stored)
    day = START + dt.timedelta(days=plan.days) / plan.files * index
    (folder / f"{day:%Y%m%dT%H%M%SZ}_{index:05d}.json.gz").write_bytes(stored)
    return counts


def count(record: Record, counts: Counts) -> None:
    """Afterwards `counts` holds this distinct record too."""
    given, made = record["input"], record.get("output", {})
    counts.lines += 1
    counts.distinct += 1
    counts.input_tokens += given.get("inputTokenCount", 0)
    counts.cache_read_input_tokens += given.get("cacheReadInputTokenCount", 0)
    counts.output_tokens += made.get("outputTokenCount", 0)
    counts.unknown_inputs += "inputTokenCount" not in given
    counts.errors += "errorCode" in record


def corpus(plan: Plan, *, cache: Path = CACHE) -> Corpus:
    """The corpus of that plan, written unless it is there already whole."""
    stamp = hashlib.blake2b(msgspec.json.encode(plan), digest_size=4).hexdigest()
    root = cache / f"{plan.records}-{stamp}-{generator()}"
    summary, folder = root / "corpus.json", root / "logs"
    if summary.is_file():
        return msgspec.json.decode(summary.read_bytes(), type=Corpus)
    shutil.rmtree(root, ignore_errors=True)
    folder.mkdir(parents=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        tasks = [(plan, folder, index) for index in range(plan.files)]
        totals = functools.reduce(Counts.plus, pool.starmap(write_file, tasks, chunksize=1))
    manifest = root / "craton.yaml"
    manifest.write_bytes(msgspec.json.format(msgspec.json.encode(organization(plan.accounts)), indent=1))
    made = Corpus(str(folder), str(manifest), plan, totals, generator())
    summary.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=2))
    return made


def main() -> None:
    """Afterwards the corpus is there; its summary is printed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_200_000)
    parser.add_argument("--accounts", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    made = corpus(Plan(given.records, accounts=given.accounts, seed=given.seed))
    print(msgspec.json.format(msgspec.json.encode(made), indent=2).decode())


if __name__ == "__main__":
    main()
