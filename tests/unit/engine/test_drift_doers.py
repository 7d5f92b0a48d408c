from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.cloud_call import Observation, Read
from craton.core.deployment import Deployment
from craton.engine.drift_doers import doers
from craton.engine.progress import Silent
from craton.planner.plan import ABSENT, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.cloud_call import Call

NOW = dt.datetime(2026, 11, 27, 12)  # noqa: DTZ001 - times are naive UTC throughout
MANAGEMENT, ACCOUNT = "111111111111", "333333333333"
ADDRESS = "invocation_logging/333333333333/us-east-1"
DEPLOYER = "arn:aws:sts::222222222222:assumed-role/CratonDeployer/ana"
HERE = f"arn:aws:sts::{ACCOUNT}:assumed-role/CratonDeployer/ana"
MALLORY = f"arn:aws:iam::{ACCOUNT}:user/mallory"
CRATON, CONSOLE = "Botocore/1.44.5 md/arch#x86_64 craton", "console.amazonaws.com"


class Trail:
    """A cloud whose trail tells these events, the newest first."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self._events = events
        self.reads: list[Read] = []

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        for read in reads:
            self.reads.append(read)
            yield Observation(read=read, status="answered", at=NOW, answer={"Events": list(self._events)})

    def act(self, call: Call) -> Mapping[str, Any]:
        raise AssertionError(f"{call} changes something")


def event(number: int, by: str, agent: str = CONSOLE, invoked_by: str | None = None) -> dict[str, Any]:
    identity = {"arn": by} | ({"invokedBy": invoked_by} if invoked_by else {})
    name = "PutModelInvocationLoggingConfiguration"
    told = {"userIdentity": identity, "userAgent": agent, "requestParameters": {}}
    return {
        "EventId": f"e{number}",
        "EventName": name,
        "EventTime": f"2026-11-27T11:{number:02}:00Z",
        "ReadOnly": "false",
        "CloudTrailEvent": json.dumps(told),
    }


def plan() -> Plan:
    change = Change(
        address=ADDRESS,
        phase="members",
        account=ACCOUNT,
        region="us-east-1",
        action="update",
        because="",
        risk="low",
        needs=(),
        found=ABSENT,
    )
    deployment = Deployment(
        organization="o-1",
        management_account=MANAGEMENT,
        hub_account="222222222222",
        regions=("us-east-1",),
        steps=(),
        files={},
    )
    return Plan(at=NOW, deployment=deployment, prior=None, former=None, changes=(change,))


def told(*events: dict[str, Any]) -> list[str]:
    trail = Trail(*events)
    return [one.event_id for one in doers(plan(), NOW, DEPLOYER, trail, Silent())[ADDRESS]]


def test_those_who_changed_it_are_told_the_newest_first() -> None:
    assert told(event(1, MALLORY), event(2, HERE)) == ["e2", "e1"]


@pytest.mark.parametrize(
    "own", [event(2, HERE, CRATON), event(2, MALLORY, CONSOLE, "cloudformation.amazonaws.com")]
)
def test_what_came_before_craton_changed_it_itself_is_mended_since(own: dict[str, Any]) -> None:
    assert told(event(3, MALLORY), own, event(1, MALLORY)) == ["e3"]


def test_nobody_hides_behind_the_name_of_craton() -> None:
    assert told(event(2, MALLORY, CRATON), event(1, MALLORY, f"{CRATON}-like")) == ["e2", "e1"]


def test_an_event_that_cannot_be_read_is_told_by_what_stands_beside_it() -> None:
    damaged = event(2, MALLORY) | {"CloudTrailEvent": '{"userIdentity": ', "Username": "mallory"}
    (told_of, _) = doers(plan(), NOW, DEPLOYER, Trail(damaged, event(1, MALLORY)), Silent())[ADDRESS]
    assert (told_of.by, told_of.event_id) == ("mallory", "e2")
