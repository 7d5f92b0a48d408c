from __future__ import annotations

import threading

from craton.emulator.stack_sets.pace import MOST_THREADS, Pace
from craton.emulator.stack_sets.stack_set import Preferences


def strict(accounts: int = 10, **more: int) -> Pace:
    return Pace(Preferences(**more), accounts)  # type: ignore[arg-type]


def test_one_account_at_a_time_is_worked_on_and_the_first_failure_is_the_last() -> None:
    pace = strict()
    assert pace.threads == 1
    assert pace.begin()
    pace.end(failed=True)
    assert pace.is_over
    assert not pace.begin()


def test_percentages_are_rounded_down_but_one_account_always_goes() -> None:
    assert strict(3, tolerated_percentage=66, concurrent_percentage=100).threads == 2
    assert strict(3, tolerated_percentage=34, concurrent_percentage=10).threads == 1
    pace = strict(3, tolerated_percentage=33)
    pace.begin()
    pace.end(failed=True)
    assert pace.is_over


def test_a_strict_tolerance_leaves_room_for_one_more_failure_at_the_most() -> None:
    pace = strict(tolerated_count=2, concurrent_count=5)
    assert pace.threads == 3
    for _ in range(3):
        assert pace.begin()
    pace.end(failed=True)
    waiting = threading.Thread(target=pace.begin)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive(), "two are worked on, and one failed: no third may begin"
    pace.end(failed=False)
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_soft_tolerance_leaves_all_room_until_it_is_exceeded() -> None:
    pace = Pace(Preferences(tolerated_count=1, concurrent_count=5, is_soft=True), 10)
    assert pace.threads == 5
    for _ in range(5):
        assert pace.begin()
    pace.end(failed=True)
    assert pace.begin()
    pace.end(failed=True)
    assert not pace.begin()


def test_no_more_accounts_go_at_once_than_the_machine_bears() -> None:
    preferences = Preferences(concurrent_count=100, tolerated_count=100)
    assert Pace(preferences, 200).threads == MOST_THREADS
