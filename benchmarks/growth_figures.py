"""How ingest and panels behave as a lake grows tenfold, and how fast panels are in the large one."""

from __future__ import annotations

import json
import shutil
import statistics
from typing import TYPE_CHECKING

from benchmarks import panel_figures
from benchmarks.companions import companions
from benchmarks.corpus import Plan, corpus
from benchmarks.figures import Figure, per_second
from benchmarks.ingest_figures import ingest_command
from benchmarks.machine import ROOT
from benchmarks.measurement import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.corpus import Corpus
    from benchmarks.measurement import Run

SMALL, LARGE = 1_000_000, 10_000_000
LAKES = ROOT / "build" / "bench-lake"
MOST_GROWTH = 10.5
"""Ten times the records may take ten times as long, and a twentieth more for noise."""


def growing(shrunk: int, rounds: int, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """The figures of a small and of a large lake; ingests of both take turns."""
    few, many = _both(shrunk)
    runs = [(ingested(few, told), ingested(many, told)) for _ in range(rounds)]
    sizes = (few.counts.distinct, many.counts.distinct)
    return _ingest_growth(runs, sizes, many.counts.lines), []


def asking(shrunk: int, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """The figures of panels over both lakes, which are made where they are not there yet."""
    few, many = _both(shrunk)
    for made in (few, many):
        if not (LAKES / str(made.plan.records)).is_dir():
            ingested(made, told)
    of_small, of_large = (panel_figures.panels(lake_of(made), made) for made in (few, many))
    sizes = (few.counts.distinct, many.counts.distinct)
    return panel_figures.figures(of_large, of_small, sizes), panel_figures.every_panel(of_large, of_small)


def _both(shrunk: int) -> tuple[Corpus, Corpus]:
    """The small corpus and the large one."""
    few, many = (corpus(Plan(records // shrunk)) for records in (SMALL, LARGE))
    return few, many


def ingested(made: Corpus, told: Callable[[str], None]) -> Run:
    """The run that made a new lake of the corpus. Raises: SystemExit where the lake is wrong."""
    lake = LAKES / str(made.plan.records)
    shutil.rmtree(lake, ignore_errors=True)
    done = run(ingest_command(made.folder, str(lake), made.manifest), watch=False)
    if done.code or json.loads(done.stdout)["rows"] != made.counts.distinct:
        raise SystemExit(f"the ingest of {made.folder} failed: {done.stdout[-500:]} {done.stderr[-2_000:]}")
    told(f"ingest of {made.counts.lines:,} lines: {done.seconds:.1f} s, {done.cpu_s:.1f} s of processor")
    return done


def lake_of(made: Corpus) -> Path:
    """The lake of the corpus, into which its trail and metrics go now, which no figure counts."""
    lake = LAKES / str(made.plan.records)
    done = run(ingest_command(str(companions(made)), str(lake), made.manifest), watch=False)
    if done.code:
        raise SystemExit(f"the ingest of the trail failed: {done.stderr[-2_000:]}")
    return lake


def _ingest_growth(runs: Sequence[tuple[Run, Run]], sizes: tuple[int, int], lines: int) -> list[Figure]:
    few, many = sizes
    growth = [large.seconds / small.seconds for small, large in runs]
    of_cpu = [large.cpu_s / small.cpu_s for small, large in runs]
    short, long = (statistics.median(pair[i].seconds for pair in runs) for i in (0, 1))
    middle = statistics.median(growth)
    return [
        Figure(
            f"ingest time, from {few:,} to {many:,} records",
            "linear or better",
            f"{short:.1f} s to {long:.1f} s; {per_second(lines, long)} in the large one",
            f"{middle:.2f} ({min(growth):.2f} to {max(growth):.2f})",
            middle <= MOST_GROWTH,
        ),
        Figure("the same in processor time", "", "", f"{statistics.median(of_cpu):.2f}", None),
    ]
