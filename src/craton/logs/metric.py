"""CloudWatch metric-stream records to the columns of `metric`.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-formats-json.html,
retrieved 2026-11-24: one JSON object a line, `timestamp` in milliseconds since 1970, `value` with `max`,
`min`, `sum` and `count`, and beside them the further statistics that the stream was asked for, as `p99` or
`TM(10%:90%)`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

import msgspec
from msgspec import Struct

from craton.logs.account import account_id_of
from craton.logs.masking import masked_identifier
from craton.logs.outcome import Bad, Ignored, undecodable
from craton.logs.timestamp import utc_time_of_epoch

KEPT_NAMESPACES: Final = frozenset({"AWS/Bedrock", "AWS/Bedrock/Guardrails"})

KNOWN_FIELDS: Final = frozenset(
    {
        "metric_stream_name",
        "account_id",
        "region",
        "namespace",
        "metric_name",
        "dimensions",
        "timestamp",
        "value",
        "unit",
    }
)

_ALWAYS_STREAMED: Final = frozenset({"max", "min", "sum", "count"})

_decode = msgspec.json.Decoder().decode


class Metric(Struct):
    """What one data point says of itself; attribution and place are added by the caller.

    `event_time` is naive UTC. `unknown` names the top-level fields that Craton does not know.
    """

    account_id: str
    region: str | None
    namespace: str
    metric_name: str
    dimensions: dict[str, str]
    model_id: str | None
    event_time: dt.datetime
    unit: str | None
    sample_count: float | None
    sum: float | None
    minimum: float | None
    maximum: float | None
    statistics: dict[str, float] | None
    unknown: tuple[str, ...] = ()


def decode_metric(document: bytes) -> Metric | Ignored | Bad:
    """The data point of one JSON document, or why there is none. Never raises."""
    try:
        return metric_of(_decode(document))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Bad("metric", undecodable(error))


def metric_of(value: object) -> Metric | Ignored | Bad:
    """The data point of a decoded JSON value, or why there is none."""
    if not isinstance(value, dict):
        return Bad("metric", "not_an_object")
    namespace, name = _text(value.get("namespace")), _text(value.get("metric_name"))
    if namespace is None or name is None:
        return Bad("metric", "unrecognised", "no namespace or metric_name")
    if namespace not in KEPT_NAMESPACES:
        return Ignored("other_service")
    account_id = account_id_of(value.get("account_id"))
    if account_id is None:
        return Bad("metric", "no_account", "account_id")
    milliseconds = _number(value.get("timestamp"))
    if milliseconds is None:
        return Bad("metric", "no_time" if value.get("timestamp") is None else "bad_time")
    moment = utc_time_of_epoch(milliseconds)
    if moment is None:
        return Bad("metric", "bad_time")
    measured = value.get("value")
    if not isinstance(measured, dict):
        return Bad("metric", "bad_type", "value is no object")
    numbers = {key: number for key, one in measured.items() if (number := _number(one)) is not None}
    dimensions = _dimensions(value.get("dimensions"))
    return Metric(
        account_id=account_id,
        region=_text(value.get("region")),
        namespace=namespace,
        metric_name=name,
        dimensions=dimensions,
        model_id=dimensions.get("ModelId"),
        event_time=moment,
        unit=_text(value.get("unit")),
        sample_count=numbers.get("count"),
        sum=numbers.get("sum"),
        minimum=numbers.get("min"),
        maximum=numbers.get("max"),
        statistics={key: numbers[key] for key in sorted(numbers.keys() - _ALWAYS_STREAMED)} or None,
        unknown=tuple(sorted({masked_identifier(key) for key in value.keys() - KNOWN_FIELDS})),
    )


def _dimensions(value: object) -> dict[str, str]:
    pairs = value.items() if isinstance(value, dict) else ()
    return {key: text for key, one in sorted(pairs) if (text := _text(one)) is not None}


def _text(value: Any) -> str | None:
    """A text or a whole number as text, encodable; None for everything else."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    """A finite number, or a text that is one; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
