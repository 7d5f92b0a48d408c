"""The figures of `benchmarks/RESULTS.md`: `make bench`.

`--quick` runs on a tenth of the records in about two minutes, and writes to `build/bench-quick.md` instead.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import decision_figures, ingest_figures, lint_figures, panel_figures
from benchmarks.corpus import Corpus, Plan, corpus
from benchmarks.figures import MISSED, Figure, per_second, table
from benchmarks.ingest_figures import Rounds
from benchmarks.machine import ROOT, described
from benchmarks.measurement import run

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
QUICK = ROOT / "build" / "bench-quick.md"
FULL_ROUNDS, QUICK_ROUNDS = Rounds(timed=5, watched=2), Rounds(timed=2, watched=1)
CONTEST = 1_200_000
SMALL, LARGE = 1_000_000, 10_000_000
SHRUNK = 10
GROWTH = 10.5
"""Ten times the records may take ten times as long, and a twentieth more for noise."""


def told(text: str) -> None:
    """Afterwards the person who waits knows more."""
    print(text, file=sys.stderr, flush=True)


def lake_of(made: Corpus, folder: Path) -> tuple[Path, float]:
    """A lake of the corpus, and the seconds that its ingest took."""
    shutil.rmtree(folder, ignore_errors=True)
    done = run(ingest_figures.ingest_command(made.folder, str(folder), made.manifest), watch=False)
    if done.code or json.loads(done.stdout)["rows"] != made.counts.distinct:
        raise SystemExit(f"the ingest of {made.folder} failed: {done.stdout[-500:]} {done.stderr[-2_000:]}")
    told(f"ingest of {made.counts.lines:,} lines: {done.seconds:.1f} s")
    return folder, done.seconds


def growing(shrunk: int) -> tuple[list[Figure], list[str]]:
    """How ingest and panels behave as the lake grows tenfold."""
    lakes = []
    for records in (SMALL // shrunk, LARGE // shrunk):
        made = corpus(Plan(records))
        lakes.append((made, *lake_of(made, ROOT / "build" / "bench-lake" / str(records))))
    (few, small, short), (many, large, long) = lakes
    figures = [
        Figure(
            f"ingest, from {few.counts.distinct:,} to {many.counts.distinct:,} records",
            "linear or better",
            f"{short:.1f} s to {long:.1f} s; {per_second(many.counts.lines, long)}",
            f"{long / short:.2f}",
            long / short <= GROWTH,
        )
    ]
    of_small = panel_figures.panels(small, few)
    of_large = panel_figures.panels(large, many)
    figures += panel_figures.figures(of_large, of_small, (few.counts.distinct, many.counts.distinct))
    return figures, panel_figures.every_panel(of_large)


def main() -> int:
    """Afterwards the figures are written; 1 where one of them is not good enough."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the records, few rounds")
    parser.add_argument(
        "--only",
        choices=("decode", "ingest", "growth", "lint", "decide"),
        help="print one part, write nothing",
    )
    given = parser.parse_args()
    shrunk = SHRUNK if given.quick else 1
    rounds = QUICK_ROUNDS if given.quick else FULL_ROUNDS
    about = described()
    parts: dict[str, Callable[[], tuple[list[Figure], list[str]]]] = {
        "decode": lambda: ingest_figures.decoding(corpus(Plan(CONTEST // shrunk)), rounds, told),
        "ingest": lambda: ingest_figures.ingesting(corpus(Plan(CONTEST // shrunk)), rounds, told),
        "growth": lambda: growing(shrunk),
        "lint": lambda: lint_figures.linting(rounds.timed, told),
        "decide": lambda: decision_figures.deciding(decision_figures.REQUESTS // shrunk, rounds.timed, told),
    }
    figures: list[Figure] = []
    details: list[str] = []
    for name, part in parts.items():
        if given.only in (None, name):
            told(f"-- {name}")
            found, more = part()
            figures += found
            details += more
    text = "\n".join([*heading(quick=given.quick), *about, "", *table(figures), *NOTES, *details])
    print(text)
    if given.only is None:
        file = QUICK if given.quick else RESULTS
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return int(any(one.verdict == MISSED for one in figures))


def heading(*, quick: bool) -> list[str]:
    """What this is and which command made it."""
    command = "make bench" if not quick else "python benchmarks/run.py --quick"
    lines = [
        "# Benchmarks",
        "",
        f"Made by `{command}`. Ratios are of runs that took turns on the same files.",
        "",
    ]
    if quick:
        lines += ["**A quick run on a tenth of the records: good for a glance, not for a claim.**", ""]
    return lines


NOTES = [
    "Speed is compared round by round; the ratio is the median of the rounds, in brackets the lowest",
    "and the highest. Decoding leaves start-up out on both sides and ends with typed columns in memory.",
    "The whole ingest counts everything from the start of the process: Craton deduplicates, attributes,",
    "prices, partitions and builds its marts; the peers deduplicate, sort and partition. Memory is the",
    "proportional set size of the whole process tree, sampled 20 times a second in runs of their own.",
    "Panels are asked for their JSON twins on one connection, each question with other days, accounts,",
    "models or teams, so that no answer is kept from before.",
    "",
]

if __name__ == "__main__":
    raise SystemExit(main())
