"""Random calls under random policies over HTTP: the emulator and ministack decide as the simulator does."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from benchmarks.environments import ready_python
from tests.e2e.emulator.deployment import MANIFEST
from tests.e2e.emulator.running import started
from tests.second_opinions.comparison import disagreements, listed
from tests.second_opinions.hosts import Emulated, ministack
from tests.second_opinions.worlds import decided, world

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

WORLDS = 40
"""So many of the hundred that `make torture` takes."""


def test_the_emulator_decides_as_the_simulator(tmp_path: Path) -> None:
    with started("--accounts", str(MANIFEST), folder=tmp_path) as running:
        keys = (running.told["AWS_ACCESS_KEY_ID"], running.told["AWS_SECRET_ACCESS_KEY"])
        host = Emulated(running.url, keys)
        assert disagreements(host, listed().seed, range(WORLDS)) == ({}, WORLDS * 10)
        assert running.state() == {"refused": [], "failures": []}


def test_ministack_decides_alike_but_for_what_is_listed(tmp_path: Path) -> None:
    python = ready_python("ministack")
    if python is None:
        pytest.skip("ministack is not set up: `make second-opinions`")
    without_scps = [number for number in range(WORLDS) if not world(listed().seed, number).has_scps]
    with ministack(python, tmp_path) as host:
        found, calls = disagreements(host, listed().seed, without_scps)
    assert found == listed().places(without_scps)
    assert calls == len(without_scps) * 10 >= 200


def test_the_worlds_decide_both_ways_and_by_every_kind_of_policy() -> None:
    told = listed()
    made = [world(told.seed, number) for number in range(told.worlds)]
    outcomes = Counter(decided(one, call) for one in made for call in one.calls)
    assert outcomes.total() == 1000
    assert min(outcomes["allowed"], outcomes["denied"]) > 250
    assert sum(one.has_scps for one in made) > 30
    assert sum(one.boundary is not None for one in made) > 15
    assert sum(one.session is not None for one in made) > 10
    assert {one.caller for one in made} == {"user", "role"}
    assert {call.service for one in made for call in one.calls} == {
        *("sns", "sqs", "s3", "kms", "iam", "sts", "lambda", "bedrock")
    }


def test_without_scps_some_calls_would_be_let_through() -> None:
    told = listed()
    made = [world(told.seed, number) for number in range(told.worlds)]
    by_scps = [
        call
        for one in made
        for call in one.calls
        if decided(one, call) == "denied" and decided(one.without_scps(), call) == "allowed"
    ]
    assert len(by_scps) > 50
