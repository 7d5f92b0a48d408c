"""Records of model invocations, written where the account's configuration says.

Source: "Monitor model invocation using CloudWatch Logs and Amazon S3", docs.aws.amazon.com/bedrock/latest/
userguide/model-invocation-logging.html, retrieved 2026-11-26, and recorded logs for what it leaves out:
`inferenceRegion`, `errorCode`, and the names of objects.
"""

from __future__ import annotations

import gzip
import json
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.delivery.access import LostError, check_fault, lost
from craton.emulator.observation.metrics import metric, put, value_of
from craton.emulator.runtime.destinations import Place, folder, logging_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from craton.emulator.call import Call

LARGEST_INLINE: Final = 100 * 1024
"""A body above it is an object of its own. Units: bytes."""

_GATHERING_SECONDS: Final = 0.02
_ACROSS: Final = {"ModelId": "Across all model IDs"}
_gate: Final = threading.Lock()


def log_invocation(
    call: Call,
    *,
    model: str,
    asked: Any,
    metadata: Mapping[str, Any],
    answered: Any = None,
    counts: tuple[int, int | None] | None = None,
    region: str | None = None,
    error: str | None = None,
    embeds: bool = False,
) -> None:
    """Has the record of a call written behind it, if its account logs invocations in the Region.

    `counts` are the tokens read and said; a call that `embeds` says none, and its vectors may be unwanted.
    """
    told = logging_of(call.world, call.account, call.region).get("")
    if told is None:
        return
    record: dict[str, Any] = {
        "timestamp": f"{call.time:%Y-%m-%dT%H:%M:%SZ}",
        "accountId": call.account,
        "identity": {"arn": call.caller.arn},
        "region": call.region,
        "requestId": call.request_id,
        "operation": call.operation.name,
        "modelId": model,
    }
    if metadata:
        record["requestMetadata"] = dict(metadata)
    record["input"] = {"inputContentType": "application/json", "inputBodyJson": asked}
    if error is None:
        record["output"] = {"outputContentType": "application/json", "outputBodyJson": answered}
    if counts is not None:
        record["input"]["inputTokenCount"] = counts[0]
        if counts[1] is not None:
            record["output"]["outputTokenCount"] = counts[1]
    if region is not None and region != call.region:
        record["inferenceRegion"] = region
    if error is not None:
        record["errorCode"] = error
    record |= {"schemaType": "ModelInvocationLog", "schemaVersion": "1.0"}
    if not told.get("textDataDeliveryEnabled", True):
        record["input"].pop("inputBodyJson")
        record.get("output", {}).pop("outputBodyJson", None)
    elif embeds and not told.get("embeddingDataDeliveryEnabled", True):
        record["output"].pop("outputBodyJson")
    _send(call, told, record)


def _send(call: Call, told: Mapping[str, Any], record: dict[str, Any]) -> None:
    place = Place(call.world, call.account, call.region)
    group, bucket = told.get("cloudWatchConfig"), told.get("s3Config")
    if group:
        large = group.get("largeDataDeliveryS3Config")
        call.world.work.start("invocation log", lambda: _to_log_group(place, group, large, record, call.time))
    if bucket:
        _gather(place, bucket, record, call.time)


def _to_log_group(
    place: Place,
    group: Mapping[str, Any],
    large: Mapping[str, Any] | None,
    record: Mapping[str, Any],
    at: dt.datetime,
) -> None:
    def write() -> None:
        check_fault(place.world, "bedrock", place.account, place.region)
        whole = _with_large_apart(place, large, record, at)
        place.write_event(str(group["logGroupName"]), str(group["roleArn"]), _text(whole), at)

    _delivered(place, "CloudWatch", record, write)


def _gather(place: Place, bucket: Mapping[str, Any], record: Mapping[str, Any], at: dt.datetime) -> None:
    """Records that come within a moment are lines of one object."""
    with _gate:
        waiting: list[Mapping[str, Any]] = place.world.held(
            place.account, place.region, "invocation records for S3", list
        )
        waiting.append(record)
        first = len(waiting) == 1

    def write() -> None:
        time.sleep(_GATHERING_SECONDS)
        with _gate:
            gathered = list(waiting)
            waiting.clear()
        check_fault(place.world, "bedrock", place.account, place.region)
        lines = [_text(_with_large_apart(place, bucket, one, at)) for one in gathered]
        key = f"{_hour(place, bucket, at)}{at:%Y%m%dT%H%M%S%f}Z_{secrets.token_hex(8)}.json.gz"
        body = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
        place.write_object(str(bucket["bucketName"]), key, body)

    if first:
        place.world.work.start("invocation log", lambda: _delivered(place, "S3", record, write))


def _delivered(place: Place, where: str, record: Mapping[str, Any], write: Callable[[], None]) -> None:
    """It is written, or kept as lost; the metrics of deliveries tell which."""
    try:
        write()
    except (LostError, ClientError) as why:
        lost(place.world, f"the invocation record {record['requestId']} to {where}", why)
        _count(place, f"ModelInvocationLogs{where}DeliveryFailure")
    else:
        _count(place, f"ModelInvocationLogs{where}DeliverySuccess")


def _count(place: Place, name: str) -> None:
    told = metric("AWS/Bedrock", name, _ACROSS)
    put(place.world, place.account, place.region, told, value_of(1, place.world.now(), "Count"))


def _with_large_apart(
    place: Place, bucket: Mapping[str, Any] | None, record: Mapping[str, Any], at: dt.datetime
) -> dict[str, Any]:
    """The record with bodies that are too large as objects of their own, or left out where none can be."""
    whole = {**record}
    for side in ("input", "output"):
        body = record.get(side, {}).get(f"{side}BodyJson")
        text = _text(body).encode()
        if body is None or len(text) <= LARGEST_INLINE:
            continue
        rest = {name: value for name, value in record[side].items() if name != f"{side}BodyJson"}
        if bucket is not None:
            name = str(bucket["bucketName"])
            key = f"{_hour(place, bucket, at)}data/{record['requestId']}_{side}.json.gz"
            place.write_object(name, key, gzip.compress(text, mtime=0))
            rest[f"{side}BodyS3Path"] = f"s3://{name}/{key}"
            _count(place, "ModelInvocationLargeDataS3DeliverySuccess")
        whole[side] = rest
    return whole


def _hour(place: Place, bucket: Mapping[str, Any], at: dt.datetime) -> str:
    return f"{folder(place.account, bucket.get('keyPrefix'))}{place.region}/{at:%Y/%m/%d/%H}/"


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)
