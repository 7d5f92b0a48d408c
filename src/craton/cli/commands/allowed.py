"""What may be used in an account: which models, from which Regions, through which profiles, and why not.

Each answer is simulated against the organization policies that the manifest says are in force, for a role
whose own policies allow it. What AWS offers in a Region, and which models the account has access to, is not
looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE
from craton.core.errors import UserError
from craton.core.quoting import ticked
from craton.engine.allowances import ROLE, allowances
from craton.engine.lakes import MANIFEST
from craton.engine.manifests import load
from craton.engine.sample_call import sample_call
from craton.views.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.engine.allowances import Allowances, Cell, Way
    from craton.engine.sample_call import SampleCall

_NAMES = ("model", "through", "Regions", "whole", "stream", "batch", "mantle")


@click.command("allowed", help=__doc__)
@click.argument("account", metavar="ACCOUNT")
@options.manifest
@click.option(
    "--role", default=ROLE, show_default=True, metavar="NAME", help="The name of the role that calls."
)
@click.option("--guardrail", metavar="ID:VERSION", help="Also ask with this guardrail.")
@click.option("--endpoint", default="public", show_default=True, metavar="VPCE", help="The endpoint called.")
@click.option("--all", "every_model", is_flag=True, help="Every known model, approved or not.")
@click.option("--code", is_flag=True, help="Print Python that makes a first call, and nothing else.")
@options.json_or_human
def command(
    *,
    account: str,
    manifest: Path | None,
    role: str,
    guardrail: str | None,
    endpoint: str,
    every_model: bool,
    code: bool,
    output: str,
) -> int:
    """See the module."""
    path = manifest or Path(MANIFEST)
    known = load(path)
    found = allowances(
        known,
        path,
        account,
        now=options.now(),
        role=role,
        guardrail=guardrail,
        endpoint=endpoint,
        every_model=every_model,
    )
    if code:
        return _print_code(sample_call(known, found, today=options.now().date()), found)
    if output == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        click.echo("\n".join(as_text(found)))
    return DONE


def _print_code(sample: SampleCall | None, found: Allowances) -> int:
    if sample is None:
        message = f"no call of an approved model that answers in text is allowed in {ticked(found.account)}"
        raise UserError(message, hint="`craton allowed` shows why not")
    click.echo(sample.code, nl=False)
    for note in sample.notes:
        click.echo(note, err=True)
    return DONE


def as_text(found: Allowances) -> Iterator[str]:
    """The account, a line for each way to a model, and the reasons by number."""
    environment = f"environment {found.environment} ({found.mode})" if found.environment else "no environment"
    yield f"{found.name} ({found.account}), {found.ou}, {environment}"
    if found.is_management:
        yield "no SCP holds for the management account: everything is allowed, and nothing should be called"
    yield f"as {found.principal}, whose own policies are taken to allow it"
    if found.guardrail is not None:
        yield f"`guarded` means: only with a guardrail that the policies ask for, such as {found.guardrail}"
    yield ""
    reasons: dict[str, int] = {}
    rows = [_row(ways, reasons) for ways in _alike(found.ways)]
    yield text_table(_NAMES, rows)
    for reason, number in reasons.items():
        yield f"({number}) {reason}"


def _alike(ways: Sequence[Way]) -> Iterator[list[Way]]:
    """The ways that differ in their Region alone, together."""
    together: dict[tuple[object, ...], list[Way]] = {}
    for way in ways:
        key = (way.model, way.through, way.whole, way.stream, way.batch, way.mantle)
        together.setdefault(key, []).append(way)
    yield from together.values()


def _row(ways: list[Way], reasons: dict[str, int]) -> tuple[str, ...]:
    way = ways[0]
    through = "the model itself" if way.route == "model" else way.through.rpartition("/")[2]
    cells = (_shown(cell, reasons) for cell in (way.whole, way.stream, way.batch, way.mantle))
    name = way.model if way.approved else f"{way.model} (not approved)"
    return (name, through, " ".join(one.region for one in ways), *cells)


def _shown(cell: Cell, reasons: dict[str, int]) -> str:
    match cell.answer:
        case "none":
            return "-"
        case "yes":
            return "yes"
        case "with_guardrail":
            return "guarded"
        case "no" | "unknown":
            number = reasons.setdefault(cell.reason or "", len(reasons) + 1)
            return f"{cell.answer} ({number})"
