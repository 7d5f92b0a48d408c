from __future__ import annotations

import json
import time
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.rehearsal import MANAGEMENT, Rehearsal

from craton.emulator.faults import Fault, Faults


def control(rehearsal: Rehearsal, method: str, what: str, told: object = None) -> tuple[int, Any]:
    """What the emulator answers at its own address."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": f"/craton-emulator/{what}", "QUERY_STRING": ""}
    answer = rehearsal.application.answer(environ, b"" if told is None else json.dumps(told).encode())
    return answer.status, json.loads(answer.body)


def add(rehearsal: Rehearsal, **fault: Any) -> int:
    status, told = control(rehearsal, "POST", "faults", {"services_too": True, **fault})
    assert status == 200
    return int(told["id"])


def refused(call: Any, **parameters: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


@pytest.mark.parametrize(
    ("service", "method", "throttled", "unavailable"),
    [
        ("iam", "list_users", (400, "Throttling"), (503, "ServiceUnavailable")),
        ("s3", "list_buckets", (503, "SlowDown"), (503, "ServiceUnavailable")),
        ("ec2", "describe_vpcs", (503, "RequestLimitExceeded"), (503, "Unavailable")),
        ("organizations", "list_roots", (400, "TooManyRequestsException"), (503, "ServiceException")),
        ("lambda", "list_functions", (429, "TooManyRequestsException"), (503, "ServiceException")),
        ("bedrock", "list_guardrails", (429, "ThrottlingException"), (503, "ServiceUnavailableException")),
        ("logs", "describe_log_groups", (400, "ThrottlingException"), (503, "ServiceUnavailableException")),
        ("cloudformation", "list_stacks", (400, "Throttling"), (503, "ServiceUnavailable")),
    ],
)
def test_services_throttle_and_fail_in_their_own_words(
    rehearsal: Rehearsal,
    service: str,
    method: str,
    throttled: tuple[int, str],
    unavailable: tuple[int, str],
) -> None:
    call = getattr(rehearsal.client(service), method)
    add(rehearsal, kind="throttling", service=service)
    assert refused(call) == throttled
    control(rehearsal, "DELETE", "faults")
    add(rehearsal, kind="unavailable", service=service)
    assert refused(call) == unavailable


def test_a_fault_befalls_the_calls_that_it_is_about_and_no_others(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="access_denied", service="sns", operation="ListTopics", region="eu-west-1")
    rehearsal.client("sns").list_topics()
    rehearsal.client("sns", region="eu-west-1").list_subscriptions()
    assert refused(rehearsal.client("sns", region="eu-west-1").list_topics)[1] == "AuthorizationError"
    _, told = control(rehearsal, "GET", "faults")
    assert [(one["seen"], one["befallen"]) for one in told] == [(1, 1)]


def test_a_fault_befalls_so_many_and_then_no_more(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="throttling", service="sns", times=2)
    call = rehearsal.client("sns").list_topics
    for _ in range(2):
        refused(call)
    call()


def _fallen(seed: int) -> list[int]:
    faults = Faults()
    faults.add(Fault(kind="lost_delivery", rate=0.3, seed=seed))
    return [number for number in range(200) if faults.loses(MANAGEMENT, "us-east-1", "firehose")]


def test_the_same_seed_befalls_the_same_calls_at_about_the_rate() -> None:
    assert _fallen(1) == _fallen(1)
    assert _fallen(1) != _fallen(2)
    assert 40 < len(_fallen(1)) < 80


def test_a_slow_call_is_answered_later(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="slow", service="sns", seconds=0.3)
    begun = time.monotonic()
    rehearsal.client("sns").list_topics()
    assert time.monotonic() - begun >= 0.3


def test_in_a_closed_account_nothing_can_be_done_nor_can_anybody_get_there(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    session = rehearsal.into(member)
    add(rehearsal, kind="closed_account", account=member)
    assert refused(rehearsal.client("iam", session).list_roles) == (403, "AccessDenied")
    arn = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    assume = rehearsal.client("sts").assume_role
    assert refused(assume, RoleArn=arn, RoleSessionName="one") == (403, "AccessDenied")
    rehearsal.client("iam").list_roles()


def test_calls_of_services_are_spared_unless_they_are_meant(rehearsal: Rehearsal) -> None:
    control(rehearsal, "POST", "faults", {"kind": "throttling", "service": "sns"})
    rehearsal.client("sns").list_topics()


def test_no_fault_is_left_after_they_are_removed(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="throttling")
    control(rehearsal, "DELETE", "faults")
    rehearsal.client("sns").list_topics()
    assert control(rehearsal, "GET", "faults") == (200, [])


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "slow", "rate": 2},
        {"kind": "slow", "account": "1"},
        {"sort": "slow"},
        5,
    ],
)
def test_a_fault_that_is_none_is_refused_with_its_problem(rehearsal: Rehearsal, fault: object) -> None:
    status, told = control(rehearsal, "POST", "faults", fault)
    assert status == 400
    assert told["problem"]


def test_every_kind_of_fault_can_be_asked_for() -> None:
    kinds = msgspec.json.schema(Fault)["$defs"]["Fault"]["properties"]["kind"]["enum"]
    assert set(kinds) == {
        *("throttling", "unavailable", "access_denied"),
        *("slow", "closed_account", "lost_delivery"),
    }


def test_a_reset_forgets_all_that_was_done_and_keeps_what_was_at_the_start(rehearsal: Rehearsal) -> None:
    rehearsal.organization()
    rehearsal.client("sns").create_topic(Name="one")
    rehearsal.client("s3").create_bucket(Bucket="some-bucket")
    add(rehearsal, kind="slow", seconds=0)
    assert control(rehearsal, "POST", "reset") == (200, {})
    assert control(rehearsal, "GET", "faults") == (200, [])
    assert rehearsal.world.organization is None
    root = rehearsal.world.keyring.root_key(MANAGEMENT).caller
    assert rehearsal.client("sns", root).list_topics()["Topics"] == []
    assert rehearsal.client("s3", root).list_buckets()["Buckets"] == []
    assert rehearsal.client("iam", root).list_users()["Users"] == []


def test_what_was_refused_and_what_failed_is_told(rehearsal: Rehearsal) -> None:
    with pytest.raises(ClientError):
        rehearsal.client("sns").create_platform_application(Name="a", Platform="GCM", Attributes={})
    status, told = control(rehearsal, "GET", "state")
    assert status == 200
    assert told == {"refused": ["sns:CreatePlatformApplication is not emulated"], "failures": []}
