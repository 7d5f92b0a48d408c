"""Two guardrail tiers compared: what the one finds that the other does not, and what it does less about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.codec.guardrail_file import Wording
    from craton.registry.guardrails import GuardrailTier

Effect = Literal["weaker", "stronger", "other"]

_STRENGTHS: Final = ("NONE", "LOW", "MEDIUM", "HIGH")
_ACTIONS: Final = ("NONE", "ANONYMIZE", "BLOCK")
_TIERS: Final = ("CLASSIC", "STANDARD")


class GuardrailChange(Struct, frozen=True, order=True):
    """One difference: of what, from what to what, and whether less is stopped after it."""

    what: str
    before: str | None
    after: str | None
    effect: Effect

    def __str__(self) -> str:
        return f"{self.effect}: {self.what}: {self.before or 'nothing'} -> {self.after or 'nothing'}"


def is_weaker(before: str, after: str | None) -> bool:
    """Whether a strength, an action or a tier stops less than another; what is gone stops nothing."""
    for order in (_STRENGTHS, _ACTIONS, _TIERS):
        if before in order and (after is None or after in order):
            return after is None or order.index(after) < order.index(before)
    return False


def guardrail_changes(before: GuardrailTier, after: GuardrailTier) -> tuple[GuardrailChange, ...]:
    """Every difference. What is gone is weaker; a pattern that changed may find less, and is weaker too."""
    old, new = dict(_told(before.wording)), dict(_told(after.wording))
    return tuple(
        GuardrailChange(
            what, _shown(old.get(what)), _shown(new.get(what)), _effect(old.get(what), new.get(what))
        )
        for what in sorted({*old, *new})
        if old.get(what) != new.get(what)
    )


class _Said(Struct, frozen=True):
    """What is said of one thing; `rank` tells how much it stops, where that can be told."""

    text: str
    rank: float | None = None


def _shown(said: _Said | None) -> str | None:
    return said.text if said is not None else None


def _effect(old: _Said | None, new: _Said | None) -> Effect:
    if old is None or new is None:
        present = old or new
        if present is not None and present.rank == 0:
            return "other"
        return "weaker" if new is None else "stronger"
    if old.rank is None or new.rank is None:
        return "weaker"
    return "weaker" if new.rank < old.rank else "stronger"


def _told(wording: Wording) -> Iterator[tuple[str, _Said]]:
    for one in wording.content_policy_config.filters_config:
        yield f"{one.type} in prompts", _ranked(one.input_strength, _STRENGTHS)
        yield f"{one.type} in answers", _ranked(one.output_strength, _STRENGTHS)
    for name, config in (
        ("models of content filters", wording.content_policy_config.tier_config),
        ("models of topics", wording.topic_policy_config.tier_config),
    ):
        yield name, _ranked(config.tier_name if config else "CLASSIC", _TIERS)
    for topic in wording.topic_policy_config.topics_config:
        yield f"topic {ticked(topic.name)}", _Said(topic.definition)
    for word in wording.word_policy_config.words_config:
        yield f"word {ticked(word.text.lower())}", _Said("BLOCK", 1)
    for words in wording.word_policy_config.managed_word_lists_config:
        yield f"words of {words.type}", _Said("BLOCK", 1)
    for entity in wording.sensitive_information_policy_config.pii_entities_config:
        yield entity.type, _ranked(entity.action, _ACTIONS)
    for regex in wording.sensitive_information_policy_config.regexes_config:
        yield f"expression {ticked(regex.name)}", _ranked(regex.action, _ACTIONS)
        yield f"pattern of {ticked(regex.name)}", _Said(regex.pattern)
    for ground in wording.contextual_grounding_policy_config.filters_config:
        yield f"threshold of {ground.type}", _Said(str(ground.threshold), ground.threshold)


def _ranked(text: str, order: tuple[str, ...]) -> _Said:
    return _Said(text, order.index(text))
