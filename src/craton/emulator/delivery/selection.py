"""Filters such as `LogGroupName LIKE '/aws/%' AND LogGroupName NOT IN ('a', 'b')`; `*` takes everything.

Source: "LogGroupConfiguration", docs.aws.amazon.com/OAM/latest/APIReference/API_LogGroupConfiguration.html,
and "CentralizationRuleSource", docs.aws.amazon.com/cloudwatch/latest/observabilityadmin/
API_CentralizationRuleSource.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from craton.emulator.errors import NotEmulatedError, ServiceError

Taken: TypeAlias = Callable[[Mapping[str, str]], bool]

EVERYTHING: Final = "*"
_TOKEN: Final = re.compile(r"\s*(?:'([^']*)'|(!=|=|\(|\)|,)|([A-Za-z]+))")
_WORDS: Final = ("AND", "OR", "NOT", "IN", "LIKE")


@functools.lru_cache(maxsize=256)
def selection(text: str, operands: tuple[str, ...]) -> Taken:
    """What tells whether something is taken, from its values by operand.

    Raises: ServiceError for what is no filter; NotEmulatedError for operands that are none of `operands`.
    """
    if text.strip() == EVERYTHING:
        return lambda _: True
    reader = _Reader(text, operands)
    found = reader.alternatives()
    reader.end()
    return found


class _Reader:
    """Reads a filter from its beginning to its end."""

    def __init__(self, text: str, operands: tuple[str, ...]) -> None:
        self._text = text
        self._operands = operands
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._wrong()
            quoted, sign, word = found.groups()
            if quoted is not None:
                self._tokens.append(("text", quoted))
            else:
                is_word = word is not None and word.upper() in _WORDS
                self._tokens.append(
                    ("sign", word.upper() if is_word else sign) if not word or is_word else ("name", word)
                )
            at = found.end()

    def _wrong(self) -> ServiceError:
        return ServiceError("ValidationException", f"Invalid filter: {self._text}")

    def _next(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            raise self._wrong()
        return self._tokens.pop(0)[1]

    def _takes(self, sign: str) -> bool:
        """Whether the next token is that sign, which is passed then."""
        if self._tokens and self._tokens[0] == ("sign", sign):
            self._tokens.pop(0)
            return True
        return False

    def end(self) -> None:
        """Raises: ServiceError where something is left."""
        if self._tokens:
            raise self._wrong()

    def alternatives(self) -> Taken:
        """Parts with OR between them."""
        parts = [self._conjunction()]
        while self._takes("OR"):
            parts.append(self._conjunction())
        return lambda values: any(one(values) for one in parts)

    def _conjunction(self) -> Taken:
        parts = [self._comparison()]
        while self._takes("AND"):
            parts.append(self._comparison())
        return lambda values: all(one(values) for one in parts)

    def _comparison(self) -> Taken:
        if self._takes("("):
            inner = self.alternatives()
            if not self._takes(")"):
                raise self._wrong()
            return inner
        name = self._next("name")
        if name not in self._operands:
            raise NotEmulatedError(f"the operand {name} of a filter")
        is_not = self._takes("NOT")
        test = self._test(is_not)
        return lambda values: test(values.get(name, "")) is not is_not

    def _test(self, is_not: bool) -> Callable[[str], bool]:
        if self._takes("LIKE"):
            pattern = re.compile(".*".join(map(re.escape, self._next("text").split("%"))), re.DOTALL)
            return lambda value: pattern.fullmatch(value) is not None
        if self._takes("IN"):
            wanted = frozenset(self._list())
            return lambda value: value in wanted
        if not is_not and self._takes("="):
            told = self._next("text")
            return lambda value: value == told
        if not is_not and self._takes("!="):
            told = self._next("text")
            return lambda value: value != told
        raise self._wrong()

    def _list(self) -> list[str]:
        if not self._takes("("):
            raise self._wrong()
        found = [self._next("text")]
        while self._takes(","):
            found.append(self._next("text"))
        if not self._takes(")"):
            raise self._wrong()
        return found
