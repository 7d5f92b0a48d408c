"""Compile a manifest to templates, policies, guardrails, budgets and rules, and prove them.

The same manifest gives the same bytes. Nothing in AWS is read or changed.
"""

from __future__ import annotations

from pathlib import Path

import click

from craton.cli.program import DONE
from craton.engine.compiling import compilation, write


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
def command(*, manifest: Path, folder: Path) -> int:
    """See the module."""
    for path in write(compilation(manifest), folder):
        click.echo(path)
    return DONE
