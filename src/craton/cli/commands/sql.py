"""Ask a lake: one SELECT over its tables and marts.

Without a statement, lists the tables and their columns. Nothing can be written, and nothing but the lake
be read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.core.plural import plural
from craton.engine.asking import ask, relations
from craton.views.csv_text import csv_text
from craton.views.rows import json_rows, text_value
from craton.views.text_table import text_table

if TYPE_CHECKING:
    from craton.engine.asking import Relation


@click.command("sql", help=__doc__)
@click.argument("statement", required=False, metavar="[SELECT]")
@options.lake
@options.manifest
@click.option(
    "--format",
    "output",
    type=click.Choice(["human", "json", "csv"]),
    default="human",
    show_default=True,
    help="How to print the rows. JSON has DECIMAL as text and times in ISO 8601 with Z.",
)
def command(*, statement: str | None, lake: Path, manifest: Path | None, output: str) -> None:
    """See the module."""
    if statement is None:
        _list(relations(lake, manifest=manifest), output)
        return
    found = ask(statement, lake, manifest=manifest)
    match output:
        case "json":
            click.echo(json.dumps(json_rows(found.names, found.rows), ensure_ascii=False))
        case "csv":
            click.echo(csv_text(found.names, found.rows, line_end="\n"), nl=False)
        case _:
            click.echo(text_table(found.names, [[text_value(value) for value in row] for row in found.rows]))


def _list(found: tuple[Relation, ...], output: str) -> None:
    if output == "json":
        listed = [
            {"name": one.name, "grain": one.grain, "rows": one.rows, "columns": dict(one.columns)}
            for one in found
        ]
        click.echo(json.dumps(listed, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.name}  ({plural(one.rows, 'row')}; one row is {one.grain})")
        for name, kind in one.columns:
            click.echo(f"  {name:<36} {kind}")
