from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from craton.aws.spreading import spread

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_every_task_is_done_once() -> None:
    done = list(spread(range(500), lane=lambda one: one % 7, run=lambda one: one * 2, threads=8))
    assert sorted(done) == [one * 2 for one in range(500)]


def test_no_lane_takes_more_than_its_share_and_others_go_on() -> None:
    stuck = threading.Event()
    at_once = 0
    most = 0
    lock = threading.Lock()

    def run(lane: str) -> str:
        nonlocal at_once, most
        if lane == "slow":
            with lock:
                at_once += 1
                most = max(most, at_once)
            stuck.wait(60)
            with lock:
                at_once -= 1
        return lane

    results = spread(["slow"] * 20 + ["fast"] * 50, lane=str, run=run, threads=8)
    assert [next(results) for _ in range(50)] == ["fast"] * 50
    stuck.set()
    assert list(results) == ["slow"] * 20
    assert most == 4


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield number

    results = spread(tasks(), lane=lambda one: one % 3, run=lambda one: one, threads=4)
    for _ in range(10):
        next(results)
    assert taken < 2000
    results.close()


def test_what_a_task_raises_is_raised_where_results_are_read() -> None:
    def run(one: int) -> int:
        return 1 // one

    with pytest.raises(ZeroDivisionError):
        list(spread([1, 0, 2], lane=lambda _: 0, run=run, threads=2))
