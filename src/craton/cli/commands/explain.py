"""Why a recorded call was denied or allowed: by AWS's own message, and by the policies in force today.

EVENT_ID is the id of a CloudTrail event in the lake. Each authorisation that the call took is decided level
by level by the organization policies that the manifest says are in force; the principal's own policies are
not recorded.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE
from craton.engine.explaining import explain
from craton.views.explanation_text import explanation_text


@click.command("explain", help=__doc__)
@click.argument("event_id", metavar="EVENT_ID")
@options.lake
@options.manifest
@options.json_or_human
def command(*, event_id: str, lake: Path, manifest: Path | None, output: str) -> int:
    """See the module."""
    found = explain(lake, manifest, event_id)
    if output == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        click.echo(explanation_text(found))
    return DONE
