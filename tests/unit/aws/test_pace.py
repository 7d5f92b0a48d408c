from __future__ import annotations

import pytest

from craton.aws.pace import Pacing, lane_of

ATTACHING = lane_of("1", "us-east-1", "organizations", "AttachPolicy")


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_a_burst_is_let_through_and_the_rest_waits_for_its_turn() -> None:
    pacing = Pacing(Clock())
    pauses = [pacing.pause(ATTACHING, "AttachPolicy") for _ in range(5)]
    assert pauses == pytest.approx([0, 0, 0, 0.5, 1.0])


def test_time_that_passes_makes_room() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    for _ in range(3):
        pacing.pause(ATTACHING, "AttachPolicy")
    clock.time += 0.5
    assert pacing.pause(ATTACHING, "AttachPolicy") == pytest.approx(0)


def test_operations_that_share_a_rate_share_a_lane_and_accounts_do_not() -> None:
    assert lane_of("1", "us-east-1", "organizations", "DetachPolicy") == ATTACHING
    assert lane_of("2", "us-east-1", "organizations", "AttachPolicy") != ATTACHING
    assert lane_of("1", "us-east-1", "organizations", "ListRoots") != ATTACHING


def test_a_throttled_lane_goes_slower_and_recovers_call_by_call() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    pacing.throttled(ATTACHING)
    pacing.throttled(ATTACHING)
    pacing.throttled(ATTACHING)
    pauses = [pacing.pause(ATTACHING, "AttachPolicy") for _ in range(3)]
    interval = 0.5 / 0.7**3
    at_once = 3 * 0.7**3
    late = [number - (at_once - 1) for number in range(3)]
    assert pauses == pytest.approx([max(0, one * interval) for one in late])
    clock.time += 1000
    for _ in range(20):
        pacing.answered(ATTACHING)
    pauses = [pacing.pause(ATTACHING, "AttachPolicy") for _ in range(4)]
    assert pauses == pytest.approx([0, 0, 0, 0.5])


def test_the_pace_has_a_least() -> None:
    pacing = Pacing(Clock())
    for _ in range(50):
        pacing.throttled(ATTACHING)
    pacing.pause(ATTACHING, "AttachPolicy")
    assert pacing.pause(ATTACHING, "AttachPolicy") == pytest.approx(5.0)
