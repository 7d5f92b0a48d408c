"""JSON that others may have damaged, read as a value of a type."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def decoded(data: bytes | str, kind: type[T]) -> T:
    """The value. Raises: msgspec.DecodeError, whatever else the bytes may be."""
    try:
        return msgspec.json.decode(data, type=kind)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(f"text is no UTF-8: byte {error.object[error.start]:#04x}") from error
    except RecursionError as error:
        raise msgspec.DecodeError("values stand too deep within each other") from error
