"""Read how the organization is set up, in every account and Region, into the lake.

Nothing is changed. Each read is a row of the table `observed`, those included that were denied, failed, or
asked for what is not there. A collection that was stopped goes on where it was. The exit code is 2 where
something was denied or failed.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.engine.collecting import collect
from craton.engine.organization_access import OrganizationAccess
from craton.views.collect_report import as_text, problem_lines


@click.command("collect", help=__doc__)
@options.lake
@options.manifest
@click.option("--accounts", metavar="ID,…", help="Only these accounts; by default all of the manifest.")
@click.option("--regions", metavar="REGION,…", help="Only these Regions; by default all of the manifest.")
@options.role
@click.option("--resume", is_flag=True, help="Go on with a collection that was stopped, however long ago.")
@options.quiet
@options.json_or_human
def command(
    *,
    lake: Path,
    manifest: Path | None,
    accounts: str | None,
    regions: str | None,
    role: str | None,
    resume: bool,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    cloud = OrganizationAccess(role).cloud
    with drawn(quiet=quiet) as progress:
        report = collect(
            lake,
            manifest=manifest,
            cloud=cloud,
            caller=cloud.caller.account,
            accounts=options.listed(accounts),
            regions=options.listed(regions),
            resume=resume,
            now=options.now(),
            progress=progress,
        )
    click.echo(msgspec.json.encode(report).decode() if output == "json" else as_text(report))
    for line in problem_lines(report):
        click.echo(line, err=True)
    return DONE if report.is_whole else FOUND
