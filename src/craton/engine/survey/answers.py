"""The answers of a survey, found by what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.cloud_call import Observation


class Answers:
    """Observations by service and operation, each sort in the order of its reads."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self.all = tuple(observations)
        self._held: dict[tuple[str, str], list[Observation]] = {}
        self._about: dict[tuple[str, str, str, str], Observation] = {}
        for one in self.all:
            read = one.read
            self._held.setdefault((read.service, read.operation), []).append(one)
            for name, value in read.parameters.items():
                if one.status == "answered" and isinstance(value, str):
                    self._about[read.service, read.operation, name, value] = one

    def of(self, service: str, operation: str) -> tuple[Observation, ...]:
        """Everything that was asked by that operation."""
        return tuple(self._held.get((service, operation), ()))

    def answered(self, service: str, operation: str) -> Iterator[Observation]:
        """What was answered of it."""
        return (one for one in self.of(service, operation) if one.status == "answered")

    def only(self, service: str, operation: str) -> Mapping[str, Any] | None:
        """The answer to what is asked but once; None where there is none."""
        return next((one.answer for one in self.answered(service, operation)), None)

    def about(self, service: str, operation: str, parameter: str, value: str) -> Mapping[str, Any] | None:
        """The answer to the question with that parameter; None where there is none."""
        found = self._about.get((service, operation, parameter, value))
        return None if found is None else found.answer

    def at(self, service: str, operation: str) -> dict[tuple[str, str], Observation]:
        """What came of it in each account and Region, for what is asked once in each."""
        return {(one.read.account, one.read.region): one for one in self.of(service, operation)}
