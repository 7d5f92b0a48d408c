from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.cloud_call import Observation, Read, Status
from craton.planner.seen import NotAskedError, NotKnownError, Seen, worked_out

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = dt.datetime(2026, 11, 1)  # noqa: DTZ001 - times are naive UTC throughout


def read(operation: str, **parameters: Any) -> Read:
    return Read(
        account="111111111111",
        region="us-east-1",
        service="organizations",
        operation=operation,
        parameters=parameters,
    )


def observed(asked: Read, answer: Any = None, status: Status = "answered", error: str = "") -> Observation:
    return Observation(read=asked, at=NOW, status=status, answer=answer, error=error or None)


def test_the_order_of_parameters_makes_no_other_question() -> None:
    assert read("A", x=1, y=2).key == read("A", y=2, x=1).key != read("A", x=1, y=3).key


def test_what_is_absent_is_none_and_what_failed_is_not_known() -> None:
    seen = Seen([observed(read("A"), status="absent"), observed(read("B"), status="denied", error="No")])
    assert seen.told(read("A")) is None
    with pytest.raises(NotKnownError, match="`organizations:B` in 111111111111 us-east-1: No"):
        seen.told(read("B"))
    with pytest.raises(NotAskedError):
        seen.told(read("C"))


def test_questions_are_asked_in_rounds_each_once_and_independent_ones_together() -> None:
    rounds: list[list[str]] = []

    def ask(reads: list[Read]) -> Iterable[Observation]:
        rounds.append(sorted(one.operation for one in reads))
        return [observed(one, one.operation.lower()) for one in reads]

    seen = Seen()

    def first() -> str:
        return f"{seen.told(read('Root'))}+{seen.told(read('Units'))}"

    def second() -> list[Any]:
        return seen.told_each([read("Root"), read("Policies")])

    assert worked_out([first, second], seen, ask) == ["root+units", ["root", "policies"]]
    assert rounds == [["Policies", "Root"], ["Units"]]
