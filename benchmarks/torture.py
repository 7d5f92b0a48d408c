"""What takes long: damage by the thousand, kills, many rows, soak. Writes `benchmarks/TORTURE.md`.

Each trial's outcome is kept under `benchmarks/tried`: `--only NAME` tries one again, and keeps the others.
`--hundred-million` adds a hundred million rows, which takes hours.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import apply_trials, compiled_trials, organization_trials, survey_trials, trials
from benchmarks.corpus import Plan, corpus
from benchmarks.figures import markdown
from benchmarks.machine import ROOT, commit, described
from benchmarks.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REPORT = ROOT / "benchmarks" / "TORTURE.md"
KEPT = ROOT / "benchmarks" / "tried"
MOST_DETAILS = 40


class Tried(Struct, frozen=True):
    """A trial that took place."""

    trial: Trial
    commit: str
    day: str
    command: str
    about: list[str]


def main() -> int:
    """Afterwards the report is written; 1 where something did not hold."""
    parser = argparse.ArgumentParser(description="what takes long, for `make torture`")
    parser.add_argument("--seed", type=int, default=20_261_101)
    parser.add_argument("--files", type=int, default=5_000, help="damaged files")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--accounts", type=int, default=64)
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--small-files", type=int, default=10_000)
    parser.add_argument("--soak-minutes", type=float, default=10.0)
    parser.add_argument("--worlds", type=int, default=100, help="sets of random policies, ten calls each")
    parser.add_argument("--spans", type=int, default=100_000, help="spans of lines that are read two ways")
    parser.add_argument("--surveyed-accounts", type=int, default=50)
    parser.add_argument("--governed-accounts", type=int, default=200)
    parser.add_argument("--hundred-million", action="store_true")
    parser.add_argument("--only", choices=NAMES, help="try one again, and keep the others as they are")
    given = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    tried = []
    for name, trial in chosen(given).items():
        if given.only in (None, name):
            done = trial()
            told = " ".join(["python", "benchmarks/torture.py", *sys.argv[1:]])
            tried.append(Tried(done, commit(), f"{dt.datetime.now(dt.UTC):%Y-%m-%d}", told, described()))
            (KEPT / f"{name}.json").write_bytes(_told(tried[-1]))
            print(f"{name}: {done.result} in {done.seconds:.0f} s", file=sys.stderr, flush=True)
    known = [KEPT / f"{name}.json" for name in NAMES]
    held = [msgspec.json.decode(file.read_bytes(), type=Tried) for file in known if file.is_file()]
    REPORT.write_text("\n".join(report(held)), "utf-8")
    return int(not all(one.trial.held for one in tried))


def _told(tried: Tried) -> bytes:
    return msgspec.json.format(msgspec.json.encode(tried), indent=1) + b"\n"


NAMES = (
    *("damage", "kills", "large-file", "small-files", "long-line", "secrets", "rows", "soak"),
    *("decisions", "applies", "survey", "organization", "compiled"),
    "hundred-million",
)


def chosen(given: argparse.Namespace) -> dict[str, Callable[[], Trial]]:
    """The trials by name."""
    found: dict[str, Callable[[], Trial]] = {
        "damage": lambda: trials.damaged_files(given.seed, given.files),
        "kills": lambda: trials.kills(given.seed, given.kills),
        "large-file": lambda: trials.one_large_file(given.gigabytes, corpus(Plan(given.rows))),
        "small-files": lambda: trials.many_small_files(given.small_files),
        "long-line": lambda: trials.one_long_line(100),
        "secrets": lambda: trials.secrets(60_000),
        "rows": lambda: trials.many_rows(given.rows, given.accounts),
        "soak": lambda: trials.soak(given.soak_minutes),
        "decisions": lambda: trials.decisions(given.worlds),
        "applies": lambda: apply_trials.killed_applies(given.seed, given.kills),
        "survey": lambda: survey_trials.large_survey(given.surveyed_accounts),
        "organization": lambda: organization_trials.large_organization(given.governed_accounts),
        "compiled": lambda: compiled_trials.read_two_ways(given.seed, given.spans),
    }
    if given.hundred_million:
        found["hundred-million"] = lambda: trials.many_rows(100_000_000, given.accounts)
    return found


def report(held: Sequence[Tried]) -> list[str]:
    """The trials as a table, and under it what went wrong."""
    rows = [
        (
            one.trial.what,
            one.trial.result,
            f"{one.trial.seconds:,.0f} s",
            f"{one.commit}, {one.day}",
            "holds" if one.trial.held else "**fails**",
        )
        for one in held
    ]
    lines = [*HEADING, *(held[-1].about[2:] if held else ()), ""]
    lines += markdown(("trial", "result", "took", "commit", "verdict"), rows)
    lines += [
        "Commands:",
        "",
        *(f"- `{command}`" for command in dict.fromkeys(one.command for one in held)),
        "",
    ]
    for one in held:
        if one.trial.details:
            told = one.trial.details[:MOST_DETAILS]
            lines += [f"### {one.trial.what}", "", *(f"- {detail}" for detail in told), ""]
    return lines


HEADING = ["# Torture", "", "Made by `make torture`. Every trial can be repeated from its seed.", ""]

if __name__ == "__main__":
    raise SystemExit(main())
