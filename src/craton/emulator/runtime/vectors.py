"""Models that turn texts into vectors. A vector follows from its text, and means nothing.

Source: "Amazon Titan Embeddings Text" and "Cohere Embed models", docs.aws.amazon.com/bedrock/latest/
userguide/model-parameters.html, retrieved 2026-11-26, and recorded replies.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.naming import fraction, letters
from craton.emulator.runtime.prompt import Prompt, pieces_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_TITAN: Final = 1024
_TITAN_V1: Final = 1536
_TITAN_SIZES: Final = (256, 512, 1024)
_COHERE: Final = 1024
_MOST_TEXTS: Final = 96
_COHERE_TYPES: Final = ("search_document", "search_query", "classification", "clustering")


def read_titan(body: Mapping[str, Any]) -> Prompt:
    """What a model of Titan is asked. Raises: ServiceError, NotEmulatedError."""
    if not isinstance(body.get("inputText"), str) or not body["inputText"]:
        raise _malformed("inputText")
    if body.get("dimensions", _TITAN) not in _TITAN_SIZES:
        raise _malformed("dimensions")
    if body.get("embeddingTypes", ["float"]) != ["float"]:
        raise NotEmulatedError("embeddingTypes other than float")
    return Prompt(pieces=pieces_of([body["inputText"]]))


def write_titan(model: str, prompt: Prompt, body: Mapping[str, Any]) -> dict[str, Any]:
    """The vector of a text."""
    size = _TITAN_V1 if model.endswith("-v1") else int(body.get("dimensions", _TITAN))
    found = _vector(prompt.question, size)
    told: dict[str, Any] = {"embedding": found, "inputTextTokenCount": prompt.tokens}
    return told if model.endswith("-v1") else {**told, "embeddingsByType": {"float": found}}


def read_cohere(body: Mapping[str, Any]) -> Prompt:
    """What a model of Cohere is asked. Raises: ServiceError, NotEmulatedError."""
    texts = body.get("texts")
    if not isinstance(texts, list) or not 0 < len(texts) <= _MOST_TEXTS:
        raise _malformed("texts")
    if body.get("input_type") not in _COHERE_TYPES:
        raise _malformed("input_type")
    if body.get("embedding_types", ["float"]) != ["float"] or "embedding_types" in body:
        raise NotEmulatedError("embedding_types")
    return Prompt(pieces=pieces_of(map(str, texts)))


def write_cohere(model: str, prompt: Prompt, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """The vectors of texts, which come back in small letters."""
    texts = [piece.text for piece in prompt.pieces]
    return {
        "embeddings": [_vector(text, _COHERE) for text in texts],
        "id": letters("/".join(texts), 32),
        "response_type": "embeddings_floats",
        "texts": [text.lower() for text in texts],
    }


def _vector(text: str, size: int) -> list[float]:
    """Numbers that follow from a text, of length one together."""
    found = [fraction(f"{text}/{number}") - 0.5 for number in range(size)]
    length = math.sqrt(sum(one * one for one in found))
    return [round(one / length, 6) for one in found]


def _malformed(name: str) -> ServiceError:
    return ServiceError(
        "ValidationException",
        f"Malformed input request: #/{name}: is invalid, please reformat your input and try again.",
    )
