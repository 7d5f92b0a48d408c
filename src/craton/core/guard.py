"""What becomes of a text that is held to a guardrail, and the port of whatever holds it."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

TextSide = Literal["INPUT", "OUTPUT"]
TextOutcome = Literal["blocked", "masked", "allowed"]


class Became(Struct, frozen=True):
    """What became of a text, and what was found in it: words, names of expressions and topics, types."""

    outcome: TextOutcome
    found: frozenset[str]


class Guard(Protocol):
    """Something that holds texts to a guardrail."""

    def apply(self, text: str, side: TextSide) -> Became:
        """What becomes of the text. Raises: CloudError where AWS does not answer."""
