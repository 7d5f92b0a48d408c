"""Whether accounts have the rules of their environment, and what is still under way.

A new or moved account gets them with no command: policies hold for its OU, and its stacks are deployed by
themselves. This tells each step, and waits with `--watch` until all are done. The exit code is 2 where one
is not.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.cli.records import records_in
from craton.cli.watching import looks
from craton.engine.manifests import load
from craton.engine.onboarding import checklists
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import deployment
from craton.views.onboarding_text import checklist_lines, checklists_as_json

if TYPE_CHECKING:
    from craton.planner.onboarding import Checklist


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

    def look() -> list[Checklist]:
        with drawn(quiet=quiet) as progress:
            found = checklists(told, wanted, access.cloud, accounts, progress)
        records, at = records_in(lake), options.now()
        for one in found:
            records.keep(lambda log, one=one: log.checklist(one, at))  # type: ignore[misc]
        return found

    found = look()
    if watched and not _are_done(found):
        found = next(later for later in looks(look, seconds) if _are_done(later))
    if output == "json":
        click.echo(checklists_as_json(found))
    else:
        for line in checklist_lines(found):
            click.echo(line)
    return DONE if _are_done(found) else FOUND


def _are_done(found: list[Checklist]) -> bool:
    return all(one.is_done for one in found)
