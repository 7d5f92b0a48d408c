"""Who changed a resource of a stack is told, however they named it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.engine.test_policy_effects import change, plan_of

from craton.core.cloud_call import Call, Observation, Read
from craton.engine.drift_doers import doers
from craton.engine.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOW = dt.datetime(2026, 11, 21)  # noqa: DTZ001 - times are naive UTC throughout
ARN = "arn:aws:bedrock:us-east-1:333333333333:guardrail/abc123def456"
AGGREGATION = "arn:aws:config:us-east-1:333333333333:aggregation-authorization/222222222222/us-east-1"


class Trail:
    """A trail that tells of one call with these parameters."""

    def __init__(self, parameters: Any) -> None:
        self._event = {
            "EventId": "e-1",
            "EventName": "UpdateGuardrail",
            "EventTime": "2026-11-20T00:00:00Z",
            "CloudTrailEvent": json.dumps(
                {"userIdentity": {"arn": "mallory"}, "requestParameters": parameters}
            ),
        }

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        for one in reads:
            yield Observation(read=one, at=NOW, status="answered", answer={"Events": [self._event]})

    def act(self, call: Call) -> Any:
        raise AssertionError(call)


def told(resource: str, kind: str, parameters: Any) -> list[tuple[str, tuple[str, ...]]]:
    before = {"Thing": {"type": kind, "id": resource, "status": "MODIFIED", "properties": {}}}
    plan = plan_of(change("drift/333333333333/us-east-1/s", "update", before, {}))
    found = doers(plan, NOW, "arn:aws:iam::222222222222:user/ana", Trail(parameters), Silent())
    return [(one.by, one.resources) for one in found["drift/333333333333/us-east-1/s"]]


@pytest.mark.parametrize(
    ("named", "is_told"),
    [
        (ARN, True),
        ("abc123def456", True),
        (f"{ARN}:1", True),
        ("abc123def4567", False),
        ("xabc123def456", False),
        (f"{ARN}7", False),
        ("an abc123def456 of words", False),
    ],
)
def test_a_thing_with_an_arn_is_known_by_its_id_too_and_by_no_part_of_another(
    named: str, *, is_told: bool
) -> None:
    found = told(ARN, "AWS::Bedrock::Guardrail", {"guardrailIdentifier": named, "name": "mine"})
    assert found == ([("mallory", ("Thing",))] if is_told else [])


def test_a_key_is_no_name_and_a_region_no_id() -> None:
    assert told(ARN, "AWS::Bedrock::Guardrail", {"tags": {"abc123def456": "x"}}) == []
    other = {"authorizedAccountId": "444444444444", "authorizedAwsRegion": "us-east-1"}
    assert told(AGGREGATION, "AWS::Config::AggregationAuthorization", other) == []
