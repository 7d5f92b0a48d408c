"""What CloudWatch measures of calls, as a metric stream writes it.

CloudWatch streams a data point for every minute; here one stands for half a day, to keep ninety days small.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from craton.engine.demo.calls import EPOCH, STREAMS
from craton.engine.demo.deliveries import DELIVERIES, damage_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.engine.demo.calls import Call
    from craton.engine.demo.rhythm import Day

Point = dict[str, Any]
_Samples: TypeAlias = "defaultdict[str, list[float]]"

STREAM: Final = "acme-bedrock"
PERIOD_MS: Final = 12 * 3_600_000
OUTPUT_BURNDOWN: Final = 5
"""How much one output token of Claude takes from the quota of tokens a minute."""

LEGACY_FOR: Final = dt.timedelta(days=183)
"""A model is legacy for half a year before its end.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html, retrieved 2026-11-23.
"""

GUARDRAILS: Final = "AWS/Bedrock/Guardrails"
POLICY_TYPES: Final = {
    "content": "ContentPolicy",
    "topic": "TopicPolicy",
    "word": "WordPolicy",
    "pii": "SensitiveInformationPolicy",
    "regex": "SensitiveInformationPolicy",
    "grounding": "ContextualGroundingPolicy",
}
WAYS: Final = {"s3": "S3", "cloudwatch_logs": "CloudWatch"}

_SERVER_ERRORS: Final = frozenset({"ServiceUnavailableException", "ModelTimeoutException"})


class _Place(NamedTuple):
    """One period of one account in one Region."""

    at: int
    account_id: str
    region: str


_UNITS: Final = {"InvocationLatency": "Milliseconds", "TimeToFirstToken": "Milliseconds"}
_PERCENTILES: Final = frozenset(_UNITS)


def metric_points(calls: Iterable[Call], ends: Mapping[str, dt.date]) -> Iterator[Point]:
    """The data points of calls, in order of period, place and model. `ends` tells when models end."""
    models: defaultdict[tuple[_Place, str], _Samples] = defaultdict(lambda: defaultdict(list))
    guardrails: defaultdict[tuple[_Place, str, str], list[Call]] = defaultdict(list)
    for call in calls:
        place = _Place(call.at // PERIOD_MS * PERIOD_MS, call.caller.account_id, call.region)
        _sample(models[place, call.model_id.rpartition("/")[2]], call, ends)
        if call.verdict is not None:
            guardrails[place, call.verdict.guardrail_id, call.verdict.version].append(call)
    for (place, model_id), held in sorted(models.items(), key=itemgetter(0)):
        for name, samples in held.items():
            yield _point(place, name, {"ModelId": model_id}, samples)
    for (place, guardrail_id, version), met in sorted(guardrails.items(), key=itemgetter(0)):
        yield from _guardrail_points(place, guardrail_id, version, met)


def _sample(samples: _Samples, call: Call, ends: Mapping[str, dt.date]) -> None:
    if call.error is not None:
        samples[_error_metric(call.error)].append(1)
        return
    samples["Invocations"].append(1)
    samples["InvocationLatency"].append(call.latency_ms)
    if call.operation in STREAMS:
        samples["TimeToFirstToken"].append(call.first_token_ms)
    if call.model.family == "image":
        samples["OutputImageCount"].append(1)
    if call.input_tokens is not None:
        answered = call.output_tokens or 0
        samples["InputTokenCount"].append(call.input_tokens)
        samples["OutputTokenCount"].append(answered)
        burndown = OUTPUT_BURNDOWN if call.model.family == "claude" else 1
        samples["EstimatedTPMQuotaUsage"].append(call.input_tokens + call.cache_write + burndown * answered)
    if call.caches:
        samples["CacheReadInputTokens"].append(call.cache_read)
        samples["CacheWriteInputTokens"].append(call.cache_write)
    end = ends.get(call.model.id)
    if end is not None and _day(call.at) >= end - LEGACY_FOR:
        samples["LegacyModelInvocations"].append(1)


def _error_metric(error: str) -> str:
    if error == "ThrottlingException":
        return "InvocationThrottles"
    return "InvocationServerErrors" if error in _SERVER_ERRORS else "InvocationClientErrors"


def _day(milliseconds: int) -> dt.date:
    return EPOCH.fromtimestamp(milliseconds / 1000, EPOCH.tzinfo).date()


def _guardrail_points(place: _Place, guardrail_id: str, version: str, met: list[Call]) -> Iterator[Point]:
    """The same samples under two sets of dimensions, as CloudWatch publishes them."""
    arn = f"arn:aws:bedrock:{place.region}:{place.account_id}:guardrail/{guardrail_id}"
    dimensions = {"GuardrailArn": arn, "GuardrailVersion": version}
    stopped: defaultdict[str, list[float]] = defaultdict(list)
    for call in met:
        if call.verdict is not None and call.verdict.intervened:
            stopped[POLICY_TYPES[call.verdict.policy]].append(1.0)
    units = [float(1 + (call.input_tokens or 0) // 250) for call in met]
    yield _point(place, "Invocations", dimensions, [1.0] * len(met), namespace=GUARDRAILS)
    yield _point(place, "TextUnitCount", dimensions, units, namespace=GUARDRAILS)
    if stopped:
        every = [one for samples in stopped.values() for one in samples]
        yield _point(place, "InvocationsIntervened", dimensions, every, namespace=GUARDRAILS)
    for policy, samples in sorted(stopped.items()):
        kind = {"GuardrailPolicyType": policy}
        yield _point(place, "InvocationsIntervened", kind, samples, namespace=GUARDRAILS)


def delivery_points(calls: Iterable[Call], names: Mapping[str, str], day: Day) -> Iterator[Point]:
    """What Bedrock says of the delivery of its log, by way and success."""
    counted: Counter[tuple[_Place, str]] = Counter()
    for call in calls:
        name = names[call.caller.account_id]
        damage = damage_on(name, day.date, day.as_of)
        result = "Failure" if damage is not None and damage.kind == "undelivered" else "Success"
        place = _Place(call.at // PERIOD_MS * PERIOD_MS, call.caller.account_id, call.region)
        for way in DELIVERIES[name].transports:
            counted[place, f"ModelInvocationLogs{WAYS[way]}Delivery{result}"] += 1
    for (place, name), count in sorted(counted.items()):
        yield _point(place, name, {}, [1.0] * count)


def _point(
    place: _Place,
    name: str,
    dimensions: dict[str, str],
    samples: list[float],
    *,
    namespace: str = "AWS/Bedrock",
) -> Point:
    value: Point = {
        "max": float(max(samples)),
        "min": float(min(samples)),
        "sum": float(sum(samples)),
        "count": float(len(samples)),
    }
    if name in _PERCENTILES:
        ranked = sorted(samples)
        value["p99"] = float(ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))])
    return {
        "metric_stream_name": STREAM,
        "account_id": place.account_id,
        "region": place.region,
        "namespace": namespace,
        "metric_name": name,
        "dimensions": dimensions,
        "timestamp": place.at,
        "value": value,
        "unit": _UNITS.get(name, "Count"),
    }
