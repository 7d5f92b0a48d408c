"""What a lake has to survive; each trial is told in one line of `benchmarks/TORTURE.md`."""

from __future__ import annotations

import gzip
import json
import os
import random as chance
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpus import CACHE, Plan, corpus
from benchmarks.environments import python_of
from benchmarks.ingest_figures import ingest_command
from benchmarks.measurement import run
from benchmarks.retelling import retold
from benchmarks.traffic import SECRET_TEXT, dice
from isal import igzip
from msgspec import Struct
from tests.e2e.emulator.deployment import MANIFEST
from tests.e2e.emulator.running import started
from tests.faults import logs
from tests.faults.files import faulty, random_plan
from tests.faults.lake import CRATON, contents, ingest, outcomes, sql
from tests.faults.pieces import encoded
from tests.faults.verdict import complaints
from tests.second_opinions.comparison import disagreements, listed
from tests.second_opinions.hosts import Emulated, ministack
from tests.second_opinions.worlds import world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.corpus import Corpus

SCRATCH = Path(__file__).resolve().parents[1] / "build" / "torture"
FILES_AT_ONCE = 250
LARGEST_MB = 256 + 512 * (os.cpu_count() or 1)
"""What an ingest's processes may hold, whatever it reads: half a GiB for each core's worker. Units: MiB."""
CHUNK = 10_000_000
ROUND_ROWS = 3_000


class Trial(Struct, frozen=True):
    """What was tried, what came of it, and whether that is good enough."""

    what: str
    result: str
    seconds: float
    held: bool
    details: tuple[str, ...] = ()


def timed(what: str, trial: Callable[[], tuple[str, bool, tuple[str, ...]]]) -> Trial:
    """The trial, run in an empty scratch folder."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    started = time.perf_counter()
    result, held, details = trial()
    seconds = time.perf_counter() - started
    shutil.rmtree(SCRATCH, ignore_errors=True)
    return Trial(what, result, seconds, held, details)


def damaged_files(seed: int, count: int) -> Trial:
    """Random compositions of damage: no good record lost, none invented."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        found: list[str] = []
        pieces = 0
        for start in range(seed, seed + count, FILES_AT_ONCE):
            plans = [random_plan(one) for one in range(start, min(start + FILES_AT_ONCE, seed + count))]
            folder = SCRATCH / str(start)
            (folder / "logs").mkdir(parents=True)
            files = {folder / "logs" / one.name: one for one in map(faulty, plans)}
            for path, one in files.items():
                path.write_bytes(one.data)
            pieces += sum(len(one.stream.placed) for one in files.values())
            ingest([folder / "logs"], folder / "lake")
            for path, outcome in outcomes(folder / "lake", files).items():
                wrong = complaints(files[path], outcome)
                if wrong:
                    found.append(f"`{files[path].plan}`: {'; '.join(wrong)[:400]}")
            shutil.rmtree(folder)
        return (
            f"{count:,} files, {pieces:,} documents, {len(found)} files came out wrong",
            not found,
            tuple(found),
        )

    return timed(f"damaged files, seeds from {seed}", trial)


