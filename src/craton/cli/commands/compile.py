"""Compile a manifest to templates, policies, guardrails, budgets and rules, and prove them.

The same manifest gives the same bytes on the same day, for exceptions lapse. Nothing in AWS is read or
changed. The exit code is 2 where something is wrong with the manifest; no file is then written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.core.plural import plural
from craton.engine.compiling import compilation, write
from craton.views.diagnostic_text import counted, with_its_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from craton.compiler.proof_answers import Claim
    from craton.compiler.proof_record import Tally
    from craton.engine.compiling import Compiled

_CLAIMS: Final[dict[Claim, str]] = {
    "policy_files": "of policy files",
    "approved_models": "of approved models",
    "closed_surfaces": "of closed APIs",
    "demands": "of what is demanded",
    "unapproved_models": "of other models",
    "other_regions": "of other Regions",
    "protected_actions": "of protected actions",
    "observed_only": "that observing stops nothing",
}


@click.command("compile", help=__doc__)
@click.argument(
    "manifest",
    type=click.Path(path_type=Path),
    default=Path("craton.yaml"),
    metavar="MANIFEST",
    required=False,
)
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), required=True, help="Folder for the files."
)
@click.option(
    "--today",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DAY",
    help="The day for which exceptions and ends of models are judged, by default this one.",
)
@click.option("--lint", "linted", is_flag=True, help="Have cfn-lint look at every template, in every Region.")
@options.json_or_human
def command(*, manifest: Path, folder: Path, today: datetime | None, linted: bool, output: str) -> int:
    """See the module."""
    found = compilation(manifest, today=(today or options.now()).date(), linted=linted)
    written = write(found.compilation, folder) if found.compilation and found.is_sound else ()
    if output == "json":
        click.echo(as_json(found, written))
    else:
        for path in written:
            click.echo(path)
        for one in found.diagnostics:
            click.echo(with_its_line(one, found.lines_of(one.place)), err=True)
        for line in proof_lines(found.proofs):
            click.echo(line, err=True)
        if found.diagnostics:
            click.echo(counted(found.diagnostics), err=True)
    return DONE if written else FOUND


def as_json(found: Compiled, written: tuple[Path, ...]) -> str:
    """The files that were written, the proofs, and everything that is wrong."""
    told = {
        "files": [str(path) for path in written],
        "proofs": [msgspec.structs.asdict(one) for one in found.proofs],
        "problems": [
            {
                "severity": one.severity,
                "rule": one.rule,
                "message": one.message,
                "hint": one.hint,
                "file": one.place.file,
                "line": one.place.line,
                "column": one.place.column,
            }
            for one in found.diagnostics
        ],
    }
    return msgspec.json.format(msgspec.json.encode(told)).decode()


def proof_lines(tallies: tuple[Tally, ...]) -> Iterator[str]:
    """A line for each environment: how many requests were decided, and whether all as they must be."""
    for environment in dict.fromkeys(one.environment for one in tallies):
        own = [one for one in tallies if one.environment == environment]
        held, failed = sum(one.held for one in own), sum(one.failed for one in own)
        silent = sum(one.silent for one in own)
        parts = [f"{_CLAIMS[one.claim]} {one.held:,}" for one in own]
        hold = "holds" if held + failed == 1 else "hold"
        total = f"{environment}: {held:,} of {plural(held + failed, 'proof')} {hold}"
        say = "says" if silent == 1 else "say"
        yield f"{total} ({', '.join(parts)}); {silent:,} {say} nothing about these values"
