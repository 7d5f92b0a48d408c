"""What people of the invented organization write to models, and what models answer."""

from __future__ import annotations

import functools
from typing import Final

from craton.engine.demo.dice import Dice

CANARY: Final = "canary-tamarisk-7431"
"""Stands in prompts, answers, guardrail matches and session tokens, and must never reach a lake."""

_VOCABULARY: Final = (
    "the order arrived late and the customer asks for a refund please summarize this claim in three "
    "sentences our warehouse reports low stock of winter boots compare these two suppliers by price and "
    "delivery time write a polite answer explain the invoice line by line translate into French find the "
    "clause about returns classify this ticket by urgency which policy covers water damage rewrite the "
    "function so that tests pass draft release notes list open questions extract names dates and amounts "
    "as a table café naïve 東京 señor"
)
_LENGTH: Final = 120_000


@functools.cache
def _text() -> str:
    dice = Dice("prose")
    vocabulary = _VOCABULARY.split()
    words = [dice.one_of(vocabulary) for _ in range(_LENGTH // 6)]
    for at in range(40, len(words), 90):
        words[at] = CANARY
    for at in range(11, len(words), 12):
        words[at] += ".\n" if at % 5 else '," she said.'
    return " ".join(words)


def passage(dice: Dice, length: int) -> str:
    """Some `length` characters of prose."""
    text = _text()
    start = dice.below(len(text) - length)
    return text[start : start + length]


def chunks(text: str, most: int) -> list[str]:
    """The text in up to `most` parts, as a stream brings it."""
    size = max(1, -(-len(text) // most))
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]
