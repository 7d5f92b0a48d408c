from __future__ import annotations

import pytest

from craton.replay.summary import Share, Tally
from craton.views.replay_bars import HEIGHT, WIDTH, bars


def day(name: str, **counts: int) -> Share:
    return Share(name=name, account=None, tally=Tally(**counts))


def test_days_without_a_difference_draw_nothing() -> None:
    assert bars([]) is None
    assert bars([day("2026-11-01", unchanged=5)]) is None


def test_the_highest_day_takes_the_whole_height_and_all_stay_within() -> None:
    found = bars(
        [day("2026-11-01", newly_denied=3, unknown=1), day("2026-11-02", newly_allowed=2, unchanged=9)]
    )
    assert found is not None
    assert found.highest == 4
    first = [bar for bar in found.bars if bar.day == "2026-11-01"]
    assert sum(bar.height for bar in first) == pytest.approx(HEIGHT)
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in found.bars)
    assert all(bar.y >= -0.001 and bar.y + bar.height <= HEIGHT + 0.001 for bar in found.bars)
    assert [(bar.outcome, bar.calls) for bar in found.bars] == [
        ("newly_denied", 3),
        ("unknown", 1),
        ("newly_allowed", 2),
    ]


def test_parts_of_a_day_stand_upon_each_other() -> None:
    found = bars([day("2026-11-01", newly_denied=3, newly_allowed=2, unknown=1)])
    assert found is not None
    for below, above in zip(found.bars, found.bars[1:], strict=False):
        assert above.y + above.height == pytest.approx(below.y)
