"""Decide requests offline, as IAM and Organizations would: by SCPs, RCPs, identity and all other policies.

A call of Bedrock, such as `--principal ARN --model ID --region REGION --scp FILE@TARGET`, takes several
authorisations: each is decided by every policy on its way. Of what nobody says, the answer is unknown where
it matters.

`--cases` reads one case a line, a request with the policies that it meets, and prints one answer a line. What
is wrong with a line is told with its place, the other lines are answered, and the exit code is 1.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import msgspec

from craton.cli import options
from craton.cli.call_options import call_options, question_of
from craton.cli.program import DONE, ERROR
from craton.core.errors import UserError
from craton.core.quoting import ticked
from craton.engine.bedrock_calls import simulate_call
from craton.engine.simulating import Answered, flip_of, simulate_cases
from craton.views.call_text import call_text

if TYPE_CHECKING:
    from craton.engine.simulating import NamedStatement

_STANDARD_INPUT = "-"


@click.command("simulate", help=__doc__)
@click.option(
    "--cases",
    type=click.File("rb"),
    metavar="FILE",
    help="JSON, one case a line; `-` for standard input.",
)
@call_options
@options.json_or_human
def command(*, cases: BinaryIO | None, output: str, **said: Any) -> int:
    """See the module."""
    if cases is None:
        report = simulate_call(question_of(said))
        click.echo(msgspec.json.encode(report).decode() if output == "json" else call_text(report))
        return DONE
    if sys.stdout is None:  # so Python says that it was closed before the program began
        raise UserError("standard output is closed", hint="send it to a file or a pipe")
    out = sys.stdout.buffer
    file = "<stdin>" if cases.name in (_STANDARD_INPUT, "<stdin>", 0) else str(cases.name)
    code = DONE
    for found in simulate_cases(cases, file):
        if not isinstance(found, Answered):
            code = ERROR
            for problem in found:
                click.echo(str(problem), err=True)
            continue
        told = msgspec.json.encode(found.answer) if output == "json" else as_text(found, file).encode()
        out.write(told + b"\n")
        if file == "<stdin>":
            out.flush()
    out.flush()
    return code


def as_text(answered: Answered, file: str) -> str:
    """The answer in words: what was decided, by which statements, and what would make it another one."""
    answer, asked = answered.answer, answered.case.request
    head = f"{answer.id}: {answer.decision.replace('_', ' ')}"
    if answer.blocked_by:
        head += f", {'perhaps ' if answer.decision == 'unknown' else ''}by {' and '.join(answer.blocked_by)}"
    lines = [head, f"  {ticked(asked.principal)} asks for {ticked(asked.action)} on {ticked(asked.resource)}"]
    lines += [f"  {_statement(one, file)}" for one in answer.statements]
    if answer.unknown_keys:
        lines.append(f"  unknown: {', '.join(ticked(key) for key in answer.unknown_keys)}")
    outcome, change = flip_of(answered)
    if change.edits:
        lines.append(f"  {outcome.replace('_', ' ')} if you {change}")
    return "\n".join(lines)


def _statement(one: NamedStatement, file: str) -> str:
    name = ticked(one.sid) if one.sid else f"statement {one.number}"
    level = f" at level {one.level}" if one.level else ""
    verb = "denies" if one.effect == "Deny" else "allows"
    return f"{verb}: {name} of {one.kind} `{one.policy}`{level}, {file}:{one.line}:{one.column}"
