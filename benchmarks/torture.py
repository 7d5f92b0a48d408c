"""What takes long: damage by the thousand, kills, many rows, soak. Writes `benchmarks/TORTURE.md`.

`--only NAME` prints one trial and writes nothing; `--hundred-million` adds 100 M rows, which takes hours.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import trials
from benchmarks.figures import markdown
from benchmarks.machine import ROOT, described

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.trials import Trial

REPORT = ROOT / "benchmarks" / "TORTURE.md"
MOST_DETAILS = 40


def main() -> int:
    """Afterwards the report is written; 1 where something did not hold."""
    parser = argparse.ArgumentParser(description="what takes long, for `make torture`")
    parser.add_argument("--seed", type=int, default=20_261_101)
    parser.add_argument("--files", type=int, default=5_000, help="damaged files")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--small-files", type=int, default=10_000)
    parser.add_argument("--soak-minutes", type=float, default=20.0)
    parser.add_argument("--hundred-million", action="store_true")
    parser.add_argument("--only", help="print one trial, write nothing")
    given = parser.parse_args()
    chosen: dict[str, Callable[[], Trial]] = {
        "damage": lambda: trials.damaged_files(given.seed, given.files),
        "kills": lambda: trials.kills(given.seed, given.kills),
        "large-file": lambda: trials.one_large_file(given.gigabytes),
        "small-files": lambda: trials.many_small_files(given.small_files),
        "long-line": lambda: trials.one_long_line(100),
        "secrets": lambda: trials.secrets(60_000),
        "rows": lambda: trials.many_rows(given.rows, given.accounts),
        "soak": lambda: trials.soak(given.soak_minutes),
    }
    if given.hundred_million:
        chosen["hundred-million"] = lambda: trials.many_rows(100_000_000, given.accounts)
    about = described()
    done = []
    for name, trial in chosen.items():
        if given.only in (None, name):
            done.append(trial())
            print(f"{name}: {done[-1].result} in {done[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    text = "\n".join([*HEADING, f"- command: `{' '.join(['python', *sys.argv])}`", *about, "", *report(done)])
    print(text)
    if given.only is None:
        REPORT.write_text(text, "utf-8")
    return int(not all(trial.held for trial in done))


def report(done: list[Trial]) -> list[str]:
    """The trials as a table, and under it what went wrong."""
    rows = [
        (trial.what, trial.result, f"{trial.seconds:,.0f} s", "holds" if trial.held else "**fails**")
        for trial in done
    ]
    lines = markdown(("trial", "result", "took", "verdict"), rows)
    for trial in done:
        if trial.details:
            lines += [f"### {trial.what}", "", *(f"- {one}" for one in trial.details[:MOST_DETAILS]), ""]
    return lines


HEADING = ["# Torture", "", "Made by `make torture`. Every trial can be repeated from its seed.", ""]

if __name__ == "__main__":
    raise SystemExit(main())
