"""Emulate an AWS Organization on this machine, to rehearse on with any client of AWS.

Prints the address and an access key of an administrator of the management account, as lines for a shell, and
serves on the loopback address until Ctrl+C. Without `--accounts` there is the management account alone. What
is not emulated is refused with 501 and its name; `--coverage` lists what is.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from craton.cli import options
from craton.cli.ending import Ending
from craton.cli.program import DONE, ERROR
from craton.core.errors import UserError
from craton.engine import manifests

if TYPE_CHECKING:
    from craton.core.manifest import Manifest

DEFAULT_PORT: Final = 4599
ALONE: Final = "111122223333"
"""The management account where no manifest names one: an account of AWS's examples."""
REGION: Final = "us-east-1"


@click.command("emulator", help=__doc__)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--accounts",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A manifest: its organization is there, each account with `OrganizationAccountAccessRole`.",
)
@click.option(
    "--until-input-ends",
    is_flag=True,
    help="Stop at the end of the input, too: with the program that holds the other end of a pipe.",
)
@click.option("--coverage", is_flag=True, help="List every operation and resource type, and serve nothing.")
@options.json_or_human
def command(*, port: int, accounts: Path | None, until_input_ends: bool, coverage: bool, output: str) -> int:
    """See the module."""
    if coverage:
        click.echo(_covered(output))
        return DONE
    manifest = None if accounts is None else manifests.load(accounts)
    account = ALONE if manifest is None else manifest.organization.management_account
    with Ending() as ending, _server(account, manifest, port) as server:
        key, secret = _room("emulator").lasting_administrator(server.application, account)
        _tell(server.url, key, secret, output)
        ending.wait(with_input=until_input_ends)
    failures = server.application.world.work.failures
    for one in failures:
        click.echo(f"error: a bug of the emulator\n{one}", err=True)
    click.echo("stopped", err=True)
    return ERROR if failures else DONE


def _tell(url: str, key: str, secret: str, output: str) -> None:
    told = {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": REGION,
    }
    if output == "json":
        click.echo(msgspec.json.encode(told).decode())
    else:
        click.echo("\n".join(f"export {name}={value}" for name, value in told.items()))
    click.echo("press Ctrl+C to stop", err=True)


def _server(account: str, manifest: Manifest | None, port: int) -> Any:
    application = _room("emulator").emulator(account, manifest=manifest)
    return _room("server").Server(application, port)


def _covered(output: str) -> str:
    found = _room("coverage").coverage(_room("catalog").all_services())
    if output == "json":
        return msgspec.json.format(msgspec.json.encode(found)).decode()
    lines = [f"{one.service}:{one.operation}  {one.by}" for one in found.operations]
    return "\n".join((*lines, *found.resource_types))


def _room(module: str) -> Any:
    """A module of the emulator, which needs what only the extra brings."""
    try:
        return importlib.import_module(f"craton.emulator.{module}")
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] == "moto":
            raise UserError(
                "the emulator needs `moto`, which is not installed",
                hint="install it with the extra: `pip install 'craton[demo]'`",
            ) from error
        raise
