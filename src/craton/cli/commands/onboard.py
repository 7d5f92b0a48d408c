"""Whether accounts have the rules of their environment, and what is still under way.

A new or moved account gets them with no command: policies hold for its OU, and its stacks are deployed by
themselves. This tells each step, and waits with `--watch` until all are done. The exit code is 2 where one
is not.
"""

from __future__ import annotations

import time
from pathlib import Path

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.engine.deployment_log import DeploymentLog
from craton.engine.manifests import load
from craton.engine.onboarding import checklists
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import deployment
from craton.views.onboarding_text import checklist_lines, checklists_as_json


@click.command("onboard", help=__doc__)
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@click.option(
    "--manifest",
    envvar="CRATON_MANIFEST",
    show_envvar=True,
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("craton.yaml"),
    show_default=True,
    metavar="FILE",
    help="The manifest.",
)
@click.option("--watch", "watched", is_flag=True, help="Look again until every step is done.")
@click.option(
    "--every",
    "seconds",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait between two looks.",
)
@options.records
@options.role
@options.quiet
@options.json_or_human
def command(
    *,
    accounts: tuple[str, ...],
    manifest: Path,
    watched: bool,
    seconds: float,
    lake: Path | None,
    role: str | None,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    told = load(manifest)
    wanted, _ = deployment(manifest, today=options.now().date())
    access = OrganizationAccess(role)
    while True:
        with drawn(quiet=quiet) as progress:
            found = checklists(told, wanted, access.cloud, accounts, progress)
        if lake is not None:
            log, at = DeploymentLog(lake), options.now()
            for one in found:
                log.checklist(one, at)
        is_done = all(one.is_done for one in found)
        if is_done or not watched:
            break
        time.sleep(seconds)
    if output == "json":
        click.echo(checklists_as_json(found))
    else:
        for line in checklist_lines(found):
            click.echo(line)
    return DONE if is_done else FOUND
