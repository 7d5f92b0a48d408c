"""What in AWS is no longer what Craton last brought there, who changed it, and when.

CloudFormation looks at the resources of every stack, and the trail tells who it was. `-o FILE` saves the plan
that mends it, for `craton apply`. The exit code is 2 where something drifted.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.core.errors import UserError
from craton.engine.drifting import drifts
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import deployment, save
from craton.views.drift_text import drift_as_json, drift_lines, one_drift_lines

if TYPE_CHECKING:
    from craton.engine.deployment_state import DeploymentState
    from craton.engine.drifting import Drifts


@click.command("drift", help=__doc__)
@options.manifest_argument
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save the plan that mends it.",
)
@click.option("--watch", "watched", is_flag=True, help="Look again and again, and tell what is new.")
@click.option(
    "--every",
    "minutes",
    type=click.FloatRange(min=0.01),
    default=60.0,
    show_default=True,
    metavar="MINUTES",
    help="How long to wait between two looks.",
)
@options.role
@options.state
@options.quiet
@options.json_or_human
def command(
    *,
    manifest: Path,
    file: Path | None,
    watched: bool,
    minutes: float,
    role: str | None,
    state: Path,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    desired, _ = deployment(manifest, today=options.now().date())
    access = OrganizationAccess(role)
    kept = access.state(desired, state / desired.organization, options.now)
    found = _look(access, kept, quiet=quiet)
    if file is not None:
        save(found.plan, file)
    if output == "json":
        click.echo(drift_as_json(found))
    else:
        for line in drift_lines(found):
            click.echo(line)
    known = {one.change.found + one.change.address for one in found.drifts}
    while watched:
        time.sleep(minutes * 60)
        found = _look(access, kept, quiet=True)
        for one in found.drifts:
            if one.change.found + one.change.address not in known:
                for line in one_drift_lines(one):
                    click.echo(line)
        known = {one.change.found + one.change.address for one in found.drifts}
    return FOUND if found.drifts or found.not_looked_at else DONE


def _look(access: OrganizationAccess, kept: DeploymentState, *, quiet: bool) -> Drifts:
    snapshot = kept.snapshot()
    if snapshot is None:
        raise UserError(
            "Craton has applied nothing in this organization", hint="`craton plan` tells what would be done"
        )
    with drawn(quiet=quiet) as progress:
        return drifts(snapshot, access.cloud, at=options.now(), progress=progress)
