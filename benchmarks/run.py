"""The figures of `benchmarks/RESULTS.md`: `make bench`.

Each part is measured by itself, and can be measured again, at a quieter hour, without the others, which stay
in the report as they are: `--only PART`. `--quick` runs on a tenth of the records, and writes what it finds
to `build/bench-quick/RESULTS.md`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import (
    compile_figures,
    decision_figures,
    emulator_figures,
    growth_figures,
    ingest_figures,
    lint_figures,
    replay_figures,
)
from benchmarks.corpus import Plan, corpus
from benchmarks.figures import MISSED, Figure, table
from benchmarks.ingest_figures import Rounds
from benchmarks.machine import ROOT, described, load

if TYPE_CHECKING:
    from collections.abc import Callable

    Found = tuple[list[Figure], list[str]]

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
QUICK = ROOT / "build" / "bench-quick" / "RESULTS.md"
FULL_ROUNDS, QUICK_ROUNDS = Rounds(timed=5, watched=2), Rounds(timed=2, watched=1)
CONTEST = 1_200_000
SHRUNK = 10


class Part(Struct, frozen=True):
    """What one part came to, and on what."""

    name: str
    about: list[str]
    figures: list[Figure]
    details: list[str]

    @property
    def lines(self) -> list[str]:
        """The part as Markdown."""
        return [f"## {TITLES[self.name]}", "", *self.about, "", *table(self.figures), *self.details]


TITLES = {
    "decode": "Decoding",
    "ingest": "The whole ingest",
    "growth": "Growth",
    "panels": "Panels",
    "lint": "Linting",
    "decide": "Deciding",
    "replay": "Replaying recorded calls",
    "compile": "Compiling a manifest",
    "emulator": "The emulated organization",
}


def main() -> int:
    """Afterwards the figures are written; 1 where one of them is not good enough."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the records, few rounds")
    parser.add_argument("--only", choices=TITLES, help="measure one part, and keep the others as they are")
    given = parser.parse_args()
    report = QUICK if given.quick else RESULTS
    report.parent.mkdir(parents=True, exist_ok=True)
    known = sections(report.read_text()) if report.is_file() else {}
    measured = []
    for name, measure in parts(quick=given.quick).items():
        if given.only in (None, name):
            told(f"-- {name}")
            about, before = described(), load()
            figures, details = measure()
            about.append(f"- load of the last minute: {before:.1f} before, {load():.1f} after")
            measured.append(Part(name, about, figures, details))
            known[name] = measured[-1].lines
            print("\n".join(known[name]), flush=True)
            lines = [line for one in TITLES for line in known.get(one, ())]
            report.write_text("\n".join([*heading(quick=given.quick), *lines]))
    return int(any(figure.verdict == MISSED for one in measured for figure in one.figures))


def sections(report: str) -> dict[str, list[str]]:
    """The lines of each part of a report."""
    names = {title: name for name, title in TITLES.items()}
    found: dict[str, list[str]] = {}
    part: list[str] = []
    for line in report.split("\n"):
        name = names.get(line.removeprefix("## ")) if line.startswith("## ") else None
        if name is not None:
            part = found[name] = []
        part.append(line)
    return found


def parts(*, quick: bool) -> dict[str, Callable[[], Found]]:
    """What can be measured."""
    shrunk = SHRUNK if quick else 1
    rounds = QUICK_ROUNDS if quick else FULL_ROUNDS
    contest = Plan(CONTEST // shrunk)
    return {
        "decode": lambda: ingest_figures.decoding(corpus(contest), rounds, told),
        "ingest": lambda: ingest_figures.ingesting(corpus(contest), rounds, told),
        "growth": lambda: growth_figures.growing(shrunk, rounds.watched, told),
        "panels": lambda: growth_figures.asking(shrunk, told),
        "lint": lambda: lint_figures.linting(rounds.timed, told),
        "decide": lambda: decision_figures.deciding(decision_figures.REQUESTS // shrunk, rounds.timed, told),
        "compile": lambda: compile_figures.compiling(rounds.timed, told),
        "emulator": lambda: emulator_figures.rehearsing(
            emulator_figures.ACCOUNTS // shrunk, rounds.timed, told
        ),
        "replay": lambda: replay_figures.replaying(replay_figures.EVENTS // shrunk, rounds.timed, told),
    }


def told(text: str) -> None:
    """Afterwards the person who waits knows more."""
    print(text, file=sys.stderr, flush=True)


def heading(*, quick: bool) -> list[str]:
    """What this is, which command made it, and how it was measured."""
    lines = ["# Benchmarks", "", *MADE, ""]
    if quick:
        lines += ["**A quick run on a tenth of the records: good for a glance, not for a claim.**", ""]
    return [*lines, *NOTES]


MADE = [
    "Made by `make bench`, which is `.venv/bin/python benchmarks/run.py`; `--only PART` measures one of",
    f"`{'`, `'.join(TITLES)}` again.",
    "Ratios are of runs that took turns on the same files.",
]
NOTES = [
    "Speed is compared round by round; a ratio is the median of the rounds, in brackets the lowest",
    "and the highest. Each round begins with another contestant. Decoding leaves start-up out on both",
    "sides and ends with typed columns in memory. The whole ingest counts everything from the start",
    "of the process: Craton deduplicates, attributes, prices and partitions, the peers deduplicate, sort",
    "and partition. The speed that is wanted is that of rows alone, which is the work of both. The command",
    "as shipped builds marts in the same run, which no peer does: its speed against theirs is reported, and",
    "below 1 it is the slower one. Processor time is that of the whole process tree from its start to its",
    "end: on a machine with other work it says more than wall time. Memory is the proportional set size of",
    "the whole process tree, sampled 20 times a second in runs of their own; the largest peak of the runs",
    "counts. Panels are asked for their JSON twins on one connection, each question with other days,",
    "accounts, models or teams, so that no answer is kept from before.",
    "",
]

if __name__ == "__main__":
    raise SystemExit(main())
