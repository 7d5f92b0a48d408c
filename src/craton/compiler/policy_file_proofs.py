"""The proofs that policy files carry, run with the values that were put in."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from msgspec import Struct

from craton.codec.policy_template import Proof
from craton.compiler.proof_answers import Answered
from craton.compiler.proof_values import rebound
from craton.core.quoting import ticked
from craton.simulator.proofs import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.compiler.proof_answers import Verdict
    from craton.compiler.statement_filling import FilledStatement


class FileProofs(Struct, frozen=True, kw_only=True):
    """What became of the proofs of one filled file.

    `proofs` are those that can be told in its values, `silent` the names of the others; `failures` say what
    is wrong, and `answers` all that was asked.
    """

    proofs: tuple[Proof, ...]
    silent: tuple[str, ...]
    held: int
    failures: tuple[str, ...]
    answers: tuple[Answered, ...]


class PolicyFileProofs:
    """Runs the proofs of each file once for each set of values; `filled` are the files of environments."""

    def __init__(self, filled: Mapping[str, tuple[FilledStatement, ...]]) -> None:
        self._known: dict[int, FileProofs] = {}
        self._environments: dict[int, tuple[str, ...]] = {}
        for name, statements in filled.items():
            for one in statements:
                self._environments[id(one)] = (*self._environments.get(id(one), ()), name)
        self._kept = filled

    def of(self, statement: FilledStatement) -> FileProofs:
        """The proofs of a file that was given."""
        if id(statement) not in self._known:
            self._known[id(statement)] = _run(statement, self._environments[id(statement)])
        return self._known[id(statement)]

    def answers(self) -> Iterator[Answered]:
        """Everything that was asked, of each file with the same values once."""
        for one in self._known.values():
            yield from one.answers


def _run(statement: FilledStatement, environments: tuple[str, ...]) -> FileProofs:
    retold = rebound(statement)
    template, judge = retold.template, Judge(retold.template)
    answered = functools.partial(
        Answered, environments=environments, claim="policy_files", policy=template.id
    )
    failures: list[str] = []
    answers: list[Answered] = []
    for proof in template.header.proofs:
        told = tuple(judge.answers(proof))
        wrong = next((f"{one} {one.wrong}" for one in told if one.wrong is not None), None)
        failure = wrong if told else judge.failure(proof)
        if failure is not None:
            failures.append(f"{ticked(proof.name)}: {failure}")
        answers += [
            answered(
                verdict=_verdict(one.wrong),
                proof=proof.name,
                asked=one.what,
                of=one.target.removeprefix("on ").removeprefix("of "),
                expected=proof.expect,
                answer=one.outcome,
                by=one.sids if one.outcome == "explicit_deny" else (),
            )
            for one in told
        ]
    for exemption in template.header.exceptions:
        name = f"the exception of {exemption.owner} lapses on {exemption.until}"
        failure = judge.lapses(exemption)
        if failure is not None:
            failures.append(f"{ticked(name)}: {failure}")
        answers.append(answered(verdict=_verdict(failure), proof=name))
    answers += [answered(verdict="silent", proof=name) for name in retold.silent]
    return FileProofs(
        proofs=template.header.proofs,
        silent=retold.silent,
        held=len(template.header.proofs) + len(template.header.exceptions) - len(failures),
        failures=tuple(failures),
        answers=tuple(answers),
    )


def _verdict(wrong: str | None) -> Verdict:
    return "held" if wrong is None else "failed"
