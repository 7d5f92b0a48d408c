"""What is kept of the proofs of one environment: how each claim ended, what fails, and all that was asked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from craton.compiler.proof_answers import Answered, Claim, Verdict
from craton.compiler.proof_words import HINTS, claimed
from craton.core.manifest_origin import fault
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic, Place
    from craton.core.intent import Intent
    from craton.core.manifest_origin import Origin


class Tally(Struct, frozen=True, kw_only=True):
    """How one claim about an environment ended: requests and calls that were decided as they must be or not.

    `silent` counts proofs of policy files that say nothing about the compiled values, calls of which AWS does
    not tell enough to decide them, and calls that were stopped before by policies that are not compiled.
    """

    environment: str
    claim: Claim
    held: int
    failed: int
    silent: int


class ProofRecord:
    """The record of an environment; `counts` are by claim and end, `answers` in the order of asking."""

    def __init__(self, environment: str) -> None:
        self.counts: Counter[tuple[Claim, Verdict]] = Counter()
        self.answers: list[Answered] = []
        self._environment = environment
        self._failures: dict[tuple[Claim, str], list[str]] = {}
        self._stopped: dict[str, list[str]] = {}

    def told(self, claim: Claim, verdict: Verdict, **told: Any) -> None:
        """One thing was asked; `told` is the rest of what `Answered` holds."""
        self.counts[claim, verdict] += 1
        self.answers.append(Answered(environments=(self._environment,), claim=claim, verdict=verdict, **told))

    def fails(self, claim: Claim, what: str, reason: str) -> None:
        """A claim fails for something, for a reason."""
        self._failures.setdefault((claim, reason), []).append(what)

    def stopped_before(self, what: str, reason: str) -> None:
        """A call is approved where only observed, and policies that were in force before stop it."""
        self._stopped.setdefault(reason, []).append(what)

    def tallies(self) -> Iterator[Tally]:
        """How the claims ended, of which something was asked."""
        for claim in dict.fromkeys(claim for claim, _ in self.counts):
            yield Tally(
                environment=self._environment,
                claim=claim,
                held=self.counts[claim, "held"],
                failed=self.counts[claim, "failed"],
                silent=self.counts[claim, "silent"],
            )

    def problems(self, intent: Intent, origin: Origin) -> Iterator[Diagnostic]:
        """What fails or was stopped before: for each reason the first, with the number of the others."""
        for (claim, reason), whats in self._failures.items():
            message = f"{claimed(claim, self._environment)} fails for {_first_of(whats)}: {reason}"
            yield fault("proof_fails", message, self._place(claim, intent, origin), HINTS[claim])
        for reason, whats in self._stopped.items():
            message = f"{ticked(self._environment)} approves what policies stop that are in force already: "
            told = fault(
                "stopped_already",
                f"{message}{_first_of(whats)}: {reason}",
                self._place("approved_models", intent, origin),
                "it stays as it is while the environment observes; before it enforces, change that policy",
            )
            yield msgspec.structs.replace(told, severity="warning")

    def _place(self, claim: Claim, intent: Intent, origin: Origin) -> Place:
        if claim == "approved_models" and self._environment in intent.manifest.models.approved:
            return origin.place(("models", "approved", self._environment))
        if claim == "other_regions":
            return origin.place(("regions",))
        return origin.key_place(("environments", self._environment))


def _first_of(whats: list[str]) -> str:
    return f"{whats[0]}, and {len(whats) - 1:,} more" if len(whats) > 1 else whats[0]