def kills(seed: int, count: int, records: int = 40_000) -> Trial:
    """`kill -9` of the whole process group at random moments, then a rerun."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        sources = SCRATCH / "logs"
        some = logs.records(records)
        logs.write_lines(sources, some, 24)
        (sources / "trail.json.gz").write_bytes(logs.trail(some))
        (sources / "firehose").write_bytes(logs.envelopes(some[::3]))
        began = time.perf_counter()
        ingest([sources], SCRATCH / "undisturbed")
        whole = time.perf_counter() - began
        expected = contents(SCRATCH / "undisturbed")
        random = dice(seed)
        wrong = []
        killed = 0
        for number in range(count):
            moment = whole * random.random()
            lake = SCRATCH / "lake"
            killed += killed_after(moment, sources, lake)
            ingest([sources], lake)
            if contents(lake) != expected:
                wrong.append(f"kill {number} after {moment:.2f} s")
            shutil.rmtree(lake)
        return (
            f"{killed} of {count} runs were killed before their end, {len(wrong)} lakes differ",
            not wrong,
            tuple(wrong),
        )

    return timed(f"kills at {count} random moments, seed {seed}", trial)


def killed_after(seconds: float, sources: Path, lake: Path) -> bool:
    """Whether an ingest had to be killed after that time."""
    command = [*CRATON, "ingest", str(sources), "--lake", str(lake), "--quiet"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def many_rows(rows: int, accounts: int) -> Trial:
    """As many rows as that from as many accounts, checked to the token.

    More than a chunk are told in parts, each on the days before those of the part before.
    """

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        lake = SCRATCH / "lake"
        tellings = -(-rows // CHUNK)
        made = corpus(Plan(rows // tellings, accounts=accounts), cache=CACHE)
        spent = processor = peak = 0.0
        for number in range(tellings):
            folder = Path(made.folder) if number == 0 else retold(made, number, SCRATCH / f"told_{number}")
            done = run(ingest_command(str(folder), str(lake), made.manifest), watch=True)
            if done.code:
                return f"the ingest ended with {done.code}", False, (done.stderr[-500:],)
            spent += done.seconds
            processor += done.cpu_s
            peak = max(peak, done.peak_mb or 0)
            shutil.rmtree(SCRATCH / f"told_{number}", ignore_errors=True)
            on_the_way = f"{number + 1} of {tellings} in {done.seconds:.0f} s, peak {peak:,.0f} MiB so far"
            print(on_the_way, file=sys.stderr, flush=True)
        distinct, tokens, lines = (
            tellings * counted
            for counted in (made.counts.distinct, made.counts.input_tokens, made.counts.lines)
        )
        (found,) = sql(
            lake,
            "SELECT count(*) AS n, sum(input_tokens) AS tokens, count(DISTINCT account_id) AS accounts, "
            "count(DISTINCT day) AS days FROM invocation",
        )
        days = tellings * made.plan.days
        exact = found == {"n": distinct, "tokens": tokens, "accounts": accounts, "days": days}
        size = sum(file.stat().st_size for file in lake.rglob("*.parquet"))
        told = (
            f"{found['n']:,} rows of {found['accounts']} accounts on {found['days']} days, "
            f"{lines / spent:,.0f} records/s "
            f"({lines / processor:,.0f} per second of processor time), "
            f"peak {peak:,.0f} MiB, {size / distinct:.0f} bytes a row; counts and tokens "
            f"{'agree' if exact else f'differ: {found}'}"
        )
        return told, exact and peak <= LARGEST_MB, ()

    return timed(f"{rows:,} rows of {accounts} accounts", trial)


def one_large_file(gigabytes: float, made: Corpus) -> Trial:
    """One file that unpacks to that much, in bounded memory."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        path = SCRATCH / "large.json.gz"
        unpacked = rows = 0
        with path.open("wb") as out:
            for index, file in enumerate(made.files()):
                if unpacked >= gigabytes * 1e9:
                    break
                data = gzip.decompress(file.read_bytes())
                out.write(igzip.compress(data, compresslevel=1))
                unpacked += len(data)
                rows += made.plan.of_file(index)
        done = run(
            [*CRATON, "ingest", str(path), "--lake", str(SCRATCH / "lake"), "--format", "json"], watch=True
        )
        read = json.loads(done.stdout)["rows"]
        peak = done.peak_mb or 0
        told = (
            f"{unpacked / 1e9:.2f} GB, {read:,} of {rows:,} rows in {done.seconds:.0f} s, "
            f"peak {peak:,.0f} MiB"
        )
        return told, read == rows and peak <= LARGEST_MB, ()

    return timed(f"one file of {gigabytes:g} GB", trial)


def many_small_files(count: int) -> Trial:
    """A file for each record."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        some = logs.records(count, days=30)
        logs.write_lines(SCRATCH / "logs", some, count)
        command = [
            *CRATON,
            "ingest",
            str(SCRATCH / "logs"),
            "--lake",
            str(SCRATCH / "lake"),
            "--format",
            "json",
        ]
        first, again = run(command, watch=True), run(command, watch=False)
        report = json.loads(first.stdout)
        skipped = json.loads(again.stdout)["files_skipped"]
        told = (
            f"{report['rows']:,} rows in {first.seconds:.1f} s ({count / first.seconds:,.0f} files/s), "
            f"again in {again.seconds:.1f} s with {skipped:,} skipped, peak {first.peak_mb:,.0f} MiB"
        )
        return told, report["rows"] == count == skipped, ()

    return timed(f"{count:,} files of one record", trial)


def one_long_line(megabytes: int) -> Trial:
    """A line far longer than any record, between two good ones."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        good = logs.records(2)
        path = SCRATCH / "long.json.gz"
        with gzip.open(path, "wb", 1) as out:
            out.write(encoded(good[0]) + b'\n{"note":"')
            for _ in range(megabytes):
                out.write(b"x" * 1_000_000)
            out.write(b'"}\n' + encoded(good[1]) + b"\n")
        done = run(
            [*CRATON, "ingest", str(path), "--lake", str(SCRATCH / "lake"), "--format", "json"], watch=True
        )
        report = json.loads(done.stdout)
        peak = done.peak_mb or 0
        told = f"{report['rows']} good rows, {report['quarantined']} in quarantine, peak {peak:,.0f} MiB"
        return told, (report["rows"], report["quarantined"]) == (2, 1) and peak <= LARGEST_MB, ()

    return timed(f"a line of {megabytes} MB", trial)


