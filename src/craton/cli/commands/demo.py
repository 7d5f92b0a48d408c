"""Show the dashboard with ninety days of an invented organization: no AWS account, no network.

The logs of the example organization are written up to a day, ingested, and served. The same day gives the
same logs. Meanwhile the example is brought into an emulated organization by `craton plan` and `craton apply`,
an hour of traffic goes through the emulated Bedrock, and its logs come into the lake by the path that was
deployed. With `--check` nobody needs to look: every page is fetched once, and the exit code tells.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from craton.cli import options
from craton.cli.commands.serve import DEFAULT_PORT, web_server
from craton.cli.program import DONE, ERROR
from craton.cli.progress import drawn
from craton.core.errors import UserError
from craton.core.plural import plural
from craton.engine.board import Board
from craton.engine.demo.preparation import Prepared, check_day, prepare
from craton.engine.demo.rehearsal import Rehearsal
from craton.engine.demo.visiting import Visit, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST: Final = "127.0.0.1"


@click.command("demo", help=__doc__)
@click.option(
    "--as-of",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day up to which there is traffic, at midnight UTC; by default today.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="The port; by default as `craton serve`.")
@click.option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where logs and lake shall stay; by default a folder that is removed at the end.",
)
@click.option("--keep", is_flag=True, help="Keep the folder where none was named, and print it.")
@click.option(
    "--check", is_flag=True, help="Fetch every page and every panel's twins, then exit with 0 or 1."
)
@click.option(
    "--deploy/--no-deploy",
    "is_deployed",
    default=True,
    help="Bring the example into an emulated organization, and use it there; so it is by default.",
)
@options.quiet
def command(
    *,
    as_of: dt.datetime | None,
    port: int | None,
    folder: Path | None,
    keep: bool,
    check: bool,
    is_deployed: bool,
    quiet: bool,
) -> int:
    """See the module."""
    begun = time.monotonic()
    day = (as_of or options.now()).date()
    check_day(day)
    with _home(folder, keep=keep) as home:
        click.echo(f"writing the ninety days before {day}, with twelve accounts, into `{home}`", err=True)
        with drawn(quiet=quiet) as progress:
            prepared = prepare(home, as_of=day, now=options.now(), progress=progress)
        _tell(prepared, begun)
        server = _server(prepared, port, _clock(as_of))
        with _rehearsed(prepared, day, is_wanted=is_deployed) as rehearsal:
            return _checked(server, begun, rehearsal) if check else _shown(server, rehearsal)


@contextlib.contextmanager
def _rehearsed(prepared: Prepared, day: dt.date, *, is_wanted: bool) -> Iterator[Rehearsal | None]:
    """The rehearsal that is begun once the first page can be seen, if any; it is over at the end."""
    if not is_wanted:
        yield None
        return
    rehearsal = Rehearsal(prepared, day, lambda line: click.echo(line, err=True))
    try:
        yield rehearsal
    finally:
        rehearsal.stop()


@contextlib.contextmanager
def _home(folder: Path | None, *, keep: bool) -> Iterator[Path]:
    """The folder to work in; one that nobody named and nobody wants is removed, whatever ends the command."""
    if folder is not None:
        yield folder
        return
    made = Path(tempfile.mkdtemp(prefix="craton-demo-"))
    earlier = signal.signal(signal.SIGTERM, _stopped)
    try:
        yield made
    finally:
        signal.signal(signal.SIGTERM, earlier)
        if keep:
            click.echo(f"logs and lake stay in `{made}`", err=True)
        else:
            shutil.rmtree(made, ignore_errors=True)


def _stopped(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _tell(prepared: Prepared, begun: float) -> None:
    report, made = prepared.report, prepared.made
    if made is not None:
        click.echo(f"  {plural(made.objects, 'object')} with {made.bytes / 1e6:.0f} MB of logs", err=True)
    click.echo(
        f"  {plural(report.documents_read, 'document')} read: {plural(report.rows, 'row')},"
        f" {plural(report.duplicates, 'duplicate')},"
        f" {report.quarantined:,} quarantined, {report.ignored:,} ignored",
        err=True,
    )
    click.echo(f"  ready after {time.monotonic() - begun:.0f} s", err=True)


def _shown(server: Any, rehearsal: Rehearsal | None) -> int:
    """Serves until somebody stops it."""
    click.echo(server.address)
    click.echo("press Ctrl+C to stop", err=True)
    if rehearsal is not None:
        rehearsal.start()
    server.run()
    return DONE


def _checked(server: Any, begun: float, rehearsal: Rehearsal | None) -> int:
    """Serves, walks through all pages, and stops."""
    with server.running():
        visitor = Visitor(server.port)
        if not visitor.is_answered():
            raise UserError("the first page did not come", hint="run `craton demo` and open its address")
        first = time.monotonic() - begun
        is_sound = True
        if rehearsal is not None:
            rehearsal.start()
            is_sound = rehearsal.outcome().is_sound
        visit = visitor.walk()
    click.echo(_told(visit, first))
    for one in visit.problems:
        click.echo(f"error: `{one.path}`: {one.problem}", err=True)
    return DONE if is_sound and not visit.problems else ERROR


def _clock(as_of: dt.datetime | None) -> Callable[[], dt.datetime]:
    """What time it is on the pages: that of a day that was asked for, or now."""
    return options.now if as_of is None else lambda: as_of


def _server(prepared: Prepared, port: int | None, clock: Callable[[], dt.datetime]) -> Any:
    """The server of the dashboard; where no port was asked for, any that is free will do."""
    board = Board.open(prepared.lake, manifest=prepared.manifest, clock=clock)
    if port is not None:
        return web_server(board, host=HOST, port=port)
    try:
        return web_server(board, host=HOST, port=DEFAULT_PORT)
    except UserError:
        return web_server(board, host=HOST, port=0)


def _told(visit: Visit, first: float) -> str:
    slowest = max(visit.seen, key=lambda one: one.took_ms)
    others = len(visit.seen) - visit.pages
    return (
        f"first page after {first:.1f} s\n"
        f"{plural(visit.pages, 'page')} and {plural(others, 'other address', 'other addresses')} seen, "
        f"{len(visit.problems)} with problems\n"
        f"slowest: `{slowest.path}`, {slowest.took_ms:.0f} ms"
    )
