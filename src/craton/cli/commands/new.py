"""Make a first file of content: a mart, a panel or a policy that passes its own tests.

NAME is the name of a table for a mart, `page.name` for a panel, and for a policy what it says, as words that
`_` joins. Change the file, then run `craton test`; name its folder in the manifest under `content`, and it is
part of every lake and page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.engine.content_skeletons import write_skeleton

if TYPE_CHECKING:
    from craton.engine.content_skeletons import Kind


@click.command("new", help=__doc__)
@click.argument("kind", type=click.Choice(["mart", "panel", "policy"]))
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("content"),
    show_default=True,
    help="The content folder.",
)
def command(*, kind: Kind, name: str, folder: Path) -> None:
    """See the module."""
    path = write_skeleton(kind, name, folder)
    click.echo(path)
    click.echo(f"next: `craton test {path}`", err=True)
