from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from craton.core.cloud_call import Observation, Read
from craton.core.errors import UserError
from craton.lake.observation_journal import Collection, Journal, Journals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = dt.datetime(2026, 10, 1, 12, 0)  # noqa: DTZ001 - times of the lake are naive UTC


def observation(number: int, answer: object = None) -> Observation:
    read = Read(account="1", region="r", service="s", operation="O", parameters={"n": number})
    return Observation(read=read, at=NOW, status="answered", answer=answer or {"n": number})


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journals(tmp_path).begin(Collection.beginning(NOW, "scope"))) as made:
        yield made


def test_what_was_added_is_found_by_its_read_and_in_order(journal: Journal) -> None:
    for number in (3, 1, 2):
        journal.add(observation(number))
    assert journal.observation(observation(1).read) == observation(1)
    assert journal.observation(observation(9).read) is None
    assert list(journal.observations()) == [observation(number) for number in (1, 2, 3)]


def test_the_newest_answer_of_a_read_counts(journal: Journal) -> None:
    journal.add(observation(1, {"old": 1}))
    journal.add(observation(1, {"new": 1}))
    assert [one.answer for one in journal.observations()] == [{"new": 1}]


def test_long_answers_are_whole(journal: Journal) -> None:
    long = observation(1, {"text": "x" * 300_000})
    journal.add(long)
    journal.add(observation(2))
    assert journal.observation(long.read) == long


def test_only_one_process_writes_it(tmp_path: Path, journal: Journal) -> None:
    assert list(Journals(tmp_path).stopped()) == []
    (path,) = (tmp_path / "collecting").glob("*.jsonl")
    with pytest.raises(UserError, match="is under way"):
        Journal(path, journal.collection)


@pytest.mark.parametrize("lost", [1, 20])
def test_what_a_kill_left_half_written_is_as_if_not_asked(
    tmp_path: Path, journal: Journal, lost: int
) -> None:
    journal.add(observation(1))
    journal.add(observation(2))
    journal.close()
    (path,) = (tmp_path / "collecting").glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-lost])
    (again,) = Journals(tmp_path).stopped()
    with closing(again):
        assert again.collection == journal.collection
        assert list(again.observations()) == [observation(1)]
        again.add(observation(3))
    (last,) = Journals(tmp_path).stopped()
    with closing(last):
        assert list(last.observations()) == [observation(1), observation(3)]


def test_later_collections_have_greater_names() -> None:
    later = Collection.beginning(NOW + dt.timedelta(seconds=1), "scope")
    assert Collection.beginning(NOW, "scope").name < later.name
