from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from craton.logs.metric import Metric, decode_metric, metric_of
from craton.logs.outcome import Bad, Ignored

POINT = {
    "metric_stream_name": "bedrock",
    "account_id": "111111111111",
    "region": "us-east-1",
    "namespace": "AWS/Bedrock",
    "metric_name": "InvocationLatency",
    "dimensions": {"ModelId": "anthropic.claude-sonnet-4-6"},
    "timestamp": 1790856000000,
    "value": {"max": 900.5, "min": 100.0, "sum": 3000.0, "count": 7.0, "p99": 890.0, "TM(10%:90%)": 400.0},
    "unit": "Milliseconds",
}


def decoded(**changes: Any) -> Any:
    return decode_metric(json.dumps(POINT | changes).encode())


def test_every_column_of_a_data_point_is_read() -> None:
    assert decoded() == Metric(
        account_id="111111111111",
        region="us-east-1",
        namespace="AWS/Bedrock",
        metric_name="InvocationLatency",
        dimensions={"ModelId": "anthropic.claude-sonnet-4-6"},
        model_id="anthropic.claude-sonnet-4-6",
        event_time=dt.datetime(2026, 10, 1, 12),  # noqa: DTZ001 - naive UTC
        unit="Milliseconds",
        sample_count=7.0,
        sum=3000.0,
        minimum=100.0,
        maximum=900.5,
        statistics={"TM(10%:90%)": 400.0, "p99": 890.0},
    )


def test_guardrail_metrics_are_kept_and_have_no_model() -> None:
    metric = decoded(
        namespace="AWS/Bedrock/Guardrails",
        metric_name="InvocationsIntervened",
        dimensions={"GuardrailPolicyType": "TopicPolicy"},
        value={"max": 1, "min": 0, "sum": 2, "count": 5},
    )
    assert isinstance(metric, Metric)
    assert (metric.model_id, metric.sum, metric.statistics) == (None, 2.0, None)


@pytest.mark.parametrize("namespace", ["AWS/EC2", "AWS/BedrockX", "Bedrock"])
def test_other_namespaces_are_ignored(namespace: str) -> None:
    assert decoded(namespace=namespace, account_id=None) == Ignored("other_service")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"timestamp": None}, "no_time"),
        ({"timestamp": "soon"}, "bad_time"),
        ({"timestamp": 1790856000}, "bad_time"),
        ({"timestamp": 10**30}, "bad_time"),
        ({"account_id": None}, "no_account"),
        ({"metric_name": None}, "unrecognised"),
        ({"namespace": []}, "unrecognised"),
        ({"value": 3}, "bad_type"),
    ],
)
def test_a_data_point_without_what_a_row_needs_says_what_is_missing(
    changes: dict[str, Any], reason: str
) -> None:
    outcome = decoded(**changes)
    assert isinstance(outcome, Bad)
    assert (outcome.kind, outcome.reason) == ("metric", reason)


@pytest.mark.parametrize(
    ("document", "reason"),
    [(b"{", "not_json"), (b"[]", "not_an_object"), (b"[" * 50_000, "nested_too_deeply")],
)
def test_what_is_no_data_point_is_named(document: bytes, reason: str) -> None:
    outcome = decode_metric(document)
    assert isinstance(outcome, Bad)
    assert outcome.reason == reason


def test_numbers_as_text_count_and_what_is_no_number_is_unknown() -> None:
    metric = decoded(
        account_id=111111111111,
        timestamp="1790856000000",
        value={"max": "9", "min": None, "sum": True, "count": "NaN"},
        dimensions={"ModelId": 7, "Odd": []},
    )
    assert isinstance(metric, Metric)
    assert (metric.maximum, metric.minimum, metric.sum, metric.sample_count) == (9.0, None, None, None)
    assert metric.dimensions == {"ModelId": "7"}
    assert metric.account_id == "111111111111"


def test_fields_that_nobody_knew_are_news() -> None:
    metric = metric_of(POINT | {"resolution": 1})
    assert isinstance(metric, Metric)
    assert metric.unknown == ("resolution",)
