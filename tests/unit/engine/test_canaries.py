"""What comes after a canary waits until the canary has had the same for long enough."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from craton.core.deployment import Canary, Deployment, DeploymentStep
from craton.core.deployment_record import JournalEntry, Snapshot
from craton.engine.canaries import Canaries
from craton.engine.deployment_state import DeploymentState
from craton.engine.local_state import LocalState
from craton.planner.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 1, 12)  # noqa: DTZ001 - times are naive UTC throughout
CANARY = Canary(policies=("Rules.canary",), minutes=60)


def deployment(content: str) -> Deployment:
    step = DeploymentStep(
        phase="management",
        account="111111111111",
        region="us-east-1",
        service="organizations",
        operation="CreatePolicy",
        parameters={"Name": "Rules.canary", "Content": {"file": "a.json"}},
        because="",
    )
    return Deployment(
        organization="o-exampleorgid",
        management_account="111111111111",
        hub_account="222222222222",
        regions=("us-east-1",),
        steps=(step,),
        files={"a.json": content},
    )


def plan(content: str) -> Plan:
    return Plan(at=NOW, deployment=deployment(content), prior=None, former=None, changes=())


@pytest.fixture
def state(tmp_path: Path) -> DeploymentState:
    return DeploymentState(LocalState(tmp_path), lambda: NOW)


def applied(state: DeploymentState, number: int, content: str, minutes_ago: int) -> None:
    state.save(
        Snapshot(
            number=number,
            at=NOW - dt.timedelta(minutes=minutes_ago),
            by="arn:aws:iam::111111111111:user/ana",
            why="",
            plan="",
            is_whole=True,
            deployment=deployment(content),
        )
    )


def waits(state: DeploymentState, content: str, *new: str, canary: Canary | None = CANARY) -> str | None:
    found = plan(content)
    canaries = Canaries(lambda: state, list(state.journal(found.digest)), found, lambda: NOW)
    for one in new:
        canaries.learn(one, is_new=True)
    return canaries.waits(canary)


def test_without_a_canary_or_a_time_nothing_waits(state: DeploymentState) -> None:
    assert waits(state, "new", canary=None) is None
    at_once = Canary(policies=CANARY.policies, minutes=0)
    assert waits(state, "new", "policy/Rules.canary", canary=at_once) is None


def test_what_the_canary_got_just_now_makes_the_rest_wait(state: DeploymentState) -> None:
    applied(state, 1, "new", 600)
    told = waits(state, "new", "policy/Rules.canary")
    assert told == (
        "the canary has it since 2026-11-01 12:00 UTC, with `Rules.canary`: apply again after 13:00"
    )
    assert waits(state, "new", "policy/Other") is None


def test_what_is_known_of_no_apply_waits_from_now_on(state: DeploymentState) -> None:
    assert waits(state, "new") is not None


@pytest.mark.parametrize(("minutes", "is_over"), [(60, True), (59, False)])
def test_the_time_counts_from_the_first_apply_that_left_the_same(
    state: DeploymentState, minutes: int, *, is_over: bool
) -> None:
    applied(state, 1, "old", 500)
    applied(state, 2, "new", minutes)
    applied(state, 3, "new", 1)
    assert (waits(state, "new") is None) == is_over


def test_what_was_the_same_before_something_else_does_not_count(state: DeploymentState) -> None:
    applied(state, 1, "new", 500)
    applied(state, 2, "old", 300)
    applied(state, 3, "new", 5)
    assert waits(state, "new") is not None


def test_an_apply_that_was_killed_counts_from_when_it_was_done_with_the_canary(
    state: DeploymentState,
) -> None:
    for minutes, expected in ((61, True), (5, False)):
        entry = JournalEntry(
            at=NOW - dt.timedelta(minutes=minutes), address="policy/Rules.canary", event="done"
        )
        state.note(plan("new").digest, entry)
        assert (waits(state, "new") is None) == expected
