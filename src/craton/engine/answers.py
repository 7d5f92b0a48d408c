"""Answers that were found before, kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_MOST_ANSWERS: Final = 1024
_MOST_WEIGHT: Final = 400_000

A = TypeVar("A")


class Answers(Generic[A]):
    """The latest answers by question. Safe to use from several threads, which wait where one finds already.

    `weight` says how much room an answer takes, such as its number of rows.
    """

    def __init__(
        self, weight: Callable[[A], int], *, most: int = _MOST_ANSWERS, most_weight: int = _MOST_WEIGHT
    ) -> None:
        self._weight = weight
        self._most = most
        self._most_weight = most_weight
        self._kept: OrderedDict[Hashable, A] = OrderedDict()
        self._heavy = 0
        self._lock = threading.Lock()
        self._asking: dict[Hashable, threading.Lock] = {}

    def of(self, question: Hashable, find: Callable[[], A]) -> A:
        """The answer: the one that is kept, or what `find` gives. An error is not kept."""
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
                return self._kept[question]
            asking = self._asking.setdefault(question, threading.Lock())
        with asking:
            with self._lock:
                if question in self._kept:
                    return self._kept[question]
            try:
                answer = find()
                self._keep(question, answer)
            finally:
                with self._lock:
                    self._asking.pop(question, None)
        return answer

    def _keep(self, question: Hashable, answer: A) -> None:
        with self._lock:
            self._kept[question] = answer
            self._heavy += 1 + self._weight(answer)
            while len(self._kept) > self._most or (self._heavy > self._most_weight and len(self._kept) > 1):
                _, oldest = self._kept.popitem(last=False)
                self._heavy -= 1 + self._weight(oldest)

    def __len__(self) -> int:
        return len(self._kept)
