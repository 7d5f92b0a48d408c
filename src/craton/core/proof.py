"""What content proves of itself: how its cases end, and which wrong versions of it they tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Fate = Literal["killed", "survived", "acknowledged", "does_not_run"]

FEWEST: Final = 5
"""A file has at least this many mutants that run, or says why not."""


class Outcome(Struct, frozen=True):
    """How one case ended. `failure` says what differed; None where the case holds."""

    file: str
    id: str
    case: str
    place: Place
    failure: str | None


class MutantResult(Struct, frozen=True):
    """What became of a mutant: the first case that told it apart, or the reason why none can."""

    text: str
    fate: Fate
    killed_by: str | None = None
    reason: str | None = None


class MutationReport(Struct, frozen=True):
    """Every mutant of a file and what is wrong with the file's proof.

    Mutants that do not run prove nothing and are left out of the score; acknowledged ones count against it.
    """

    file: str
    id: str
    mutants: tuple[MutantResult, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def killed(self) -> int:
        """How many mutants a case told apart."""
        return sum(mutant.fate == "killed" for mutant in self.mutants)

    @property
    def counted(self) -> int:
        """How many mutants run."""
        return sum(mutant.fate != "does_not_run" for mutant in self.mutants)


class Proven(Struct, frozen=True):
    """What a file says of its own mutants: where it acknowledges which, and whether it says why they are few.

    `place` is that of what was mutated, and `what` it is called; `header` is how a line of its header begins.
    """

    place: Place
    what: str
    header: str
    survivors: Mapping[str, Place]
    says_why_few: bool


def result(text: str, *, runs: bool, killer: str | None, reasons: Mapping[str, str]) -> MutantResult:
    """What became of a mutant that `killer` told apart, or nobody; `reasons` are those acknowledged."""
    if not runs:
        return MutantResult(text=text, fate="does_not_run")
    if killer is not None:
        return MutantResult(text=text, fate="killed", killed_by=killer)
    if text in reasons:
        return MutantResult(text=text, fate="acknowledged", reason=reasons[text])
    return MutantResult(text=text, fate="survived")


def problems(results: Sequence[MutantResult], proven: Proven) -> Iterator[Diagnostic]:
    """What is wrong with a file's proof: who survives, who is named in vain, and too few to prove much."""
    for mutant in results:
        if mutant.fate == "survived":
            yield Diagnostic(
                rule="surviving_mutant",
                message=f"no case tells this mutant apart: {mutant.text}",
                place=proven.place,
                hint="add a case, or acknowledge it in the header under `survivors` with the reason",
            )
    surviving = {mutant.text for mutant in results if mutant.fate == "acknowledged"}
    for text, place in proven.survivors.items():
        if text not in surviving:
            yield Diagnostic(
                rule="idle_survivor",
                message=f"no such mutant survives: {text}",
                place=place,
                hint="remove it",
            )
    counted = sum(mutant.fate != "does_not_run" for mutant in results)
    if counted < FEWEST and not proven.says_why_few:
        yield Diagnostic(
            rule="few_mutants",
            message=f"{proven.what} has {counted} mutants that run; {FEWEST} are wanted",
            place=proven.place,
            hint=f"say in the header why: `{proven.header}few_mutants: …`",
        )
