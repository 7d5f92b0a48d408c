"""Ids of what is made, as AWS's look; the same thing made in the same order gets the same id."""

from __future__ import annotations

import hashlib
from typing import Final

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


def letters(seed: str, count: int) -> str:
    """So many small letters and digits that follow from a seed."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    found = []
    for _ in range(count):
        number, rest = divmod(number, len(_ALPHABET))
        found.append(_ALPHABET[rest])
    return "".join(found)


def fraction(seed: str) -> float:
    """A number from 0 up to 1 that follows from a seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64
