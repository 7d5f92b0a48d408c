"""Serve the dashboard of a lake.

Only this machine can reach it, unless another `--host` is named: then whoever opens it needs the token that
the printed address carries. The address is printed on stdout. Ctrl+C stops it.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from craton.cli import options
from craton.engine.board import Board

DEFAULT_PORT = 8480


@click.command("serve", help=__doc__)
@options.lake
@options.manifest
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--token",
    envvar="CRATON_TOKEN",
    show_envvar=True,
    help="Ask for this token; by default one is made where others can reach the server.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A further host name to answer to, such as that of a proxy.",
)
def command(
    *, lake: Path, manifest: Path | None, host: str, port: int, token: str | None, names: tuple[str, ...]
) -> None:
    """See the module."""
    board = Board.open(lake, manifest=manifest, clock=options.now)
    server = web_server(board, host=host, port=port, token=token, names=names)
    if not server.is_local:
        click.echo("other machines can reach this dashboard; the address below carries its token", err=True)
    click.echo(server.address)
    click.echo("press Ctrl+C to stop", err=True)
    server.run()


def web_server(board: Board, **asked: Any) -> Any:
    """The server of the other face, which this one cannot import: neither stands on the other."""
    return importlib.import_module("craton.web.server").Server(board, **asked)
