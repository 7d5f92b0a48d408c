"""Code that somebody replaced by hand is told with who it was; what CloudFormation brought is not."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from craton.core.cloud_call import Call, Observation, Read
from craton.engine.replaced_code import replaced_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NOW = dt.datetime(2026, 11, 21)  # noqa: DTZ001 - times are naive UTC throughout
ACCOUNT, REGION = "333333333333", "us-east-1"
STACKS = {(ACCOUNT, REGION): ("arn:aws:cloudformation:us-east-1:333333333333:stack/s/1",)}
MALLORY = "arn:aws:sts::333333333333:assumed-role/admin/mallory"


def event(function: str, **more: Any) -> dict[str, Any]:
    told = {
        "eventTime": "2026-11-20T10:00:00Z",
        "eventID": "e-1",
        "userIdentity": {"arn": MALLORY},
        "requestParameters": {"functionName": function},
        **more,
    }
    return {"EventName": "UpdateFunctionCode20150331v2", "CloudTrailEvent": json.dumps(told)}


class Account:
    """An account with these events, and a stack of two functions, one of which is gone."""

    def __init__(self, *events: dict[str, Any], status: Any = "answered") -> None:
        self.events = events
        self.status = status
        self.asked: list[Read] = []

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        for one in reads:
            self.asked.append(one)
            answer: Mapping[str, Any] = {"Events": self.events}
            if one.operation == "DescribeStackResourceDrifts":
                drifts = (
                    ("AWS::Lambda::Function", "ours", "IN_SYNC"),
                    ("AWS::Lambda::Function", "gone", "DELETED"),
                    ("AWS::IAM::Role", "role", "IN_SYNC"),
                )
                answer = {
                    "StackResourceDrifts": [
                        {"ResourceType": kind, "PhysicalResourceId": name, "StackResourceDriftStatus": status}
                        for kind, name, status in drifts
                    ]
                }
            is_known = self.status == "answered"
            yield Observation(
                read=one,
                at=NOW,
                status=self.status,
                answer=answer if is_known else None,
                error=None if is_known else "AccessDeniedException",
            )

    def act(self, call: Call) -> Mapping[str, Any]:
        raise AssertionError(call)


def told(account: Account) -> list[str]:
    return list(replaced_code(STACKS, NOW, account))


def test_who_replaced_code_is_told_by_name_or_arn_of_the_function() -> None:
    for name in ("ours", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ours"):
        (words,) = told(Account(event(name)))
        assert words.startswith(
            f"{ACCOUNT}/{REGION}: the code of ours, which was replaced at 2026-11-20T10:00"
        )
        assert f"by {MALLORY} (event e-1)" in words


def test_what_is_not_ours_or_did_not_happen_or_is_cloudformations_is_not_told() -> None:
    account = Account(
        event("another"),
        event("gone"),
        event("role"),
        event("ours", errorCode="AccessDenied"),
        event("ours", userIdentity={"arn": MALLORY, "invokedBy": "cloudformation.amazonaws.com"}),
    )
    assert told(account) == []


def test_the_trail_is_asked_since_the_apply_and_the_stack_only_where_there_is_an_event() -> None:
    account = Account()
    assert told(account) == []
    (asked,) = account.asked
    assert asked.parameters["StartTime"] == "2026-11-21T00:00:00Z"


def test_where_the_trail_may_not_be_asked_it_is_unknown() -> None:
    assert told(Account(status="denied")) == [
        f"{ACCOUNT}/{REGION}: whether code of functions was replaced: AccessDeniedException"
    ]
