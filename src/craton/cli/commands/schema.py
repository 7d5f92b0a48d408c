"""Print the JSON Schema of manifests, with which editors check and complete them.

For editors with the YAML language server, write the schema beside the manifest and name it in the manifest's
first line: `# yaml-language-server: $schema=craton.schema.json`.
"""

from __future__ import annotations

import click

from craton.engine.manifests import schema


@click.command("schema", help=__doc__)
def command() -> None:
    """See the module."""
    click.echo(schema(), nl=False)
