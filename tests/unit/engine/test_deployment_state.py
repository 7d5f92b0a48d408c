from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from craton.core.deployment import Deployment
from craton.core.deployment_record import JournalEntry, Snapshot
from craton.core.errors import DataError, UserError
from craton.engine.deployment_state import LEASE_TIME, DeploymentState
from craton.engine.local_state import LocalState
from craton.engine.planning import before_the_newest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = dt.datetime(2026, 11, 1, 12)  # noqa: DTZ001 - times are naive UTC throughout


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path, clock: Clock) -> DeploymentState:
    return DeploymentState(LocalState(tmp_path / "here"), clock)


@pytest.fixture
def another(tmp_path: Path, clock: Clock) -> DeploymentState:
    """The same place, as another process sees it."""
    return DeploymentState(LocalState(tmp_path / "here"), clock)


def snapshot(number: int, *regions: str) -> Snapshot:
    return Snapshot(
        number=number,
        at=NOW,
        by="arn:aws:iam::111111111111:user/ana",
        why="because",
        plan=f"{number}" * 64,
        is_whole=True,
        deployment=Deployment(
            organization="o-1",
            management_account="111111111111",
            hub_account="222222222222",
            regions=regions,
            steps=(),
            files={},
        ),
    )


def test_the_newest_snapshot_is_what_stands_and_the_others_are_kept(state: DeploymentState) -> None:
    assert state.snapshot() is None
    first, second = snapshot(1, "us-east-1"), snapshot(2, "us-west-2")
    state.save(first)
    state.save(second)
    assert state.snapshot() == second
    assert list(state.snapshots()) == [first, second]


def test_an_undo_goes_back_to_the_newest_that_was_another(state: DeploymentState) -> None:
    with pytest.raises(UserError, match="no earlier deployment"):
        before_the_newest(state)
    for number, region in enumerate(["us-east-1", "us-west-2", "us-west-2"], start=1):
        state.save(snapshot(number, region))
    assert before_the_newest(state).regions == ("us-east-1",)


def test_one_applies_at_a_time_and_the_other_is_told_who_does(
    state: DeploymentState, another: DeploymentState
) -> None:
    state.take("ana's run", "ana", "a" * 64)
    with pytest.raises(UserError, match="`ana` is applying plan aaaaaaaaaaaa") as told:
        another.take("bob's run", "bob", "b" * 64)
    assert told.value.hint == "wait for its end, or until 12:02:00 UTC should it have died"
    state.give_up()
    another.take("bob's run", "bob", "b" * 64)


def test_the_lease_of_one_that_died_runs_out_and_who_comes_back_late_has_lost_it(
    state: DeploymentState, another: DeploymentState, clock: Clock
) -> None:
    state.take("ana's run", "ana", "a" * 64)
    clock.now += LEASE_TIME
    state.renew("ana's run", "ana", "a" * 64)
    clock.now += LEASE_TIME + dt.timedelta(seconds=1)
    another.take("bob's run", "bob", "b" * 64)
    with pytest.raises(UserError, match="the lease was lost"):
        state.renew("ana's run", "ana", "a" * 64)
    state.give_up()
    with pytest.raises(UserError, match="`bob` is applying"):
        state.take("ana's run", "ana", "a" * 64)


def test_who_is_known_to_be_dead_stands_in_nobodys_way(
    state: DeploymentState, another: DeploymentState
) -> None:
    state.take("one run", "ana", "a" * 64)
    with pytest.raises(UserError, match="`ana` is applying"):
        another.take("another run", "ana", "a" * 64)
    another.take("another run", "ana", "a" * 64, dead=["one run"])
    with pytest.raises(UserError, match="the lease was lost"):
        state.renew("one run", "ana", "a" * 64)


def test_the_journal_of_a_plan_is_in_order_whoever_writes_it(
    state: DeploymentState, another: DeploymentState
) -> None:
    entries = [JournalEntry(at=NOW, address=f"policy/{one}", event="begun") for one in range(12)]
    for number, entry in enumerate(entries):
        (another if number % 3 else state).note("a" * 64, entry)
    assert list(state.journal("a" * 64)) == entries
    assert list(state.journal("b" * 64)) == []


def test_what_was_kept_elsewhere_moves_as_a_whole(
    state: DeploymentState, clock: Clock, tmp_path: Path
) -> None:
    state.take("ana's run", "ana", "a" * 64)
    state.save(snapshot(1, "us-east-1"))
    state.note("a" * 64, JournalEntry(at=NOW, address="policy/One", event="done"))
    hub = DeploymentState(LocalState(tmp_path / "hub"), clock)
    hub.move_from(state)
    assert hub.snapshot() == snapshot(1, "us-east-1")
    assert [one.address for one in hub.journal("a" * 64)] == ["policy/One"]
    assert state.snapshot() is None
    assert state.is_empty()
    hub.take("bob's run", "bob", "b" * 64)


def test_a_move_that_was_cut_off_goes_on_and_nothing_is_written_over(
    state: DeploymentState, clock: Clock, tmp_path: Path
) -> None:
    state.save(snapshot(1, "us-east-1"))
    hub = DeploymentState(LocalState(tmp_path / "hub"), clock)
    (tmp_path / "hub" / "snapshots").mkdir(parents=True)
    moved = (tmp_path / "here" / "snapshots" / "000001.json").read_bytes()
    (tmp_path / "hub" / "snapshots" / "000001.json").write_bytes(moved)
    hub.move_from(state)
    assert hub.snapshot() == snapshot(1, "us-east-1")
    state.save(snapshot(1, "us-west-2"))
    with pytest.raises(UserError, match=r"`snapshots/000001\.json` says one thing in"):
        hub.move_from(state)
    assert hub.snapshot() == snapshot(1, "us-east-1")
    assert state.snapshot() == snapshot(1, "us-west-2")


def test_an_apply_that_has_but_begun_is_known_and_has_no_place_among_those_that_ended(
    state: DeploymentState,
) -> None:
    state.save(snapshot(state.next_number(), "us-east-1"))
    state.begin(snapshot(state.next_number(), "us-west-2"))
    begun = state.snapshot()
    assert begun == snapshot(2, "us-west-2")
    assert not state.is_kept(begun)
    assert [one.number for one in state.snapshots()] == [1]
    assert before_the_newest(state).regions == ("us-east-1",)
    state.save(snapshot(state.next_number(), "us-west-2"))
    assert state.is_kept(begun)
    assert [one.number for one in state.snapshots()] == [1, 2]


READS: dict[str, Callable[[DeploymentState], object]] = {
    "snapshot.json": lambda state: state.snapshot(),
    "snapshots/000001.json": lambda state: list(state.snapshots()),
    "lease.json": lambda state: state.take("ana's run", "ana", "a" * 64),
    "journals/aaaaaaaaaaaaaaaa/000000.json": lambda state: list(state.journal("a" * 64)),
}


@pytest.mark.parametrize("damaged", [b'{"trunc', b'{"why": "\xff"}', b'{"why": %s}' % (b"[" * 100_000)])
@pytest.mark.parametrize("key", list(READS))
def test_what_is_damaged_is_named_with_what_helps(
    state: DeploymentState, tmp_path: Path, key: str, damaged: bytes
) -> None:
    state.save(snapshot(1, "us-east-1"))
    state.take("ana's run", "ana", "a" * 64)
    state.note("a" * 64, JournalEntry(at=NOW, address="policy/One", event="done"))
    (tmp_path / "here" / key).write_bytes(damaged)
    with pytest.raises(DataError, match=f"`{key}` in .* is damaged") as told:
        READS[key](state)
    assert told.value.hint
