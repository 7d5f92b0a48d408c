"""What would policies have done: recorded calls against those of today and against candidates.

Every CloudTrail event of the lake is decided twice: by the organization policies that the manifest says are
in force, and with `--candidate` policies attached or `--remove` policies detached. What is not recorded is
unknown, and counted by what is missing. The exit code is 2 where calls come out otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.engine.replaying import Removal, candidate, replay
from craton.views.csv_text import csv_text
from craton.views.replay_text import CSV_NAMES, csv_rows, replay_text

if TYPE_CHECKING:
    from craton.engine.replaying import Candidate


@click.command("replay", help=__doc__)
@click.option(
    "--candidate",
    "candidates",
    multiple=True,
    metavar="POLICY",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A policy document that may be attached; may be repeated.",
)
@click.option(
    "--at",
    "targets",
    multiple=True,
    metavar="TARGET",
    help="Where: `root`, the path of an OU, an account. One for each candidate, or one for all.",
)
@click.option(
    "--remove",
    "removals",
    multiple=True,
    metavar="POLICY@TARGET",
    help="A policy that may be detached, by its file or name; may be repeated.",
)
@click.option(
    "--since",
    default="30d",
    show_default=True,
    metavar="WHEN",
    help="A span back from the newest event, as `30d` or `12h`, or a day.",
)
@options.lake
@options.manifest
@click.option(
    "--evaluator",
    type=click.Choice(["sql", "masks"]),
    default="sql",
    show_default=True,
    help="How to decide: fast, or event by event as the reference does.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["human", "json", "csv"]),
    default="human",
    show_default=True,
    help="How to print the result. CSV has a row for each account, principal, model and day.",
)
@options.quiet
def command(
    *,
    candidates: tuple[Path, ...],
    targets: tuple[str, ...],
    removals: tuple[str, ...],
    since: str,
    lake: Path,
    manifest: Path | None,
    evaluator: str,
    output: str,
    quiet: bool,
) -> int:
    """See the module."""
    with drawn(quiet=quiet) as progress:
        found = replay(
            lake,
            manifest,
            candidates=_candidates(candidates, targets),
            removals=tuple(_removal(one) for one in removals),
            since=since,
            now=options.now(),
            progress=progress,
            by_masks=evaluator == "masks",
        )
    match output:
        case "json":
            click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        case "csv":
            click.echo(csv_text(CSV_NAMES, csv_rows(found)), nl=False)
        case _:
            click.echo(replay_text(found))
    return FOUND if found.would_change else DONE


def _candidates(files: tuple[Path, ...], targets: tuple[str, ...]) -> tuple[Candidate, ...]:
    if len(targets) not in (len(files), 1) or (targets and not files):
        raise click.UsageError("give one --at for each --candidate, or one for all")
    places = targets * len(files) if len(targets) == 1 else targets
    return tuple(candidate(file, at) for file, at in zip(files, places, strict=True))


def _removal(text: str) -> Removal:
    policy, _, at = text.rpartition("@")
    if not policy or not at:
        raise click.UsageError("write --remove as POLICY@TARGET, such as regions.json@workloads/prod")
    return Removal(policy, at)
