"""What a model is asked, whichever API asks it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.emulator.runtime.assessment import Block

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHARACTERS_PER_TOKEN: Final = 4
"""The emulated models count one token for every four characters that a text begins. Real models differ."""

Place = Literal["system", "message"]


class Piece(Struct, frozen=True, kw_only=True):
    """A text of a prompt. `marked` says that the caller marked it for guardrails.

    `qualifiers` are those of a marked piece; a piece that is only a source or a query is not guarded.
    """

    text: str
    place: Place = "message"
    role: str = "user"
    marked: bool = False
    qualifiers: tuple[str, ...] = ()


class Prompt(Struct, frozen=True, kw_only=True):
    """The texts of a call in their order, and how many tokens the answer may have; None where not told."""

    pieces: tuple[Piece, ...]
    most_tokens: int | None = None
    stops: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return sum(tokens_of(piece.text) for piece in self.pieces)

    @property
    def question(self) -> str:
        """The last thing that the user said."""
        said = [piece.text for piece in self.pieces if piece.place == "message" and piece.role == "user"]
        return said[-1] if said else ""

    def blocks(self, *, system: bool = False, everything: bool = False) -> tuple[Block, ...]:
        """What a guardrail is to see.

        Of the messages, that is what is marked, or all of it where nothing is or `everything` is wanted; of
        the system prompt what is marked, or all of it where `system` says so.

        Source: "Include a guardrail with the Converse API", docs.aws.amazon.com/bedrock/latest/userguide/
        guardrails-use-converse-api.html, retrieved 2026-11-26.
        """
        selective = any(piece.marked and piece.place == "message" for piece in self.pieces) and not everything
        return tuple(Block(piece.text, _guarded(piece, system, selective)) for piece in self.pieces)

    def with_texts(self, texts: Sequence[str]) -> Prompt:
        """The same with other texts in the places of its own."""
        pieces = tuple(
            Piece(
                text=text,
                place=piece.place,
                role=piece.role,
                marked=piece.marked,
                qualifiers=piece.qualifiers,
            )
            for piece, text in zip(self.pieces, texts, strict=True)
        )
        return Prompt(pieces=pieces, most_tokens=self.most_tokens, stops=self.stops)


def _guarded(piece: Piece, system: bool, selective: bool) -> bool:
    if piece.marked and piece.qualifiers and "guard_content" not in piece.qualifiers:
        return False
    if piece.place == "system":
        return system or piece.marked
    return piece.marked if selective else True


def tokens_of(text: str) -> int:
    """How many tokens a text has, by the rule of the emulated models."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def pieces_of(texts: Iterable[str], role: str = "user") -> tuple[Piece, ...]:
    """Unmarked pieces of what somebody said."""
    return tuple(Piece(text=text, role=role) for text in texts)
