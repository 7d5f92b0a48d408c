"""What becomes of a document that is no row."""

from __future__ import annotations

from typing import Literal

from msgspec import DecodeError, Struct, ValidationError

RecordKind = Literal["invocation", "api_event", "metric"]

Kind = Literal["invocation", "api_event", "metric", "other"]
"""What a document is counted as; `other` is no record."""

IgnoredReason = Literal[
    "control_message",
    "permission_check",
    "body_or_media",
    "digest",
    "other_service",
    "empty_container",
]
"""Why no table keeps a sound document; the list is closed."""

BadReason = Literal[
    "not_json",
    "not_utf8",
    "truncated",
    "truncated_gzip",
    "damaged_gzip",
    "not_gzip",
    "nested_too_deeply",
    "too_large",
    "not_an_object",
    "unrecognised",
    "no_time",
    "bad_time",
    "no_account",
    "bad_type",
]
"""Why a document could not become a row; the list is closed."""


class Ignored(Struct, frozen=True):
    """A sound document that no table keeps."""

    reason: IgnoredReason


class Bad(Struct, frozen=True):
    """A document that could not become a row. `detail` says where in it, and what; never its text.

    `unknown` names the fields that Craton does not know, and those that could not be read.
    """

    kind: RecordKind | None
    reason: BadReason
    detail: str | None = None
    unknown: tuple[str, ...] = ()


def undecodable(error: DecodeError | UnicodeDecodeError | RecursionError) -> BadReason:
    """The name of what a decoder raised over a document that it could not read as any JSON value."""
    if isinstance(error, RecursionError):
        return "nested_too_deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not_utf8"
    return "bad_type" if isinstance(error, ValidationError) else "not_json"
