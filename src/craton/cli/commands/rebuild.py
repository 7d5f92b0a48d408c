"""Derive a lake's rows again from the sources they came from.

For a changed manifest, newer prices, or a lake of an older version. Rows whose source is gone or has changed
since are kept as they are, and named. A lake of which files are missing is whole again, but for rows that
stood in these files alone.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from craton.cli import options
from craton.cli.progress import drawn
from craton.core.plural import plural
from craton.engine.ingestion import rebuild
from craton.views.ingest_report import as_text


@click.command("rebuild", help=__doc__)
@options.lake
@options.manifest
@options.quiet
@options.json_or_human
def command(*, lake: Path, manifest: Path | None, quiet: bool, output: str) -> None:
    """See the module."""
    with drawn(quiet=quiet) as progress:
        report = rebuild(lake, manifest=manifest, now=options.now(), progress=progress)
    if output == "json":
        click.echo(msgspec.json.encode(report).decode())
        return
    click.echo(as_text(report.ingested))
    are = "is" if report.sources_gone == 1 else "are"
    click.echo(f"{plural(report.sources, 'source')}, of which {report.sources_gone:,} {are} gone")
    if report.missing_files:
        click.echo("files of the lake that were missing; only what has a source is there again:")
    for path in report.missing_files:
        click.echo(f"  {path}")
    for uri, rows in report.kept_rows.items():
        click.echo(f"  {plural(rows, 'row')} kept as {'it was' if rows == 1 else 'they were'}: {uri}")
