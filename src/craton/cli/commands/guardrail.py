"""Show a guardrail tier, compare two, or try the samples of one.

`craton guardrail show TIER` prints everything that the tier is, with what it extends put in, in
CreateGuardrail's own names. `craton guardrail diff A B` tells what B stops that A does not, and the other way
round; the exit code is 2 where B stops less anywhere. `craton guardrail test TIER` tries its words and
regular expressions offline, and with `--live ID:VERSION` every sample by ApplyGuardrail on that guardrail in
AWS; the exit code is 2 where one ends otherwise than it must. `--content` names folders with your own tiers.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.core.plural import plural
from craton.engine.guardrail_changes import guardrail_changes
from craton.engine.guardrail_samples import offline_outcomes
from craton.engine.guardrail_tiers import guardrail_tier, tried_live

_content = click.option(
    "--content",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    help="A folder of content with tiers of your own.",
)


@click.group("guardrail", help=__doc__)
def command() -> None:
    """See the module."""


@command.command("show")
@click.argument("tier")
@_content
def show(*, tier: str, content: tuple[Path, ...]) -> int:
    """Print everything that a tier is, as JSON."""
    found = guardrail_tier(tier, content)
    click.echo(msgspec.json.format(msgspec.json.encode(found.wording)).decode())
    return DONE


@command.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@_content
@options.json_or_human
def diff(*, before: str, after: str, content: tuple[Path, ...], output: str) -> int:
    """Tell what B stops that A does not, and the other way round."""
    changes = guardrail_changes(guardrail_tier(before, content), guardrail_tier(after, content))
    if output == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(changes)).decode())
    else:
        for one in changes:
            click.echo(one)
    return FOUND if any(one.effect == "weaker" for one in changes) else DONE


@command.command("test")
@click.argument("tier")
@_content
@click.option(
    "--live", "guardrail", metavar="ID:VERSION", help="The guardrail in AWS that samples are held to."
)
@click.option("--region", help="The Region in which it stands.")
def test(*, tier: str, content: tuple[Path, ...], guardrail: str | None, region: str | None) -> int:
    """Try the samples of a tier."""
    found = guardrail_tier(tier, content)
    outcomes = tried_live(found, guardrail, region=region) if guardrail else offline_outcomes(found)
    failed = [one for one in outcomes if one.failure is not None]
    for one in failed:
        click.echo(f"{one.place}: error: `{one.case}` fails: {one.failure}")
    click.echo(f"{plural(len(outcomes), 'sample')}, {len(failed):,} failed")
    return FOUND if failed else DONE
