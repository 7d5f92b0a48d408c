"""How the emulated models answer: they repeat what the user said last, and say that they do.

An answer that follows from its prompt lets a rehearsal send any text through the guardrails on both sides.
How long it took follows from a seed, too: nobody waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.emulator.runtime.naming import fraction
from craton.emulator.runtime.prompt import CHARACTERS_PER_TOKEN, tokens_of

if TYPE_CHECKING:
    from craton.emulator.runtime.prompt import Prompt

Stop = Literal["end_turn", "max_tokens", "stop_sequence"]

_OPENING: Final = "You said: "
_FIRST_MS: Final = 250
_PER_TOKEN_MS: Final = 12
_SPREAD: Final = 0.5


class ModelAnswer(Struct, frozen=True, kw_only=True):
    """What a model said. Units: `latency_ms` and `first_ms` in milliseconds."""

    text: str
    stop: Stop
    input_tokens: int
    output_tokens: int
    latency_ms: int
    first_ms: int


def answer_to(prompt: Prompt, seed: str) -> ModelAnswer:
    """The answer to a prompt, cut where the caller wants it cut."""
    text = f"{_OPENING}{prompt.question}"
    stop: Stop = "end_turn"
    ends = [text.find(one) for one in prompt.stops if one and one in text]
    if ends:
        text, stop = text[: min(ends)], "stop_sequence"
    if prompt.most_tokens is not None and tokens_of(text) > prompt.most_tokens:
        text, stop = text[: prompt.most_tokens * CHARACTERS_PER_TOKEN], "max_tokens"
    tokens = tokens_of(text)
    pace = 1 - _SPREAD / 2 + _SPREAD * fraction(f"{seed}/pace")
    return ModelAnswer(
        text=text,
        stop=stop,
        input_tokens=prompt.tokens,
        output_tokens=tokens,
        latency_ms=round((_FIRST_MS + _PER_TOKEN_MS * tokens) * pace),
        first_ms=round(_FIRST_MS * pace),
    )
