"""Records for pages, whose lack is told and stops no command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from craton.engine.deployment_log import Records

if TYPE_CHECKING:
    from pathlib import Path


def records_in(lake: Path | None) -> Records:
    """Those of a lake, where one is named; on stderr it is told once why they cannot be kept."""
    return Records(lake, lambda why: click.echo(f"warning: {why}", err=True))
