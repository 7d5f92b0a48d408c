"""What an archive holds beside invocation logs: CloudTrail and CloudWatch metrics of some of the calls.

Panels tell of these too, and would be fast for want of rows. One call in ten stands in the trail, one in a
hundred in the metrics, so that a lake of ten million invocations has a million events beside them.
"""

from __future__ import annotations

import datetime as dt
import functools
import gzip
import multiprocessing
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.corpus import Corpus
    from benchmarks.traffic import Record

IN_TRAIL, IN_METRICS, WITH_CHANGE = 10, 100, 500
CHANGES = (
    ("bedrock", "PutModelInvocationLoggingConfiguration"),
    ("bedrock", "CreateGuardrail"),
    ("iam", "CreateRole"),
    ("sts", "AssumeRole"),
)
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def companions(made: Corpus) -> Path:
    """The folder with a trail and metrics of the corpus, written unless it is there already."""
    folder = Path(made.folder).with_name("companions")
    if folder.is_dir():
        return folder
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        pool.map(functools.partial(_write, unfinished), made.files(), chunksize=1)
    unfinished.rename(folder)
    return folder


def _write(folder: Path, log: Path) -> None:
    lines = gzip.decompress(log.read_bytes()).splitlines()
    calls: list[Record] = [_decode(line) for line in lines[::IN_TRAIL]]
    events = [_event(call, call["operation"], "bedrock") for call in calls]
    events += [
        _event(call, name, source)
        for call, (source, name) in zip(calls[:: WITH_CHANGE // IN_TRAIL], CHANGES * len(calls), strict=False)
    ]
    points = (point for call in calls[:: IN_METRICS // IN_TRAIL] for point in _points(call))
    name = log.name.partition(".")[0]
    trail, metrics = (msgspec.json.encode({"Records": events}), b"\n".join(map(msgspec.json.encode, points)))
    (folder / f"trail_{name}.json.gz").write_bytes(gzip.compress(trail, 1, mtime=0))
    (folder / f"metrics_{name}.gz").write_bytes(gzip.compress(metrics, 1, mtime=0))


def _event(call: Record, name: str, source: str) -> Record:
    """The trail's event of a call, or of a change that its caller made."""
    is_call = name == call["operation"]
    mark = "e" if is_call else "c"
    refused = {"errorCode": call["errorCode"]} if is_call and "errorCode" in call else {}
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": call["identity"]["arn"],
            "accountId": call["accountId"],
        },
        "eventTime": call["timestamp"],
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": call["region"],
        "sourceIPAddress": "192.0.2.10",
        "userAgent": "aws-sdk-go/1.44",
        **refused,
        "requestParameters": {"modelId": call["modelId"]} if is_call else None,
        "responseElements": None,
        "requestID": call["requestId"] if is_call else f"{mark}{call['requestId'][1:]}",
        "eventID": f"{mark}{call['requestId'][1:]}",
        "readOnly": is_call,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call["accountId"],
        "eventCategory": "Management",
    }


def _points(call: Record) -> Iterator[Record]:
    """The data points of a metric stream in which the call is counted alone."""
    tokens = float(call["input"].get("inputTokenCount", 0))
    if "errorCode" in call:
        samples = {"InvocationThrottles": 1.0}
    else:
        samples = {"Invocations": 1.0, "InputTokenCount": tokens, "EstimatedTPMQuotaUsage": 2 * tokens}
    for name, value in samples.items():
        yield {
            "metric_stream_name": "bench",
            "account_id": call["accountId"],
            "region": call["region"],
            "namespace": "AWS/Bedrock",
            "metric_name": name,
            "dimensions": {"ModelId": call["modelId"].rpartition("/")[2]},
            "timestamp": int(dt.datetime.fromisoformat(call["timestamp"]).timestamp()) * 1_000,
            "value": {"count": 1.0, "sum": value, "max": value, "min": value},
            "unit": "Count",
        }
