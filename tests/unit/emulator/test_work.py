from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from craton.emulator import work
from craton.emulator.work import Work

if TYPE_CHECKING:
    import pytest


def test_pieces_that_wait_for_each_other_all_go_on() -> None:
    made, together = Work(), threading.Barrier(20, timeout=30)
    for number in range(20):
        made.start(f"piece {number}", together.wait)
    assert made.wait(30)
    assert made.failures == []


def test_a_piece_after_another_needs_no_new_thread() -> None:
    made, threads = Work(), set()
    for _ in range(5):
        made.start("piece", lambda: threads.add(threading.get_ident()))
        assert made.wait(30)
    assert len(threads) == 1


def test_a_thread_that_waited_long_enough_ends_and_later_pieces_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, "_SPARE_SECONDS", 0.0)
    made, told = Work(), []
    for number in range(50):
        made.start("piece", lambda number=number: told.append(number))  # type: ignore[misc]
    assert made.wait(30)
    assert sorted(told) == list(range(50))


def test_a_bug_is_kept_and_does_not_stop_what_comes_after_it() -> None:
    made, done = Work(), threading.Event()
    made.start("broken", lambda: 1 / 0)
    assert made.wait(30)
    made.start("sound", done.set)
    assert made.wait(30)
    assert done.is_set()
    (failure,) = made.failures
    assert "ZeroDivisionError" in failure
