"""Run the tests of marts, panels and policies: every case, and with `--mutate` every mutant.

PATH is a content folder, a folder or file in one, or a manifest, whose content is then meant. Without PATH,
Craton's own content is tested. The exit code is 2 where something does not hold.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.core.plural import plural
from craton.engine.content_tests import run_content_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.engine.content_tests import ContentReport, FileReport


@click.command("test", help=__doc__)
@click.argument("path", type=click.Path(path_type=Path), required=False, metavar="[PATH]")
@click.option(
    "--mutate", is_flag=True, help="Break each query and policy in small ways: its cases must notice."
)
@options.json_or_human
@options.quiet
def command(*, path: Path | None, mutate: bool, output: str, quiet: bool) -> int:
    """See the module."""
    with drawn(quiet=quiet) as progress:
        report = run_content_tests(path, mutants=mutate, progress=progress)
    if output == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(as_json(report))).decode())
    else:
        click.echo("\n".join(as_text(report)))
    return DONE if report.holds else FOUND


def as_text(report: ContentReport) -> Iterator[str]:
    """Everything that does not hold, with its place, and a summary."""
    yield from (str(problem) for problem in report.problems)
    for file in report.files:
        yield from (str(problem) for problem in file.problems)
        for outcome in file.outcomes:
            if outcome.failure is not None:
                yield f"{outcome.place}: error: the case `{outcome.case}` fails: {outcome.failure}"
        if file.mutation is not None:
            yield from (str(problem) for problem in file.mutation.problems)
    yield _summary(report)


def _summary(report: ContentReport) -> str:
    outcomes = [outcome for file in report.files for outcome in file.outcomes]
    failed = sum(outcome.failure is not None for outcome in outcomes)
    parts = [f"{plural(len(report.files), 'file')}: {plural(len(outcomes), 'case')}, {failed:,} failed"]
    fates = _fates(report)
    if fates:
        counted = fates.total() - fates["does_not_run"]
        score = f"{100 * fates['killed'] / counted:.1f} %" if counted else "none"
        parts.append(
            f"{plural(counted, 'mutant')}, {fates['killed']:,} killed ({score}), "
            f"{fates['acknowledged']:,} acknowledged, {fates['survived']:,} survived"
        )
    return "; ".join(parts)


def as_json(report: ContentReport) -> dict[str, Any]:
    """The whole report; `score` is the share killed of the mutants that run, None where none does."""
    outcomes = [outcome for file in report.files for outcome in file.outcomes]
    fates = _fates(report)
    counted = fates.total() - fates["does_not_run"]
    return {
        "holds": report.holds,
        "cases": len(outcomes),
        "failed": sum(outcome.failure is not None for outcome in outcomes),
        "mutants": {fate: fates[fate] for fate in ("killed", "survived", "acknowledged", "does_not_run")},
        "score": round(fates["killed"] / counted, 4) if counted else None,
        "problems": [_problem(problem) for problem in report.problems],
        "files": [_file(file) for file in report.files],
    }


def _file(file: FileReport) -> dict[str, Any]:
    mutation = file.mutation
    problems = (*file.problems, *(mutation.problems if mutation else ()))
    return {
        "id": file.id,
        "file": file.file,
        "holds": file.holds,
        "problems": [_problem(problem) for problem in problems],
        "cases": [
            {
                "name": outcome.case,
                "line": outcome.place.line,
                "column": outcome.place.column,
                "failure": outcome.failure,
            }
            for outcome in file.outcomes
        ],
        "mutants": [msgspec.structs.asdict(mutant) for mutant in mutation.mutants] if mutation else None,
    }


def _problem(problem: Diagnostic) -> dict[str, Any]:
    return {
        "severity": problem.severity,
        "rule": problem.rule,
        "message": problem.message,
        "hint": problem.hint,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
    }


def _fates(report: ContentReport) -> Counter[str]:
    return Counter(mutant.fate for file in report.files if file.mutation for mutant in file.mutation.mutants)
