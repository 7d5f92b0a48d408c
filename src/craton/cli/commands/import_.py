"""Plan to make Craton's own what stands in the organization already, as it is. Nothing is changed yet.

An ADDRESS is one that `craton plan` prints: a policy, a stack or a stack set that the manifest wants and that
somebody else made. `craton apply FILE` gives it Craton's tag and keeps it in the record of what was applied,
and changes nothing else of it; then drift watches it, and the next plan tells where the manifest differs.
The exit code is 2, for there is something to apply.
"""

from __future__ import annotations

from pathlib import Path

import click

from craton.cli import options
from craton.cli.program import FOUND
from craton.cli.progress import drawn
from craton.engine.importing import import_plan
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import deployment, save, saved
from craton.views.plan_text import plan_lines


@click.command("import", help=__doc__)
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS…")
@options.manifest
@click.option(
    "-o", "--output", "file", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan there."
)
@options.role
@options.state
@options.quiet
@options.json_or_human
def command(
    *,
    addresses: tuple[str, ...],
    manifest: Path | None,
    file: Path | None,
    role: str | None,
    state: Path,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    now = options.now()
    desired, _ = deployment(manifest or Path("craton.yaml"), today=now.date())
    access = OrganizationAccess(role)
    held = access.state(desired, state / desired.organization, options.now).snapshot()
    prior = held.deployment if held is not None else None
    with drawn(quiet=quiet) as progress:
        plan = import_plan(addresses, desired, prior, access.cloud, at=now, progress=progress)
    if file is not None:
        save(plan, file)
    if output == "json":
        click.echo(saved(plan), nl=False)
        return FOUND
    for line in plan_lines(plan):
        click.echo(line)
    if file is not None:
        click.echo(f"saved as {file}: `craton apply {file}` makes it Craton's own", err=True)
    return FOUND
