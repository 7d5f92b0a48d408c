"""Decoding and ingesting against DuckDB, chDB and plain unpacking."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.contest import Contestant, Score, contest, from_answer, from_start, ratio
from benchmarks.environments import python_of
from benchmarks.figures import Figure, markdown, per_second
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.corpus import Corpus

PEERS = Path(__file__).parent / "peers"
DECODES = 1.5
"""Decoding has to be this many times as fast as DuckDB's."""
INGESTS = 1.0
OF_DUCKDB_MEMORY = 1.0
OF_CHDB_MEMORY = 0.5
OF_UNPACKING = 0.33


class Rounds(Struct, frozen=True):
    """How often each contestant runs."""

    timed: int
    watched: int


def _peer(program: str, task: str, python: str, **more: Any) -> Contestant:
    def command(files: Path, out: Path) -> Sequence[str]:
        return [python, str(PEERS / f"{program}.py"), task, str(files), str(out)]

    return Contestant(f"{program.partition('_')[0]} {task}", command, **more)


CRATON = ("-m", "craton")
WITHOUT_MARTS = (str(PEERS / "craton_rows.py"),)


def _craton_ingest(corpus: Corpus, program: Sequence[str]) -> Callable[[Path, Path], Sequence[str]]:
    def command(files: Path, out: Path) -> Sequence[str]:
        return ingest_command(str(files), str(out), corpus.manifest, program)

    return command


def ingest_command(files: str, lake: str, manifest: str, program: Sequence[str] = CRATON) -> list[str]:
    """The ingest of the files into the lake, with the manifest."""
    ingest = [sys.executable, *program, "ingest", files, "--lake", lake, "--manifest", manifest]
    return [*ingest, "--format", "json", "--quiet"]


