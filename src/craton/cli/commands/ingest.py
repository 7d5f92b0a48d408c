"""Get logs into a lake: files, folders, globs, `s3://` prefixes.

Invocation logs, CloudWatch Logs envelopes, CloudTrail files and metric streams are told apart by their
content. Objects that the lake has read before are skipped; records that came before count as duplicates.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, ERROR, FOUND
from craton.cli.progress import drawn
from craton.engine.ingestion import ingest
from craton.views.ingest_report import CHANGED, as_text


@click.command("ingest", help=__doc__)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@options.lake
@options.manifest
@click.option(
    "--processes", type=click.IntRange(1, 256), help="Workers at once; by default one for each core."
)
@options.quiet
@options.json_or_human
def command(
    *,
    sources: tuple[str, ...],
    lake: Path,
    manifest: Path | None,
    processes: int | None,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    with drawn(quiet=quiet) as progress:
        report = ingest(
            sources, lake, manifest=manifest, now=options.now(), progress=progress, processes=processes
        )
    click.echo(msgspec.json.encode(report).decode() if output == "json" else as_text(report))
    for uri, problem in report.failures.items():
        click.echo(f"error: `{uri}` could not be read: {problem}", err=True)
    if report.manifest_changed:
        click.echo(f"warning: {CHANGED}", err=True)
        click.echo(f"  hint: `craton rebuild --lake {lake}` derives them again from their sources", err=True)
    if report.files_failed:
        return ERROR
    return FOUND if report.quarantined else DONE
