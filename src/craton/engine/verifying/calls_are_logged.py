"""Where models were called in the last hours, records of calls came as well, and not long ago.

Of an account in which nobody called a model it is unknown whether records would come.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import (
    Check,
    Questions,
    Scene,
    Subject,
    Verdict,
    failed,
    passed,
    unknown,
)
from craton.kinds.invocation_log_group import NAME, logging
from craton.kinds.invocation_logging import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOURS: Final = 3
_CALLS: Final = "SEARCH('{AWS/Bedrock,ModelId} MetricName=\"Invocations\"', 'Sum', 3600)"
_LATE: Final = dt.timedelta(hours=1)
"""Records come minutes after the call; so much later than the newest call none may be missing."""


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    hour = scene.at.replace(minute=0, second=0, microsecond=0)
    told = asked.ask(
        of.account,
        of.region,
        "cloudwatch",
        "GetMetricData",
        MetricDataQueries=[{"Id": "calls", "Expression": _CALLS}],
        StartTime=f"{hour - dt.timedelta(hours=_HOURS):%Y-%m-%dT%H:%M:%S}Z",
        EndTime=f"{hour + dt.timedelta(hours=1):%Y-%m-%dT%H:%M:%S}Z",
    )
    hours = [
        moment
        for one in told["MetricDataResults"]
        for moment, value in zip(one["Timestamps"], one["Values"], strict=True)
        if value
    ]
    if not hours:
        return unknown(f"no model was called in the last {_HOURS} hours")
    called = _moment(max(hours))
    newest = _newest(scene, of, asked)
    if newest is None:
        return failed(f"models were called at {called:%H} UTC, and no record of any call is there")
    age = f"the newest record came {_words(scene.at - newest)} ago"
    return passed(age) if newest >= called - _LATE else failed(f"{age}, before the newest calls")


def _newest(scene: Scene, of: Subject, asked: Questions) -> dt.datetime | None:
    """When the newest record came; None where none is there."""
    if logging(scene.intent).transport == "replication":
        times = list(_archived(scene, of, asked))
        return max(times) if times else None
    told = asked.ask(
        of.account,
        of.region,
        "logs",
        "DescribeLogStreams",
        logGroupName=NAME,
        orderBy="LastEventTime",
        descending=True,
    )
    streams = (told or {}).get("logStreams", ())
    stamps = [one["lastEventTimestamp"] for one in streams if one.get("lastEventTimestamp")]
    return dt.datetime.fromtimestamp(max(stamps) / 1000, dt.UTC).replace(tzinfo=None) if stamps else None


def _archived(scene: Scene, of: Subject, asked: Questions) -> Iterator[dt.datetime]:
    """When records of the account came into the hub's archive, today and yesterday."""
    hub = scene.intent.hub_account
    own = f"{PREFIX}/AWSLogs/{of.account}/BedrockModelInvocationLogs/{of.region}"
    for day in (scene.at, scene.at - dt.timedelta(days=1)):
        told = asked.ask(
            hub,
            of.region,
            "s3",
            "ListObjectsV2",
            Bucket=f"craton-bedrock-archive-{hub}-{of.region}",
            Prefix=f"{own}/{day:%Y/%m/%d}/",
        )
        yield from (_moment(one["LastModified"]) for one in (told or {}).get("Contents", ()))


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None)


def _words(age: dt.timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour


CHECK: Final = Check(
    title="records of calls come",
    hint="look at the delivery of the log group, and at what `craton verify` says of logging in this account",
    subjects=Scene.in_members,
    judge=_judge,
)
