"""Compile a manifest to templates, policies, guardrails, budgets and rules, and prove them.

The same manifest gives the same bytes on the same day, for exceptions lapse. Nothing in AWS is read or
changed. The exit code is 2 where something is wrong with the manifest; no file is then written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.engine.compiling import compilation, write
from craton.views.diagnostic_text import counted, with_its_line

if TYPE_CHECKING:
    from datetime import datetime


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
def command(*, manifest: Path, folder: Path, today: datetime | None) -> int:
    """See the module."""
    found = compilation(manifest, today=(today or options.now()).date())
    for one in found.diagnostics:
        click.echo(with_its_line(one, found.lines), err=True)
    if found.diagnostics:
        click.echo(counted(found.diagnostics), err=True)
    if found.compilation is None or not found.is_sound:
        return FOUND
    for path in write(found.compilation, folder):
        click.echo(path)
    return DONE
