"""Write a lake's many small files as few large ones; no row changes."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from craton.cli import options
from craton.cli.progress import drawn
from craton.core.plural import plural
from craton.engine.ingestion import compact


@click.command("compact", help=__doc__)
@options.lake
@options.manifest
@options.quiet
@options.json_or_human
def command(*, lake: Path, manifest: Path | None, quiet: bool, output: str) -> None:
    """See the module."""
    with drawn(quiet=quiet) as progress:
        report = compact(lake, manifest=manifest, progress=progress)
    if output == "json":
        click.echo(msgspec.json.encode(report).decode())
        return
    click.echo(
        f"{plural(report.files_before, 'file')} of {report.bytes_before:,} bytes became "
        f"{report.files_after:,} of {report.bytes_after:,}"
    )
