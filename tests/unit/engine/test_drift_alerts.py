"""The hub's topic is told of each drift once, and once more when it is mended, whatever comes between."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.unit.engine.test_policy_effects import DEPLOYMENT, change, plan_of

from craton.core.cloud_call import Call, Observation, Read
from craton.core.errors import CloudError
from craton.engine.deployment_log import DeploymentLog, Records
from craton.engine.deployment_records import DriftEntry, DriftRecord, Ungoverned
from craton.engine.drift_alerts import DriftAlerts
from craton.engine.drift_report import DriftReport
from craton.engine.drifting import Drift, Drifts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

NOW = dt.datetime(2026, 11, 21)  # noqa: DTZ001 - times are naive UTC throughout
TOPIC = "arn:aws:sns:us-east-1:222222222222:craton-bedrock-alerts"
STACK = "drift/333333333333/us-east-1/s"


class Topics:
    """A hub with topics, which hears what is published until it fails."""

    def __init__(self, *names: str) -> None:
        self.arns = names
        self.heard: list[Mapping[str, Any]] = []
        self.fails = False

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        for one in reads:
            assert (one.account, one.service, one.operation) == ("222222222222", "sns", "ListTopics")
            answer = {"Topics": [{"TopicArn": arn} for arn in self.arns]}
            yield Observation(read=one, at=NOW, status="answered", answer=answer)

    def act(self, call: Call) -> Mapping[str, Any]:
        if self.fails:
            raise CloudError("throttled")
        assert (call.account, call.service, call.operation) == ("222222222222", "sns", "Publish")
        self.heard.append(call.parameters)
        return {}


def report(
    *found: tuple[str, str],
    unknown: tuple[str, ...] = (),
    not_looked_at: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
    regions_unknown: str | None = None,
) -> DriftReport:
    """A look that found these addresses, each as it is by a digest."""
    changes = [
        msgspec.structs.replace(
            change(address, "unknown" if address in unknown else "update"), found=digest, unknown=None
        )
        for address, digest in found
    ]
    entries = tuple(
        DriftEntry(
            address=one.address,
            account=one.account,
            region=one.region,
            action=one.action,
            because=one.because,
            before=None,
            after=None,
            differences=(),
            unknown="denied" if one.address in unknown else None,
            doers=(),
            opens=("a door",),
        )
        for one in changes
    )
    record = DriftRecord(
        first_at=NOW,
        last_at=NOW,
        by="me",
        applied=1,
        things=9,
        drifts=entries,
        not_looked_at=not_looked_at,
        regions=tuple(
            Ungoverned(account="333333333333", name="app", detail=f"no rules in {one}", region=one, calls=1)
            for one in regions
        ),
        regions_unknown=regions_unknown,
    )
    drifts = tuple(Drift(change=one, doers=()) for one in changes)
    return DriftReport(Drifts(plan=plan_of(*changes), drifts=drifts, not_looked_at=()), record)


@pytest.fixture
def topics() -> Topics:
    return Topics("arn:aws:sns:us-east-1:222222222222:others", TOPIC)


def told(log: DeploymentLog, topics: Topics, found: DriftReport) -> list[str]:
    """What a fresh watcher tells, as after a restart."""
    alerts = DriftAlerts(log, topics, DEPLOYMENT)
    return [f"{one.kind} {one.address}" for one in alerts.tell(found, at=NOW)]


def test_each_drift_is_told_once_and_once_more_when_it_is_mended(tmp_path: Path, topics: Topics) -> None:
    log = DeploymentLog(tmp_path)
    assert told(log, topics, report((STACK, "a"), ("policy/P", "b"))) == [f"drift {STACK}", "drift policy/P"]
    assert told(log, topics, report((STACK, "a"), ("policy/P", "b"))) == []
    assert told(log, topics, report((STACK, "c"), ("policy/P", "b"))) == [f"drift {STACK}"]
    assert told(log, topics, report(("policy/P", "b"))) == [f"mended {STACK}"]
    assert told(log, topics, report()) == ["mended policy/P"]
    assert told(log, topics, report()) == []
    assert len(topics.heard) == 5


def test_what_was_not_looked_at_is_not_told_to_be_mended(tmp_path: Path, topics: Topics) -> None:
    log = DeploymentLog(tmp_path)
    told(log, topics, report((STACK, "a"), ("policy/P", "b"), regions=("eu-west-1",)))
    blind = report(
        ("policy/P", "c"), unknown=("policy/P",), not_looked_at=("denied",), regions_unknown="none"
    )
    assert told(log, topics, blind) == []
    assert told(log, topics, report()) == [
        f"mended {STACK}",
        "mended policy/P",
        "mended ungoverned/333333333333/eu-west-1",
    ]


def test_what_could_not_be_sent_is_sent_at_the_next_look(tmp_path: Path, topics: Topics) -> None:
    log = DeploymentLog(tmp_path)
    topics.fails = True
    with pytest.raises(CloudError, match="throttled"):
        told(log, topics, report((STACK, "a")))
    topics.fails = False
    assert told(log, topics, report((STACK, "a"))) == [f"drift {STACK}"]


def test_all_is_told_once_though_it_cannot_be_remembered(tmp_path: Path, topics: Topics) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "deployments" / ".lock").mkdir(parents=True)  # no file, so that nothing can be kept
    why: list[str] = []
    alerts = DriftAlerts(DeploymentLog(tmp_path), topics, DEPLOYMENT, Records(tmp_path, why.append).keep)
    for _ in range(2):
        alerts.tell(report((STACK, "a"), ("policy/P", "b")), at=NOW)
    assert (len(topics.heard), len(why)) == (2, 1)


def test_a_message_is_what_sns_takes_for_people_and_for_programs(tmp_path: Path, topics: Topics) -> None:
    told(DeploymentLog(tmp_path), topics, report((f"drift/333333333333/us-east-1/ä{'x' * 200}", "a")))
    (heard,) = topics.heard
    assert heard["TopicArn"] == TOPIC
    assert len(heard["Subject"]) < 100
    assert heard["Subject"].isascii()
    words = json.loads(heard["Message"])
    assert heard["MessageStructure"] == "json"
    assert "opens: a door" in words["email"]
    message = json.loads(words["default"])
    assert (message["kind"], message["opens"], message["organization"]) == (
        "drift",
        ["a door"],
        "o-exampleorgid",
    )
    assert len(message["id"]) == 32


def test_without_a_topic_it_is_said_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CloudError, match="there is none named `craton-bedrock-alerts`"):
        DriftAlerts(DeploymentLog(tmp_path), Topics(), DEPLOYMENT)
