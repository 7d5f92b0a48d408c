"""The proofs of a policy statement, run now: each request, what it must become, and what it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.codec.policy_template import Expected, OneOrMore
from craton.simulator.proofs import Judge, ProofAnswer, run

if TYPE_CHECKING:
    from craton.codec.policy_template import PolicyTemplate, Proof


class ProvedCase(Struct, frozen=True, kw_only=True):
    """A proof that was run. `failure` is what differs from what it says, None where it holds.

    `said` is what its requests bring beside AWS's own context; `given` the parameters that differ from the
    examples; `at` the time of the request, where it matters.
    """

    name: str
    expect: Expected
    by: str | None
    said: dict[str, str]
    given: dict[str, OneOrMore]
    at: str | None
    answers: tuple[ProofAnswer, ...]
    failure: str | None


class Proved(Struct, frozen=True, kw_only=True):
    """All proofs of a statement, and the exceptions that must lapse on their day."""

    cases: tuple[ProvedCase, ...]
    exceptions: tuple[tuple[str, str | None], ...]

    @property
    def requests(self) -> int:
        """How many requests and calls were sent."""
        return sum(len(one.answers) for one in self.cases)

    @property
    def failing(self) -> int:
        """How many proofs and exceptions do not hold."""
        wrong = [one.failure for one in self.cases] + [failure for _, failure in self.exceptions]
        return sum(one is not None for one in wrong)


def proved(template: PolicyTemplate) -> Proved:
    """Every proof of the statement, sent through the simulator."""
    judge = Judge(template)
    proofs = template.header.proofs
    lapses = run(template)[len(proofs) :] if template.header.exceptions else ()
    return Proved(
        cases=tuple(
            ProvedCase(
                name=proof.name,
                expect=proof.expect,
                by=proof.by,
                said=_said(proof),
                given=dict(proof.given),
                at=proof.at,
                answers=tuple(judge.answers(proof)),
                failure=judge.failure(proof),
            )
            for proof in proofs
        ),
        exceptions=tuple((one.case, one.failure) for one in lapses),
    )


def _said(proof: Proof) -> dict[str, str]:
    said: dict[str, str] = {}
    if proof.request is not None:
        said |= {"principal": proof.request.principal} if proof.request.principal else {}
        for key, value in proof.request.context.items():
            said[key] = "absent" if value is None else _joined(value)
    if proof.call is not None:
        call = proof.call
        for name in ("principal", "copied_from", "guardrail", "bearer"):
            value = getattr(call, name)
            if value is not None:
                said[name.replace("_", " ")] = value
        if call.endpoint != "public":
            said["endpoint"] = call.endpoint
    return said


def _joined(value: OneOrMore) -> str:
    return value if isinstance(value, str) else ", ".join(value)
