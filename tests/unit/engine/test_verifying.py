"""Each check says what it should of what AWS answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.compiler.manifests import TODAY, wanted

from craton.compiler.organization_policies import organization_policies
from craton.core.cloud_call import Observation, Read
from craton.core.deployment import Deployment
from craton.core.errors import UserError
from craton.engine.verification import verified
from craton.engine.verifying import checks
from craton.engine.verifying.check import Scene
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NOW = dt.datetime(2026, 11, 26, 12, 30, tzinfo=dt.UTC).replace(tzinfo=None)
DEV = "333333333333"
MANAGEMENT, HUB = "111111111111", "222222222222"


def scene(more: str = "") -> Scene:
    intent, origin = wanted(more)
    return Scene(
        intent=intent,
        deployment=Deployment(
            organization="o-exampleorgid",
            management_account=MANAGEMENT,
            hub_account=HUB,
            regions=intent.regions,
            steps=(),
            files={},
        ),
        governing=organization_policies(intent, Policies.load(), origin=origin, today=TODAY),
        origin=origin,
        at=NOW,
    )


class Answers:
    """AWS, as far as these answers go: by operation, alike everywhere. None stands for a denial."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        for one in reads:
            answer = self._told[one.operation]
            if isinstance(answer, str):
                yield Observation(read=one, at=NOW, status="denied", error="AccessDenied", message=answer)
            else:
                status: Any = "absent" if answer is None else "answered"
                yield Observation(read=one, at=NOW, status=status, answer=answer)

    def act(self, _: Any) -> Any:
        raise AssertionError("nothing is changed")


def said(check: str, told: Mapping[str, Any], account: str = DEV, more: str = "") -> tuple[str, str]:
    """What a check says of the first thing in the account, and why."""
    found = verified(scene(more), Answers(told), only=[check], accounts=[account])
    one = found.results[0]
    assert (one.hint is None) == (one.status == "passed")
    assert {each.call.partition(":")[2] for each in one.evidence} <= set(told)
    assert one.evidence
    return one.status, one.detail


LOGGED = {
    "loggingConfig": {
        "cloudWatchConfig": {"logGroupName": "/craton/bedrock/invocations"},
        "textDataDeliveryEnabled": True,
    }
}
CALLED = {"MetricDataResults": [{"Timestamps": ["2026-11-26T11:00:00+00:00"], "Values": [4.0]}]}
NOT_CALLED: dict[str, Any] = {"MetricDataResults": [{"Timestamps": [], "Values": []}]}


def newest(moment: dt.datetime) -> dict[str, Any]:
    stamp = int(moment.replace(tzinfo=dt.UTC).timestamp() * 1000)
    return {"logStreams": [{"lastEventTimestamp": stamp}, {}]}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, "failed"),
        (LOGGED, "passed"),
        ({"loggingConfig": {**LOGGED["loggingConfig"], "textDataDeliveryEnabled": False}}, "failed"),
        ({"loggingConfig": {"cloudWatchConfig": {"logGroupName": "other"}}}, "failed"),
        ("not authorized", "unknown"),
    ],
)
def test_logging_is_on_only_where_it_goes_where_it_should(told: Any, status: str) -> None:
    assert said("logging_is_on", {"GetModelInvocationLoggingConfiguration": told})[0] == status


@pytest.mark.parametrize(
    ("calls", "streams", "expected"),
    [
        (NOT_CALLED, newest(NOW), ("unknown", "no model was called in the last 3 hours")),
        (CALLED, newest(NOW - dt.timedelta(minutes=7)), ("passed", "the newest record came 7 min ago")),
        (
            CALLED,
            newest(NOW - dt.timedelta(hours=4)),
            ("failed", "the newest record came 4 h 0 min ago, before the newest calls"),
        ),
        (CALLED, None, ("failed", "models were called at 11 UTC, and no record of any call is there")),
    ],
)
def test_records_must_be_as_new_as_calls(calls: Any, streams: Any, expected: tuple[str, str]) -> None:
    assert said("calls_are_logged", {"GetMetricData": calls, "DescribeLogStreams": streams}) == expected


def test_replicated_records_are_looked_for_in_the_archive() -> None:
    objects = {"Contents": [{"Key": "one", "LastModified": "2026-11-26T12:20:00+00:00"}]}
    told = {"GetMetricData": CALLED, "ListObjectsV2": objects}
    found = said("calls_are_logged", told, more="logging: {transport: replication}\n")
    assert found == ("passed", "the newest record came 10 min ago")


