"""Whether everything that governs Bedrock is in place and works, account by account. Nothing is changed.

Run it on the first day, and after every apply: that each account is reached and has its stacks, that calls
are logged and records come, that policies as AWS tells them deny and allow what they should, and so on. What
cannot be told is unknown, and no pass. The exit code is 2 where something failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.engine.organization_access import OrganizationAccess
from craton.engine.verification import scene_of, verified
from craton.views.verify_text import verified_lines

if TYPE_CHECKING:
    from pathlib import Path


@click.command("verify", help=__doc__)
@options.manifest_argument
@click.option("--check", "checks", multiple=True, metavar="ID", help="Only this check; may be repeated.")
@click.option("--accounts", metavar="ID,…", help="Only these accounts; by default all of the manifest.")
@click.option("--all", "every", is_flag=True, help="Tell what passed, too.")
@options.role
@options.quiet
@options.json_or_human
def command(
    *,
    manifest: Path,
    checks: tuple[str, ...],
    accounts: str | None,
    every: bool,
    role: str | None,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    scene = scene_of(manifest, at=options.now())
    cloud = OrganizationAccess(role).cloud
    with drawn(quiet=quiet) as progress:
        found = verified(scene, cloud, only=checks, accounts=options.listed(accounts), progress=progress)
    if output == "json":
        told = {**msgspec.to_builtins(found), "counts": dict(found.counts)}
        click.echo(msgspec.json.encode(told).decode())
    else:
        for line in verified_lines(found.results, every=every):
            click.echo(line)
    return FOUND if found.counts["failed"] else DONE
