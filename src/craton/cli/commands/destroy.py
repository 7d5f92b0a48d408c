"""Plan to take away what Craton made in the organization, and nothing else. Nothing is changed yet.

What does not bear Craton's tag stays, and so does what others may rest on: types of policies, leave for
services, and buckets in which logs are kept. `craton apply FILE --delete-data` carries the plan out. The exit
code is 2 where there is something to take away.
"""

from __future__ import annotations

from pathlib import Path

import click

from craton.cli import options
from craton.cli.commands.plan import told
from craton.cli.progress import drawn
from craton.cli.records import records_in
from craton.core.errors import UserError
from craton.engine.manifests import load
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import deployment, nothing_of, plan_of
from craton.engine.policy_effects import with_effects
from craton.engine.revision import commit_of


@click.command("destroy", help=__doc__)
@options.manifest_argument
@click.option(
    "-o", "--output", "file", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan there."
)
@options.records
@options.role
@options.state
@options.quiet
@options.json_or_human
def command(
    *,
    manifest: Path,
    file: Path | None,
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
    held = access.state(desired, state / desired.organization, options.now).snapshot()
    if held is None:
        raise UserError("Craton has applied nothing in this organization")
    with drawn(quiet=quiet) as progress:
        plan = plan_of(nothing_of(held.deployment), held.deployment, access.cloud, at=now, progress=progress)
        plan = with_effects(plan, load(manifest), manifest, lake, progress=progress)
    commit = commit_of(manifest)
    records_in(lake).keep(lambda log: log.plan(plan, by=access.caller, purpose="destroy", commit=commit))
    return told(plan, file, output)