def instance(**more: Any) -> dict[str, Any]:
    return {"Account": DEV, "Region": "us-east-1", "Status": "CURRENT", **more}


@pytest.mark.parametrize(
    ("instances", "status"),
    [
        ([instance()], "passed"),
        ([], "failed"),
        ([instance(Account="999999999999")], "failed"),
        ([instance(Status="OUTDATED", StatusReason="it failed")], "failed"),
        ([instance(StackInstanceStatus={"DetailedStatus": "FAILED"})], "failed"),
    ],
)
def test_a_stack_must_be_there_and_current(instances: list[Any], status: str) -> None:
    assert said("stack_is_current", {"ListStackInstances": {"Summaries": instances}})[0] == status


@pytest.mark.parametrize(
    ("version", "told", "status"),
    [
        ("1", {"status": "READY", "name": "filter"}, "passed"),
        ("1", {"status": "FAILED", "name": "filter"}, "failed"),
        ("1", None, "failed"),
        ("DRAFT", {"status": "READY", "name": "filter"}, "failed"),
    ],
)
def test_a_guardrail_must_be_a_ready_version(version: str, told: Any, status: str) -> None:
    arn = "arn:aws:bedrock:us-east-1:111111111111:guardrail/a1b2c3d4e5f6"
    outputs = [{"OutputKey": "OrganizationGuardrailVersionArn", "OutputValue": f"{arn}:{version}"}]
    answers = {"DescribeStacks": {"Stacks": [{"Outputs": outputs}]}, "GetGuardrail": told}
    assert said("guardrail_is_ready", answers, MANAGEMENT)[0] == status


@pytest.mark.parametrize(
    ("key", "rotation", "status"),
    [
        ({"KeyState": "Enabled", "KeyId": "1"}, {"KeyRotationEnabled": True}, "passed"),
        ({"KeyState": "Enabled", "KeyId": "1"}, {"KeyRotationEnabled": False}, "failed"),
        ({"KeyState": "PendingDeletion", "KeyId": "1"}, None, "failed"),
    ],
)
def test_a_key_must_be_enabled_and_rotate(key: Any, rotation: Any, status: str) -> None:
    answers = {"DescribeKey": {"KeyMetadata": key}, "GetKeyRotationStatus": rotation}
    assert said("keys_are_enabled", answers)[0] == status


@pytest.mark.parametrize(
    ("trail", "status"),
    [
        ({"IsLogging": True}, "passed"),
        ({"IsLogging": False}, "failed"),
        ({"IsLogging": True, "LatestDeliveryError": "AccessDenied"}, "failed"),
        (None, "failed"),
    ],
)
def test_a_trail_must_record_and_deliver(trail: Any, status: str) -> None:
    assert said("trail_records", {"GetTrailStatus": trail}, MANAGEMENT)[0] == status


@pytest.mark.parametrize(
    ("objects", "status"),
    [({"Contents": [{"Key": "one", "LastModified": "2026-11-26T12:20:00Z"}]}, "passed"), ({}, "unknown")],
)
def test_an_empty_archive_is_unknown(objects: Any, status: str) -> None:
    assert said("archive_receives", {"ListObjectsV2": objects}, HUB)[0] == status


def test_an_account_that_lets_nobody_in_is_unknown_and_costs_no_other() -> None:
    found = verified(
        scene(), Answers({"GetCallerIdentity": "not authorized to assume"}), only=["account_is_reached"]
    )
    assert [one.account for one in found.results] == [MANAGEMENT, HUB, DEV, "444444444444", "555555555555"]
    assert found.counts == {"passed": 0, "failed": 0, "unknown": 5}


def test_an_account_that_is_elsewhere_than_the_manifest_says_is_told() -> None:
    answers = {
        "ListParents": {"Parents": [{"Id": "r-1", "Type": "ROOT"}]},
        "ListPoliciesForTarget": {"Policies": []},
    }
    assert said("policies_hold", answers) == (
        "failed",
        "the account is in root, and the manifest has it in workloads/dev",
    )


def test_every_check_has_a_title_and_says_what_to_do() -> None:
    assert len(checks()) >= 12
    assert all(one.title and one.hint for one in checks().values())


def test_a_check_that_is_not_there_is_told() -> None:
    with pytest.raises(UserError, match="there is no check `trail_record`"):
        verified(scene(), Answers({}), only=["trail_record"])
