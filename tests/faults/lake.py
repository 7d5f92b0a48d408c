"""The program as people run it: `craton ingest`, in a process of its own or in this one, and `craton sql`."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from tests.faults.verdict import Outcome, Quarantine

from craton.cli.program import program
from craton.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

CRATON = (sys.executable, "-m", "craton")
COUNTS = ("documents_read", "rows", "duplicates", "quarantined", "ignored")
TABLES = ("invocation", "api_event", "metric")
DONE, ERROR, FOUND = 0, 1, 2
LIMIT_S = 600


class Told(Struct, frozen=True):
    """What an ingest printed, and how it ended."""

    code: int
    report: dict[str, Any]
    talk: str


def ingest(sources: Sequence[Path | str], lake: Path, *options: str) -> Told:
    """Afterwards the sources are in the lake."""
    run = subprocess.run(
        [*CRATON, "ingest", *map(str, sources), "--lake", str(lake), "--format", "json", "--quiet", *options],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert run.stdout.startswith("{"), f"exit code {run.returncode}, {run.stderr[-3_000:]}"
    return Told(run.returncode, json.loads(run.stdout), run.stderr)


def ingest_here(sources: Sequence[Path | str], lake: Path, *options: str) -> Told:
    """The same by this process, which has loaded already what a process of its own takes a second to load."""
    code, output, talk = _told(
        "ingest", *map(str, sources), "--lake", str(lake), "--format", "json", "--quiet", *options
    )
    assert output.startswith("{"), f"exit code {code}, {talk[-3_000:]}"
    return Told(code, json.loads(output), talk)


def sql(lake: Path, statement: str) -> list[dict[str, Any]]:
    """The rows of the statement, as this process tells them."""
    code, output, talk = _told("sql", statement, "--lake", str(lake), "--format", "json")
    assert code == DONE, talk[-3_000:]
    rows: list[dict[str, Any]] = json.loads(output)
    return rows


def _told(*arguments: str) -> tuple[int, str, str]:
    """How the program ends, what it prints, and what it says beside it."""
    output, talk = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(talk):
        code = program(arguments)
    return code, output.getvalue(), talk.getvalue()


def contents(lake: Path, *, without: Iterable[str] = ("ingested_at",)) -> dict[str, list[str]]:
    """Every row of every table and mart as text, in order, but for columns that may differ between two runs.

    Read within this process, which for twenty relations takes as long as one process for one of them.
    """
    left_out = set(without)
    opened = Lake.open(lake)
    session = opened.session()
    found = {}
    try:
        for name in sorted(opened.relations):
            rows = session.query(f"SELECT * FROM {name}")
            kept = [i for i, column in enumerate(rows.names) if column not in left_out]
            found[name] = sorted(repr([row[i] for i in kept]) for row in rows.rows)
    finally:
        session.close()
    return found


def outcomes(lake: Path, files: Iterable[Path]) -> dict[Path, Outcome]:
    """What came of each file, as the lake's tables tell it."""
    found: dict[str, Outcome] = defaultdict(lambda: Outcome(known=False))
    for table in TABLES:
        for row in sql(lake, f"SELECT * FROM {table}"):
            row["event_time"] = row["event_time"][:19]
            found[row["source_file"]].rows.append((table, row))
    for bad in sql(lake, "SELECT * FROM quarantine"):
        told = Quarantine(bad["byte"], bad["length"], bad["reason"], bad["detail"])
        found[bad["file"]].quarantined.append(told)
    for entry in sql(lake, "SELECT * FROM ingested_file"):
        outcome = found[entry["file"]]
        outcome.known = True
        outcome.documents_read += entry["documents_read"]
        outcome.rows_told += entry["rows"]
        outcome.duplicates += entry["duplicates"]
        outcome.quarantined_told += entry["quarantined"]
        outcome.ignored += entry["ignored"]
        outcome.problem = outcome.problem or entry["problem"]
        outcome.unknown_fields |= set(entry["unknown_fields"] or {})
    return {file: found[str(file)] for file in files}
