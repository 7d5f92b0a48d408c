"""The samples of guardrail files: words and regular expressions are tried offline, all by ApplyGuardrail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import re2

from craton.core.guard import Became
from craton.core.proof import Outcome
from craton.core.quoting import listed, ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.codec.guardrail_file import Sample
    from craton.core.guard import Guard, TextSide
    from craton.registry.guardrails import GuardrailTier


class OfflineGuard:
    """Holds texts to the words and regular expressions of a tier, as Bedrock does: what blocks goes first.

    A word or phrase is found where it stands by itself, in capitals or not.
    Source: docs.aws.amazon.com/bedrock/latest/userguide/guardrails-word-filters.html and
    guardrails-sensitive-filters.html, retrieved 2026-11-26.
    """

    def __init__(self, tier: GuardrailTier) -> None:
        policy = tier.wording.sensitive_information_policy_config
        words = tier.wording.word_policy_config.words_config
        self._rules: tuple[tuple[str, str, str], ...] = (
            *((one.text, "blocked", _of_word(one.text)) for one in words),
            *((one.name, _DONE[one.action], one.pattern) for one in policy.regexes_config),
        )

    def apply(self, text: str, side: TextSide) -> Became:  # noqa: ARG002 - both sides are held to the same
        """See `craton.core.guard.Guard`."""
        found = {name: done for name, done, pattern in self._rules if re2.search(pattern, text)}
        outcomes = set(found.values())
        if not outcomes:
            return Became("allowed", frozenset())
        return Became("blocked" if "blocked" in outcomes else "masked", frozenset(found))


_DONE: Final = {"BLOCK": "blocked", "ANONYMIZE": "masked"}


def offline_outcomes(tier: GuardrailTier) -> tuple[Outcome, ...]:
    """How each sample of the tier's own file ends that is tried offline, and whether each rule has one."""
    guard = OfflineGuard(tier)
    outcomes = [
        _outcome(tier, index, sample, guard) for index, sample in own_samples(tier) if not sample.live
    ]
    outcomes += [
        Outcome(
            file=tier.file.file,
            id=tier.id,
            case=f"a sample is found by {name}",
            place=tier.file.place("samples"),
            failure=f"no sample shows what {ticked(name)} finds",
        )
        for name in unshown(tier)
    ]
    return tuple(outcomes)


def live_outcomes(tier: GuardrailTier, guard: Guard) -> tuple[Outcome, ...]:
    """How each sample ends, those of the tiers that it extends too."""
    return tuple(_outcome(tier, index, sample, guard) for index, sample in enumerate(tier.samples))


def own_samples(tier: GuardrailTier) -> Iterator[tuple[int, Sample]]:
    """The samples of the tier's own file with their numbers."""
    return enumerate(tier.file.header.samples)


def unshown(tier: GuardrailTier) -> tuple[str, ...]:
    """The words and regular expressions of the tier's own file that no sample of it is found by."""
    own = tier.file.header.guardrail
    named = [one.text for one in own.word_policy_config.words_config]
    named += [one.name for one in own.sensitive_information_policy_config.regexes_config]
    shown = {one.by for one in tier.file.header.samples}
    return tuple(name for name in named if name not in shown)


def _outcome(tier: GuardrailTier, index: int, sample: Sample, guard: Guard) -> Outcome:
    became = guard.apply(sample.text, sample.source)
    return Outcome(
        file=tier.file.file,
        id=tier.id,
        case=f"{sample.expect}: {sample.text}",
        place=tier.file.place("samples", min(index, len(tier.file.header.samples) - 1)),
        failure=_difference(sample, became),
    )


def _difference(sample: Sample, became: Became) -> str | None:
    if became.outcome != sample.expect:
        by = f" by {listed(sorted(became.found))}" if became.found else ""
        return f"it is {became.outcome}{by}, not {sample.expect}"
    if sample.by is not None and sample.by not in became.found:
        return f"it is found by {listed(sorted(became.found)) or 'nothing'}, not by {ticked(sample.by)}"
    return None


def _of_word(word: str) -> str:
    before = r"\b" if word[0].isalnum() else ""
    after = r"\b" if word[-1].isalnum() else ""
    return f"(?i){before}{re2.escape(word)}{after}"