def decoding(corpus: Corpus, rounds: Rounds, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """Decoding to typed columns, start-up excluded."""
    peers = python_of("peers")
    lines = {"rows": corpus.counts.lines}
    contestants = [
        _peer("craton_decode", "decode", sys.executable, seconds=from_answer, wanted=lines),
        _peer("duckdb_json", "decode_bodies", peers, seconds=from_answer, wanted=lines),
        _peer("duckdb_json", "decode", peers, seconds=from_answer, wanted=lines),
        _peer("chdb_json", "decode_bodies", peers, seconds=from_answer, wanted=lines),
        _peer("chdb_json", "decode", peers, seconds=from_answer, wanted=lines),
        _peer("gunzip", "whole", sys.executable, seconds=from_answer, wanted=lines),
        _peer("gunzip", "in_steps", sys.executable, seconds=from_answer, wanted=lines),
    ]
    scores = contest(contestants, Path(corpus.folder), timed=rounds.timed, watched=0, told=told)
    ours = scores["craton decode"]
    duckdb, chdb = scores["duckdb decode_bodies"], scores["chdb decode_bodies"]
    figures = [
        _faster("decoding, DuckDB with the same columns", duckdb, ours, corpus, DECODES),
        _cheaper("decoding, DuckDB with the same columns", duckdb, ours),
        _faster("decoding, DuckDB without looking into bodies", scores["duckdb decode"], ours, corpus, None),
        _faster("decoding, chDB with the same columns", chdb, ours, corpus, None),
        _faster("decoding, chDB without looking into bodies", scores["chdb decode"], ours, corpus, None),
        _share("unpacking each file at once", scores["gunzip whole"], ours, corpus, OF_UNPACKING),
        _share("unpacking in steps of 256 KiB", scores["gunzip in_steps"], ours, corpus, None),
    ]
    return figures, list(_rounds("Decoding", scores.values(), corpus))


def ingesting(corpus: Corpus, rounds: Rounds, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """The whole ingest, start-up included: deduplication, attribution, prices, day partitions.

    It is measured as shipped, with marts, and without: rows alone are the work that peers do too.
    """
    peers = python_of("peers")
    rows = {"rows": corpus.counts.distinct}
    tokens = {"input_tokens": corpus.counts.input_tokens, "output_tokens": corpus.counts.output_tokens}
    contestants = [
        Contestant("craton ingest", _craton_ingest(corpus, CRATON), from_start, rows),
        Contestant("craton rows", _craton_ingest(corpus, WITHOUT_MARTS), from_start, rows),
        _peer("duckdb_json", "ingest_bodies", peers, seconds=from_start, wanted=rows | tokens),
        _peer("duckdb_json", "ingest", peers, seconds=from_start, wanted=rows | tokens),
        _peer("chdb_json", "ingest_bodies", peers, seconds=from_start, wanted=rows | tokens),
    ]
    scores = contest(contestants, Path(corpus.folder), timed=rounds.timed, watched=rounds.watched, told=told)
    ours, same_work, duckdb, chdb = (
        scores[name]
        for name in ("craton ingest", "craton rows", "duckdb ingest_bodies", "chdb ingest_bodies")
    )
    figures = [
        _faster(
            "rows alone, without marts, DuckDB with the same columns",
            duckdb,
            same_work,
            corpus,
            INGESTS,
        ),
        _faster("as shipped, with marts, DuckDB with the same columns", duckdb, ours, corpus, None),
        _cheaper("as shipped, with marts, DuckDB with the same columns", duckdb, ours),
        _faster(
            "as shipped, with marts, DuckDB without looking into bodies",
            scores["duckdb ingest"],
            ours,
            corpus,
            None,
        ),
        _faster("as shipped, with marts, chDB with the same columns", chdb, ours, corpus, None),
        _smaller("peak memory of the process tree, DuckDB", duckdb, ours, OF_DUCKDB_MEMORY),
        _smaller("peak memory of the process tree, chDB", chdb, ours, OF_CHDB_MEMORY),
    ]
    return figures, list(_rounds("Ingesting", scores.values(), corpus))


def _faster(what: str, peer: Score, ours: Score, corpus: Corpus, wanted: float | None) -> Figure:
    middle, low, high = ratio(peer.seconds, ours.seconds)
    lines = corpus.counts.lines
    return Figure(
        f"{what}",
        "" if wanted is None else f"≥ {wanted} times its speed",
        f"{per_second(lines, ours.median_s)}; peer {per_second(lines, peer.median_s)}",
        f"{middle:.2f} ({low:.2f} to {high:.2f})",
        None if wanted is None else middle >= wanted,
    )


def _cheaper(what: str, peer: Score, ours: Score) -> Figure:
    middle, low, high = ratio(peer.cpu_s, ours.cpu_s)
    return Figure(
        f"{what}: processor time of the whole run",
        "",
        f"{statistics.median(ours.cpu_s):.1f} s; peer {statistics.median(peer.cpu_s):.1f} s",
        f"{middle:.2f} ({low:.2f} to {high:.2f})",
        None,
    )


def _share(of: str, unpacking: Score, ours: Score, corpus: Corpus, wanted: float | None) -> Figure:
    share, low, high = ratio(unpacking.seconds, ours.seconds)
    return Figure(
        f"decoding, share of the speed of {of}",
        "" if wanted is None else f"≥ {wanted:.0%}",
        f"{per_second(corpus.counts.lines, unpacking.median_s)} unpacked",
        f"{share:.0%} ({low:.0%} to {high:.0%})",
        None if wanted is None else share >= wanted,
    )


def _smaller(what: str, peer: Score, ours: Score, wanted: float) -> Figure:
    share = ours.memory_mb / peer.memory_mb
    return Figure(
        what,
        f"≤ {wanted} times its memory",
        f"{ours.memory_mb:,.0f} MiB; peer {peer.memory_mb:,.0f} MiB",
        f"{share:.2f}",
        share <= wanted,
    )


def _rounds(title: str, scores: Sequence[Score] | Any, corpus: Corpus) -> Iterator[str]:
    yield f"### {title}: every run"
    yield ""
    size = corpus.counts.raw_bytes / 1e9
    yield f"{corpus.counts.lines:,} lines in {corpus.plan.files} files, {size:.2f} GB unpacked."
    yield ""
    rows = [
        (
            one.name,
            str(one.answer.get("version", "")),
            " ".join(f"{s:.2f}" for s in one.seconds),
            " ".join(f"{s:.1f}" for s in one.cpu_s),
            " ".join(f"{m:,.0f}" for m in one.peak_mb),
        )
        for one in scores
    ]
    yield from markdown(
        ("contestant", "version", "seconds of each round", "processor seconds", "peak MiB, watched"), rows
    )
