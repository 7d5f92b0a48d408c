from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.conftest import REPOSITORY

from craton.core.errors import UserError
from craton.engine import apply_lease
from craton.engine.apply_lease import ApplyLease, Run
from craton.engine.deployment_state import LEASE_TIME, DeploymentState
from craton.engine.local_state import LocalState

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "a" * 64


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@pytest.fixture
def state(tmp_path: Path) -> DeploymentState:
    return DeploymentState(LocalState(tmp_path / "state"), now)


def lease(state: DeploymentState, run: Run) -> ApplyLease:
    return ApplyLease(state, run, holder="ana", plan=PLAN)


def test_two_runs_of_one_caller_shut_each_other_out(state: DeploymentState, tmp_path: Path) -> None:
    with (
        Run(tmp_path / "here") as one,
        Run(tmp_path / "there") as other,
        lease(state, one),
        pytest.raises(UserError, match="`ana` is applying plan aaaaaaaaaaaa"),
        lease(state, other),
    ):
        pytest.fail("both have it")


def test_a_second_run_in_one_folder_does_not_begin(tmp_path: Path) -> None:
    with Run(tmp_path), pytest.raises(UserError, match="an apply goes on here already"):
        Run(tmp_path)
    with Run(tmp_path):
        pass


def test_where_a_run_was_killed_the_next_one_goes_on_at_once(state: DeploymentState, tmp_path: Path) -> None:
    killed = f"""
import os, signal
from pathlib import Path
from tests.unit.engine.test_apply_lease import DeploymentState, LocalState, Run, lease, now
state = DeploymentState(LocalState(Path({str(tmp_path / "state")!r})), now)
with Run(Path({str(tmp_path / "here")!r})) as run, lease(state, run):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run(
        [sys.executable, "-c", killed],
        check=False,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'src'}"},
    )
    assert ended.returncode == -9
    with (
        Run(tmp_path / "there") as stranger,
        pytest.raises(UserError, match="is applying"),
        lease(state, stranger),
    ):
        pytest.fail("nobody else knows that it died")
    with Run(tmp_path / "here") as next_one, lease(state, next_one) as held:
        held.renew()


def test_it_is_renewed_while_one_change_takes_long(
    state: DeploymentState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply_lease, "RENEWED_EVERY_S", 0.01)
    file = tmp_path / "state" / "lease.json"
    with Run(tmp_path / "here") as run, lease(state, run) as held:
        at_first = file.read_bytes()
        end = time.monotonic() + 10
        while file.read_bytes() == at_first:
            assert time.monotonic() < end, "it was not renewed"
            time.sleep(0.01)
        held.renew()
    assert not file.exists()


def test_who_lost_it_is_told_so_before_the_next_change(tmp_path: Path) -> None:
    moment = now()
    state = DeploymentState(LocalState(tmp_path / "state"), lambda: moment)
    later = DeploymentState(LocalState(tmp_path / "state"), lambda: moment + 2 * LEASE_TIME)
    with Run(tmp_path / "here") as run, lease(state, run) as held:
        later.take("another run", "bob", PLAN)
        with pytest.raises(UserError, match="the lease was lost"):
            held.renew()
    with pytest.raises(UserError, match="`bob` is applying"):
        state.take("a third run", "ana", PLAN)


def test_it_moves_with_what_was_told(state: DeploymentState, tmp_path: Path) -> None:
    hub = DeploymentState(LocalState(tmp_path / "hub"), now)
    with Run(tmp_path / "here") as run, lease(state, run) as held:
        held.move(hub)
        assert held.state is hub
        held.renew()
        with pytest.raises(UserError, match="`ana` is applying"):
            hub.take("another run", "bob", PLAN)
        state.take("another run", "bob", PLAN)
    hub.take("another run", "bob", PLAN)
