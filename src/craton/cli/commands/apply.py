"""Carry out a saved plan, change by change, while what the plan saw still holds.

Phase by phase: the management account, the hub, the members. One apply goes on at a time. One that was
interrupted goes on where it was when the command is run again. It ends with a new plan, which should hold
nothing; the exit code is 2 where something remains to be done.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from craton.cli import options
from craton.cli.commands.plan import told
from craton.cli.program import DONE, FOUND
from craton.cli.records import records_in
from craton.engine.apply_lease import Run
from craton.engine.applying import Applier, chosen_of
from craton.engine.deployment_log import ApplyLog
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import loaded
from craton.views.apply_text import applied_as_json, applied_lines, telling_line

if TYPE_CHECKING:
    from craton.engine.applying import Telling
    from craton.engine.deployment_state import DeploymentState


@click.command("apply", help=__doc__)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ADDRESS",
    help="Only this change and what it needs; may be repeated.",
)
@click.option("--why", default="", metavar="TEXT", help="Why, for those who read the history later.")
@click.option("--delete-data", "deletes_data", is_flag=True, help="Let go what holds data, too.")
@click.option("--dry-run", "is_rehearsal", is_flag=True, help="Say what would be done, and do nothing.")
@options.records
@options.role
@options.state
@options.quiet
@options.json_or_human
def command(
    *,
    file: Path,
    targets: tuple[str, ...],
    why: str,
    deletes_data: bool,
    is_rehearsal: bool,
    lake: Path | None,
    role: str | None,
    state: Path,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    plan = loaded(file)
    if is_rehearsal:
        coming = msgspec.structs.replace(plan, changes=tuple(chosen_of(plan, targets or None)))
        return told(coming, None, output)
    access = OrganizationAccess(role)
    folder = state / plan.deployment.organization
    records = records_in(lake)
    followed = ApplyLog(records, plan, by=access.caller, why=why, now=options.now)

    def kept() -> DeploymentState:
        return access.state(plan.deployment, folder, options.now, changing=True)

    def tell(telling: Telling) -> None:
        followed.told(telling)
        ended = telling.outcome is not None
        if not quiet and (ended or sys.stderr.isatty()):
            over = "\r\033[K" if sys.stderr.isatty() else ""
            click.echo(f"{over}{telling_line(telling)}", err=True, nl=ended)

    with Run(folder) as run:
        applied = Applier(
            plan,
            access.cloud,
            kept(),
            run,
            by=access.caller,
            why=why,
            now=options.now,
            targets=targets or None,
            deletes_data=deletes_data,
            hub=lambda: access.hub_state(plan.deployment, options.now, changing=True),
            told=tell,
        ).applied()
    followed.ended(applied)
    records.keep(lambda log: log.learn(kept()))
    if output == "json":
        click.echo(applied_as_json(applied))
    else:
        for line in applied_lines(applied):
            click.echo(line)
    return DONE if applied.is_whole else FOUND
