"""JSON in one form only: the same value gives the same bytes, on every run and machine.

Keys are sorted, nothing is indented or escaped without need, times are ISO 8601, decimals are texts and keep
their digits.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

_ENCODER: Final = msgspec.json.Encoder(order="sorted", decimal_format="string")


def encode(value: Any) -> bytes:
    """The value on one line.

    Raises: TypeError where it holds what JSON cannot.
    """
    return _ENCODER.encode(value)


def indented(value: Any) -> bytes:
    """The value for people and for diffs: one key or item a line, two spaces deep, a final line break."""
    return msgspec.json.format(encode(value), indent=2) + b"\n"