def soak(minutes: float) -> Trial:
    """Files come in, some of them twice, while the lake is asked all the time."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        lake, sources = SCRATCH / "lake", SCRATCH / "logs"
        random = chance.Random(3)  # noqa: S311 - a trial has to be repeatable
        deadline = time.monotonic() + minutes * 60
        rounds = rows = asked = 0
        wrong: list[str] = []
        peaks: list[float] = []
        while time.monotonic() < deadline:
            some = logs.records(ROUND_ROWS, seed=100 + rounds, days=20)
            logs.write_lines(sources, some, random.randint(1, 9), name=f"round_{rounds}")
            command = [*CRATON, "ingest", str(sources), "--lake", str(lake), "--format", "json", "--quiet"]
            seen = []
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                while process.poll() is None:
                    if (lake / "snapshots").is_dir():
                        seen.append(sql(lake, "SELECT count(*) AS n FROM invocation")[0]["n"])
                asked += len(seen)
                report = json.loads(process.communicate()[0])
            if not set(seen) <= {rows, rows + ROUND_ROWS}:
                wrong.append(f"round {rounds}: half a state was seen: {sorted(set(seen))}")
            rows += ROUND_ROWS
            if report["rows"] != ROUND_ROWS:
                wrong.append(f"round {rounds}: {report['rows']} rows instead of {ROUND_ROWS}")
            rounds += 1
            if rounds % 5 == 0:
                done = run([*CRATON, "compact", "--lake", str(lake)], watch=True)
                peaks.append(done.peak_mb or 0)
        files = sum(1 for _ in lake.rglob("*.parquet"))
        (total,) = sql(lake, "SELECT count(*) AS n, count(DISTINCT request_id) AS ids FROM invocation")
        if total != {"n": rows, "ids": rows}:
            wrong.append(f"{total} instead of {rows}")
        told = (
            f"{rounds} rounds, {rows:,} rows, {asked} questions meanwhile, {files} Parquet files at the end"
        )
        return told, not wrong, tuple(wrong)

    return timed(f"{minutes:g} minutes of ingesting, asking and compacting", trial)


def secrets(rows: int) -> Trial:
    """No word of a prompt is in any file of the lake, whatever it is compressed with."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        made = corpus(Plan(rows), cache=SCRATCH / "corpus")
        run(ingest_command(made.folder, str(SCRATCH / "lake"), made.manifest), watch=False)
        found = list(told_in(SCRATCH / "lake"))
        return (
            f"{rows:,} records whose texts hold a known word, {len(found)} places tell it",
            not found,
            tuple(found),
        )

    return timed("what people wrote is not kept", trial)


def told_in(lake: Path) -> Iterator[str]:
    """Every table, mart and file of a lake in which the secret word stands."""
    for name, rows in contents(lake).items():
        if any(SECRET_TEXT in row for row in rows):
            yield name
    for file in lake.rglob("*"):
        if file.is_file() and SECRET_TEXT.encode() in file.read_bytes():
            yield str(file.relative_to(lake))


def decisions(count: int) -> Trial:
    """Random calls over HTTP: the emulator decides as the simulator, ministack but for known differences."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        known, numbers = listed(), range(count)
        with started("--accounts", str(MANIFEST), folder=SCRATCH) as running:
            keys = (running.told["AWS_ACCESS_KEY_ID"], running.told["AWS_SECRET_ACCESS_KEY"])
            ours, calls = disagreements(Emulated(running.url, keys), known.seed, numbers)
        without_scps = [number for number in numbers if not world(known.seed, number).has_scps]
        with ministack(python_of("ministack"), SCRATCH) as host:
            theirs, compared = disagreements(host, known.seed, without_scps)
        wanted = known.places(without_scps)
        result = (
            f"{calls:,} decided by the emulator, {_told(ours)} otherwise; {compared:,} by ministack,"
            f" {_told(theirs)} otherwise, {_told(wanted)} of them known"
        )
        details = (f"emulator: {ours}", f"ministack: {theirs}, known: {wanted}")
        held = not ours and theirs == wanted
        return result, held, () if held else details

    return timed(f"random calls under {count} sets of random policies, over HTTP with signatures", trial)


def _told(places: dict[int, list[int]]) -> int:
    return sum(map(len, places.values()))
