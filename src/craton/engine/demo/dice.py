"""Chance that falls the same way every time, on every machine."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_T = TypeVar("_T")

# Sixteen equally likely factors of a log-normal spread (sigma 0.7). A table, because what `exp` and `log`
# return differs between machines in the last bit.
_SPREAD: Final = (
    *(0.271, 0.397, 0.493, 0.581, 0.667, 0.755, 0.847, 0.947),
    *(1.056, 1.181, 1.325, 1.500, 1.722, 2.028, 2.516, 3.684),
)


class Weighted(Generic[_T]):
    """Choices, each as likely as its weight says."""

    def __init__(self, weights: Mapping[_T, float]) -> None:
        self.choices = tuple(weights)
        self.cumulative = tuple(accumulate(weights.values()))
        self.total = self.cumulative[-1]


class Dice:
    """Throws that depend on nothing but the parts of the seed."""

    def __init__(self, *seed: object) -> None:
        self._random = Random("/".join(map(str, seed)))  # noqa: S311 - a demonstration needs no secrets
        self._next = self._random.random

    def chance(self, share: float) -> bool:
        """True in that share of the throws."""
        return self._next() < share

    def below(self, limit: int) -> int:
        """A whole number from 0 up to but not `limit`."""
        return int(self._next() * limit)

    def between(self, low: float, high: float) -> float:
        """A number from `low` up to but not `high`."""
        return low + self._next() * (high - low)

    def near(self, median: float) -> int:
        """A whole number around `median`: usually near it, now and then much larger."""
        return int(median * _SPREAD[int(self._next() * 16)] * (0.9 + 0.2 * self._next()))

    def one_of(self, choices: Sequence[_T]) -> _T:
        """One of the choices, each as likely."""
        return choices[int(self._next() * len(choices))]

    def of(self, weighted: Weighted[_T]) -> _T:
        """One of the choices, as likely as its weight says."""
        return weighted.choices[bisect(weighted.cumulative, self._next() * weighted.total)]

    def rounded(self, expected: float) -> int:
        """A whole number beside `expected` that is `expected` on average."""
        return int(expected + self._next())

    def hexadecimal(self, length: int) -> str:
        """That many hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"

    def digits(self, length: int) -> str:
        """That many decimal digits."""
        return f"{self.below(10**length):0{length}d}"

    def letters(self, length: int) -> str:
        """That many capital letters and digits, as in the ids of IAM."""
        return "".join(_ALPHABET[int(self._next() * 32)] for _ in range(length))

    def uuid(self) -> str:
        """A random UUID of version 4."""
        h = f"{self._random.getrandbits(128):032x}"
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
