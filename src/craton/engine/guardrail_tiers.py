"""Guardrail tiers by name: shown, compared, and tried in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.aws.guardrail_runtime import GuardrailRuntime
from craton.core.errors import UserError
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean
from craton.engine.guardrail_samples import live_outcomes
from craton.registry.guardrails import Guardrails

if TYPE_CHECKING:
    from pathlib import Path

    from craton.core.proof import Outcome
    from craton.registry.guardrails import GuardrailTier


def guardrail_tier(name: str, content: tuple[Path, ...] = ()) -> GuardrailTier:
    """The tier of that name, of the package or of content folders. Raises: UserError where there is none."""
    known = Guardrails.load(content).tiers
    if name not in known:
        hint = did_you_mean(name, known) or f"there are {listed(sorted(known))}"
        raise UserError(f"there is no guardrail {ticked(name)}", hint=hint)
    return known[name]


def tried_live(tier: GuardrailTier, guardrail: str, *, region: str | None) -> tuple[Outcome, ...]:
    """How every sample of a tier ends with the guardrail `ID:VERSION` in AWS.

    Raises: UserError where the guardrail is not named so, CloudError where AWS does not answer.
    """
    identifier, _, version = guardrail.rpartition(":")
    if not identifier or not (version.isdigit() or version == "DRAFT"):
        hint = "write `ID:VERSION`, where the id may be an ARN and the version a number or `DRAFT`"
        raise UserError(f"{ticked(guardrail)} names no version of a guardrail", hint=hint)
    return live_outcomes(tier, GuardrailRuntime(identifier, version, region=region))
