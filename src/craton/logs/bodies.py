"""What the manifest allows to be kept of bodies: their text, and a keyed hash of a prompt's beginning."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING_KEPT: tuple[None, None, None] = (None, None, None)
"""The values of `prefix_hash`, `input_text` and `output_text` where nothing may be kept: a row's last."""

_HASH_CHARACTERS = 32


class Keep(Struct, frozen=True):
    """What may be kept.

    `prefix_key` is the key of the hash, or None where no hash may be kept; `prefix_characters` is how much of
    a prompt's beginning it covers.
    """

    input_text: bool = False
    output_text: bool = False
    prefix_key: bytes | None = None
    prefix_characters: int = 1024


class _Asked(Struct):
    inputBodyJson: Raw | UnsetType = UNSET


class _Answered(Struct):
    outputBodyJson: Raw | UnsetType = UNSET


class _Bodies(Struct):
    input: _Asked | None = None
    output: _Answered | None = None


_bodies = msgspec.json.Decoder(_Bodies).decode
_generic = msgspec.json.Decoder().decode


def kept_of(record: bytes, keep: Keep) -> tuple[str | None, str | None, str | None]:
    """`prefix_hash`, `input_text` and `output_text` of one record, as far as they may be kept."""
    try:
        bodies = _bodies(record)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return NOTHING_KEPT
    asked = bodies.input.inputBodyJson if bodies.input is not None else UNSET
    answered = bodies.output.outputBodyJson if bodies.output is not None else UNSET
    return (
        _prefix_hash(asked, keep) if keep.prefix_key is not None and asked is not UNSET else None,
        _text(asked) if keep.input_text else None,
        _text(answered) if keep.output_text else None,
    )


def _text(body: Raw | UnsetType) -> str | None:
    return None if body is UNSET else bytes(body).decode("utf-8", "replace")


def _prefix_hash(body: Raw | UnsetType, keep: Keep) -> str | None:
    """The keyed hash of the first characters of what the model was asked; None where that holds no text."""
    try:
        value = _generic(bytes(body))  # type: ignore[arg-type]
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    beginning = ""
    for part in _prompt_texts(value):
        beginning += part
        if len(beginning) >= keep.prefix_characters:
            break
    if not beginning or keep.prefix_key is None:
        return None
    beginning = beginning[: keep.prefix_characters]
    digest = hmac.digest(keep.prefix_key, beginning.encode("utf-8", "replace"), "sha256")
    return digest.hex()[:_HASH_CHARACTERS]


def _prompt_texts(body: Any) -> Iterator[str]:
    """The texts that a model reads, in its order: system, then messages; or the plain prompt."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        for name in ("system", "messages", "prompt", "inputText", "texts"):
            yield from _texts(body.get(name))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from _texts(value.get("text"))
        yield from _texts(value.get("content"))
