"""The models that the invented organization calls, and how their bodies are shaped."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

Family = Literal[
    "claude",
    "nova",
    "llama",
    "mistral",
    "gpt",
    "titan_embedding",
    "cohere_embedding",
    "rerank",
    "image",
    "async",
]

WITHOUT_OUTPUT_COUNT: Final = frozenset({"titan_embedding", "cohere_embedding", "rerank"})
WITHOUT_COUNTS: Final = frozenset({"image", "async"})


class Model(Struct, frozen=True):
    """One foundation model. Units: `speed` in milliseconds an output token, `base` in milliseconds."""

    id: str
    family: Family
    base: int
    speed: float

    @property
    def is_text(self) -> bool:
        """Whether it answers with text."""
        return self.family not in WITHOUT_OUTPUT_COUNT and self.family not in WITHOUT_COUNTS


MODELS: Final[Mapping[str, Model]] = MappingProxyType(
    {
        "opus": Model("anthropic.claude-opus-5-5", "claude", 900, 22),
        "sonnet": Model("anthropic.claude-sonnet-5-5", "claude", 600, 14),
        "sonnet-4.6": Model("anthropic.claude-sonnet-4-6", "claude", 650, 15),
        "haiku": Model("anthropic.claude-haiku-4-5-20251001-v1:0", "claude", 320, 7),
        "haiku-5.5": Model("anthropic.claude-haiku-5-5", "claude", 260, 6),
        "opus-4.1": Model("anthropic.claude-opus-4-1-20250805-v1:0", "claude", 1100, 30),
        "haiku-3": Model("anthropic.claude-3-haiku-20240307-v1:0", "claude", 350, 9),
        "nova-pro": Model("amazon.nova-pro-v1:0", "nova", 380, 9),
        "nova-lite": Model("amazon.nova-lite-v1:0", "nova", 240, 5),
        "nova-micro": Model("amazon.nova-micro-v1:0", "nova", 180, 4),
        "llama": Model("meta.llama3-3-70b-instruct-v1:0", "llama", 420, 12),
        "mistral": Model("mistral.mistral-large-2407-v1:0", "mistral", 460, 13),
        "gpt": Model("openai.gpt-oss-120b-1:0", "gpt", 380, 8),
        "titan-embedding": Model("amazon.titan-embed-text-v2:0", "titan_embedding", 60, 0),
        "cohere-embedding": Model("cohere.embed-multilingual-v3", "cohere_embedding", 90, 0),
        "rerank": Model("cohere.rerank-v3-5:0", "rerank", 110, 0),
        "image": Model("stability.stable-image-core-v1:1", "image", 5200, 0),
        "marengo": Model("twelvelabs.marengo-embed-3-0-v1:0", "async", 900, 0),
    }
)
"""By the short names that workloads use."""
