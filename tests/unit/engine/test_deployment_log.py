"""Records for pages are kept where they can be, and stop nothing where they cannot."""

from __future__ import annotations

import datetime as dt
import resource
import signal
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.unit.engine.test_policy_effects import DEPLOYMENT, change, plan_of

from craton.core.deployment_record import Snapshot
from craton.core.errors import CloudError
from craton.engine.applying import Applied, Outcome, Telling
from craton.engine.deployment_log import ApplyLog, DeploymentLog, Records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = dt.datetime(2026, 11, 21)  # noqa: DTZ001 - times are naive UTC throughout
PLAN = plan_of(change("policy/One", "create"))
NOTHING = msgspec.structs.replace(PLAN, changes=())


class Disk:
    """One that takes files of no more than some bytes."""

    def __init__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def takes(self, most: int | None) -> None:
        soft = self._before[0] if most is None else most
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, self._before[1]))


@pytest.fixture
def disk() -> Iterator[Disk]:
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    found = Disk()
    yield found
    found.takes(None)
    signal.signal(signal.SIGXFSZ, ignored)


def followed(lake: Path | None, told: list[str]) -> ApplyLog:
    return ApplyLog(Records(lake, told.append), PLAN, by="ana", why="because", now=lambda: NOW)


def end(apply: ApplyLog) -> None:
    (one,) = PLAN.changes
    outcome = Outcome(change=one, result="done", detail="")
    apply.told(Telling(number=1, count=1, change=one, outcome=outcome))
    snapshot = Snapshot(
        number=1, at=NOW, by="ana", why="because", plan=PLAN.digest, is_whole=True, deployment=DEPLOYMENT
    )
    apply.ended(Applied(outcomes=(outcome,), snapshot=snapshot, remaining=NOTHING))


def test_an_apply_goes_on_where_its_records_cannot_be_kept_and_says_so_once(
    tmp_path: Path, disk: Disk
) -> None:
    told: list[str] = []
    disk.takes(10)
    end(followed(tmp_path / "lake", told))
    disk.takes(None)
    assert told == [
        f"no record of this can be kept in `{tmp_path / 'lake'}`: file too large; all else goes on"
    ]
    assert list(DeploymentLog(tmp_path / "lake").applies()) == []


def test_records_are_whole_where_there_is_room_again_before_the_end(tmp_path: Path, disk: Disk) -> None:
    told: list[str] = []
    disk.takes(10)
    apply = followed(tmp_path / "lake", told)
    disk.takes(None)
    end(apply)
    log = DeploymentLog(tmp_path / "lake")
    (run,) = log.applies()
    assert len(told) == 1
    assert (run.is_whole, run.number, [one.address for one in run.outcomes]) == (True, 1, ["policy/One"])
    assert {one.purpose for one in log.plans()} == {"plan", "after"}


def test_no_record_is_kept_in_what_is_no_lake_or_of_a_hub_that_is_away(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "mine").touch()
    Records(tmp_path, told.append).keep(lambda log: log.tell(()))

    def away(_: DeploymentLog) -> None:
        raise CloudError("throttled")

    Records(tmp_path, told.append).keep(away)
    end(followed(None, told))
    assert [one.partition("`: ")[2] for one in told] == [
        f"`{tmp_path}` is no lake, and not empty; all else goes on",
        "throttled; all else goes on",
    ]
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]
