"""Sets of many bits as whole numbers that an engine holds: words of 62 bits, the sign left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD: Final = 62
_FULL: Final = (1 << WORD) - 1


def count_of(bits: int) -> int:
    """How many words hold so many bits; at least one."""
    return max(1, -(-bits // WORD))


def split(value: int, words: int) -> tuple[int, ...]:
    """A number as its words, the lowest first; of a negative number, the bits that are in reach."""
    return tuple(value >> WORD * place & _FULL for place in range(words))


def joined(words: Sequence[int]) -> int:
    """The number that the words are."""
    return sum(word << WORD * place for place, word in enumerate(words))


def word_sql(tests: Sequence[str], word: int) -> str:
    """One word of SQL: a bit for each of the tests that is true; tests that are NULL have none."""
    first = word * WORD
    bits = [
        f"CASE WHEN {test} THEN {1 << place} ELSE 0 END"
        for place, test in enumerate(tests[first : first + WORD])
    ]
    return f"CAST({' + '.join(bits) or 0} AS BIGINT)"
