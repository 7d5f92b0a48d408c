"""What a manifest would change in the organization, read from AWS now. Nothing is changed.

What is desired is compared with what Craton last brought into AWS and with what AWS tells at this moment.
With `--lake`, each change of a policy tells what it would have made of the calls of the last 30 days. A saved
plan is what `craton apply` carries out, while what it saw still holds. The exit code is 2 where there is
something to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.cli.records import records_in
from craton.engine.manifests import load
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import before_the_newest, deployment, plan_of, save, saved
from craton.engine.policy_effects import with_effects
from craton.engine.revision import commit_of
from craton.views.plan_text import plan_lines

if TYPE_CHECKING:
    from craton.engine.deployment_records import Purpose
    from craton.planner.plan import Plan


@click.command("plan", help=__doc__)
@options.manifest_argument
@click.option(
    "-o", "--output", "file", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan there."
)
@click.option("--undo", is_flag=True, help="Plan to go back to what stood before the newest apply.")
@options.records
@options.role
@options.state
@options.quiet
@options.json_or_human
def command(
    *,
    manifest: Path,
    file: Path | None,
    undo: bool,
    lake: Path | None,
    role: str | None,
    state: Path,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    now = options.now()
    desired, _ = deployment(manifest, today=now.date())
    access = OrganizationAccess(role)
    kept = access.state(desired, state / desired.organization, options.now)
    if undo:
        desired = before_the_newest(kept)
    held = kept.snapshot()
    prior = held.deployment if held is not None else None
    with drawn(quiet=quiet) as progress:
        plan = plan_of(desired, prior, access.cloud, at=now, progress=progress)
        plan = with_effects(plan, load(manifest), manifest, lake, progress=progress)
    records = records_in(lake)
    purpose: Purpose = "undo" if undo else "plan"
    records.keep(lambda log: log.learn(kept))
    records.keep(lambda log: log.plan(plan, by=access.caller, purpose=purpose, commit=commit_of(manifest)))
    return told(plan, file, output)


def told(plan: Plan, file: Path | None, output: str) -> int:
    """The exit code, once the plan is saved and printed."""
    if file is not None:
        save(plan, file)
    if output == "json":
        click.echo(saved(plan), nl=False)
    else:
        for line in plan_lines(plan):
            click.echo(line)
        if file is not None:
            click.echo(f"saved as {file}: `craton apply {file}` carries it out", err=True)
    return FOUND if plan.open_changes else DONE
