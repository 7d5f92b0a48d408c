"""Check a manifest: every problem in one run, with its place and what would mend it.

The files of the manifest's own content are looked at as well. What rests on a part that cannot be read is
told when that is mended. Prints one line of summary where the manifest can be used. The exit code is 2 where
it cannot.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.core.owners import positions
from craton.core.plural import plural
from craton.engine.manifests import examine
from craton.views.diagnostic_text import counted, with_its_line

if TYPE_CHECKING:
    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import Manifest
    from craton.core.owners import Position
    from craton.engine.manifests import Examined


@click.command("validate", help=__doc__)
@click.argument(
    "file", type=click.Path(path_type=Path), default=Path("craton.yaml"), metavar="FILE", required=False
)
@options.json_or_human
def command(*, file: Path, output: str) -> int:
    """See the module."""
    found = examine(file, today=options.now().date(), with_content=True)
    if output == "json":
        click.echo(as_json(found.diagnostics))
    else:
        click.echo(as_text(found, str(file)))
        if found.diagnostics:
            click.echo(counted(found.diagnostics), err=True)
    return FOUND if found.manifest is None else DONE


def as_json(diagnostics: tuple[Diagnostic, ...]) -> str:
    """The diagnostics as a JSON array of flat objects."""
    rows = [
        {
            "severity": one.severity,
            "rule": one.rule,
            "message": one.message,
            "hint": one.hint,
            "file": one.place.file,
            "line": one.place.line,
            "column": one.place.column,
        }
        for one in diagnostics
    ]
    return msgspec.json.format(msgspec.json.encode(rows)).decode()


def as_text(found: Examined, file: str) -> str:
    """Each diagnostic with its line, and a summary where the manifest can be used."""
    parts = [with_its_line(diagnostic, found.lines_of(diagnostic.place)) for diagnostic in found.diagnostics]
    if found.manifest is not None:
        parts.append(f"{file}: {summary(found.manifest)}")
    return "\n".join(parts)


def summary(manifest: Manifest) -> str:
    """The organization in one line."""
    organization = manifest.organization
    owners = {(owner.level, *_identity(owner)) for owner in positions(manifest.owners)}
    levels = [level for level, *_ in owners]
    parts = [
        _some(len(organization.accounts), "account"),
        _some(len(organization.organizational_units), "OU"),
        _some(len(manifest.environments), "environment"),
        _some(len(manifest.regions), "Region"),
        _some(levels.count("business_unit"), "business unit"),
        _some(levels.count("team"), "team"),
        _some(levels.count("project"), "project"),
        _some(len(manifest.models.application_inference_profiles), "application inference profile"),
        _some(len(manifest.prices), "negotiated price"),
    ]
    name = f"{organization.name} ({organization.id})" if organization.name else organization.id
    return f"{name}: {', '.join(part for part in parts if part)}"


def _identity(owner: Position) -> tuple[str, ...]:
    """What stays the same of an owner that moves: its name, and for a project its team's."""
    return owner.names[2:] if owner.level == "project" else owner.names[-1:]


def _some(count: int, noun: str) -> str:
    return plural(count, noun) if count else ""
