"""Find what is wrong with policies before they are attached.

FILE is a policy document, a CloudFormation template with policies in it, a folder of these, or `-` for
standard input. Each finding names its place, what is wrong, and what to write instead. The exit code is 2
where something is found.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.core.plural import plural
from craton.core.policy import PolicyKind
from craton.engine.linting import explained, lint
from craton.views.diagnostic_text import counted, with_its_line
from craton.views.rule_text import rule_text
from craton.views.sarif import sarif

if TYPE_CHECKING:
    from craton.core.diagnostic import Diagnostic


@click.command("lint", help=__doc__)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, metavar="[FILE]...")
@click.option(
    "--kind",
    type=click.Choice(get_args(PolicyKind)),
    help="What the policies are, where their text does not tell: an SCP looks like an identity policy.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["human", "json", "sarif"]),
    default="human",
    show_default=True,
    help="How to print the findings.",
)
@click.option(
    "--today",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DAY",
    help="The day for which ends of models are judged, by default this one.",
)
@click.option("--explain", metavar="RULE", help="Say what a rule claims and why, with its examples.")
def command(
    *, files: tuple[Path, ...], kind: str | None, output: str, today: dt.datetime | None, explain: str | None
) -> int:
    """See the module."""
    if explain is not None:
        rule = explained(explain)
        click.echo(rule if isinstance(rule, str) else rule_text(explain, rule))
        return DONE
    if not files:
        raise click.UsageError("name a file or a folder, `-` for standard input, or `--explain RULE`")
    report = lint(files, today=(today or options.now()).date(), kind=cast("PolicyKind | None", kind))
    match output:
        case "json":
            click.echo(msgspec.json.format(msgspec.json.encode(as_json(report.findings))).decode())
        case "sarif":
            click.echo(msgspec.json.format(msgspec.json.encode(sarif(report.findings))).decode())
        case _:
            for one in report.findings:
                click.echo(with_its_line(one, report.lines.get(one.place.file, ())))
            click.echo(_summary(len(report.files), report.findings), err=True)
    if report.skipped:
        click.echo(f"{len(report.skipped):,} skipped that hold no policy: {_some(report.skipped)}", err=True)
    return FOUND if report.findings else DONE


def as_json(findings: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    """The findings as flat objects."""
    return [
        {
            "rule": one.rule,
            "severity": one.severity,
            "file": one.place.file,
            "line": one.place.line,
            "column": one.place.column,
            "message": one.message,
            "hint": one.hint,
        }
        for one in findings
    ]


def _summary(files: int, findings: tuple[Diagnostic, ...]) -> str:
    return f"{plural(files, 'file')}: {counted(findings) or 'nothing is wrong'}"


def _some(names: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
