"""Tags in prompts of InvokeModel that tell guardrails what to see.

Source: "Apply tags to user input to filter content", docs.aws.amazon.com/bedrock/latest/userguide/
guardrails-tagging.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.runtime.prompt import Piece, Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME: Final = "amazon-bedrock-guardrails-guardContent_"
_CONFIG: Final = "amazon-bedrock-guardrailConfig"


def marked(prompt: Prompt, body: Mapping[str, Any]) -> Prompt:
    """The prompt with what stands between tags of the body's suffix marked; the tags themselves are gone."""
    suffix = (body.get(_CONFIG) or {}).get("tagSuffix")
    if not suffix:
        return prompt
    tag = f"{_NAME}{re.escape(str(suffix))}"
    pattern = re.compile(f"<{tag}>(.*?)</{tag}>", re.DOTALL)
    pieces = tuple(one for piece in prompt.pieces for one in _parts(pattern, piece))
    return Prompt(pieces=pieces, most_tokens=prompt.most_tokens, stops=prompt.stops)


def _parts(pattern: re.Pattern[str], piece: Piece) -> Iterator[Piece]:
    for number, text in enumerate(pattern.split(piece.text)):
        if text:
            yield Piece(text=text, place=piece.place, role=piece.role, marked=number % 2 == 1)
