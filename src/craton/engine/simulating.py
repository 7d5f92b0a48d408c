"""Cases in, decisions out: what `craton simulate` does, line by line, in memory that does not grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, Place
from craton.core.policy import Effect, PolicyKind
from craton.simulator.authorizer import Authorizer
from craton.simulator.case import Case, CaseReader
from craton.simulator.change import Change, applied
from craton.simulator.decision import Decision, Outcome
from craton.simulator.flip import smallest_change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from craton.simulator.decision import Deciding

LONGEST_LINE: Final = 4 << 20
"""Units: bytes."""


class NamedStatement(Struct, frozen=True):
    """A statement that a decision rests on, with its place in the file of cases."""

    kind: PolicyKind
    level: int | None
    policy: str
    sid: str | None
    number: int
    effect: Effect
    line: int
    column: int


class Answer(Struct, frozen=True):
    """The answer to one case; in this form it is printed."""

    id: str | int
    decision: Outcome
    blocked_by: tuple[PolicyKind, ...]
    statements: tuple[NamedStatement, ...]
    unknown_keys: tuple[str, ...]


class Answered(Struct, frozen=True):
    """A case that could be decided, and its answer."""

    case: Case
    decision: Decision
    answer: Answer


Refused: TypeAlias = tuple[Diagnostic, ...]
"""Everything that is wrong with one line."""


def simulate_cases(stream: BinaryIO, file: str) -> Iterator[Answered | Refused]:
    """For each line that is not blank, its answer or what is wrong with it, in the order of the file."""
    reader = CaseReader(file)
    for number, line in _lines(stream):
        if line is None:
            message = f"the line is longer than {LONGEST_LINE >> 20} MiB"
            yield (Diagnostic(rule="too_large", message=message, place=Place(file, number, 1)),)
        elif line.strip():
            case = reader.read(line, number)
            yield _answered(case, number) if isinstance(case, Case) else case


def _answered(case: Case, line: int) -> Answered:
    decision = case.authorizer.decide(case.request)
    answer = Answer(
        id=case.id,
        decision=decision.outcome,
        blocked_by=decision.blocked_by,
        statements=tuple(_named(one, line, case.starts[one.policy]) for one in decision.statements),
        unknown_keys=decision.unknown_keys,
    )
    return Answered(case, decision, answer)


def _named(deciding: Deciding, line: int, start: int) -> NamedStatement:
    statement = deciding.statement
    return NamedStatement(
        kind=deciding.kind,
        level=deciding.level,
        policy=deciding.policy,
        sid=statement.sid.text if statement.sid else None,
        number=statement.number,
        effect=statement.effect,
        line=line,
        column=start + statement.place.column,
    )


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines by their numbers from 1; None for one that is too long to be held."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield number, None


def flip_of(answered: Answered) -> tuple[Outcome, Change]:
    """The decision that the smallest change makes, and the change; without edits where nothing will."""
    authorizer, request = answered.case.authorizer, answered.case.request
    change = smallest_change(authorizer, request)
    policies, changed = applied(change, authorizer.policies, request)
    return Authorizer(policies).decide(changed).outcome, change
