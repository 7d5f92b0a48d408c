"""Log events that come in: whoever subscribed gets them, and metric filters count them."""

from __future__ import annotations

import bisect
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.delivery.centralization import PRINCIPAL, centralize
from craton.emulator.delivery.filter_pattern import matcher
from craton.emulator.delivery.log_events import Origin, forward, milliseconds
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.logs.account_policies import subscriptions_of_account
from craton.emulator.services.logs.metric_filters import count
from craton.emulator.services.logs.service import SERVICE, group_of
from craton.emulator.services.logs.subscription_filters import subscriptions_of

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

MOST_EVENTS: Final = 10_000
OLDEST: Final = dt.timedelta(days=14)
NEWEST: Final = dt.timedelta(hours=2)


@SERVICE.operation("PutLogEvents")
def put_log_events(call: Call) -> Result:
    """The events are in the stream, and on their way to whoever subscribed.

    Source: "PutLogEvents", docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
    API_PutLogEvents.html, retrieved 2026-11-26.
    """
    given = call.parameters
    if given.get("entity"):
        raise NotEmulatedError("the parameter entity")
    group = group_of(call, str(given["logGroupName"]))
    stream = group.streams.get(str(given["logStreamName"]))
    if stream is None:
        raise ServiceError("ResourceNotFoundException", "The specified log stream does not exist.")
    events: list[dict[str, Any]] = list(given["logEvents"])
    times = [int(one["timestamp"]) for one in events]
    if times != sorted(times):
        raise ServiceError(
            "InvalidParameterException",
            "Log events in a single PutLogEvents request must be in chronological order.",
        )
    if len(events) > MOST_EVENTS:
        raise ServiceError("InvalidParameterException", f"a batch has at most {MOST_EVENTS} log events")
    first = bisect.bisect_left(times, milliseconds(call.time - OLDEST))
    last = bisect.bisect_right(times, milliseconds(call.time + NEWEST))
    taken = events[first:last]
    token = stream.put_log_events(taken)
    if taken:
        _pass_on(call, str(group.name), str(stream.log_stream_name), taken)
    rejected = {
        **({"tooOldLogEventEndIndex": first} if first else {}),
        **({"tooNewLogEventStartIndex": last} if last < len(events) else {}),
    }
    return {"nextSequenceToken": token, **({"rejectedLogEventsInfo": rejected} if rejected else {})}


def _pass_on(call: Call, group: str, stream: str, events: list[dict[str, Any]]) -> None:
    origin = Origin(account=call.account, region=call.region, group=group, stream=stream)
    subscriptions = [
        *subscriptions_of(call.world, call.account, call.region, group),
        *subscriptions_of_account(call.world, call.account, call.region, group),
    ]
    forward(call.world, origin, subscriptions, events)
    count(call.world, origin, events)
    if call.caller.arn != PRINCIPAL:
        is_encrypted = bool(group_of(call, group).kms_key_id)
        centralize(call.world, origin, events, is_encrypted=is_encrypted)


@SERVICE.operation("FilterLogEvents")
def filter_log_events(call: Call) -> Result:
    """The events of a group that pass a pattern, the oldest first."""
    given = call.parameters
    for name in ("logGroupIdentifier", "unmask"):
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    group = group_of(call, str(given["logGroupName"]))
    passes = matcher(str(given.get("filterPattern") or ""))
    names, prefix = given.get("logStreamNames"), given.get("logStreamNamePrefix")
    start, end = int(given.get("startTime") or 0), given.get("endTime")
    found = [
        {**event.to_filter_dict(), "logStreamName": stream.log_stream_name}
        for stream in group.streams.values()
        if (not names or stream.log_stream_name in names)
        and (not prefix or stream.log_stream_name.startswith(prefix))
        for event in stream.events
        if event.timestamp >= start and (end is None or event.timestamp <= int(end)) and passes(event.message)
    ]
    found.sort(key=lambda one: (one["timestamp"], int(one["eventId"])))
    first = int(given.get("nextToken") or 0)
    last = first + int(given.get("limit") or MOST_EVENTS)
    more = {"nextToken": str(last)} if last < len(found) else {}
    return {"events": found[first:last], "searchedLogStreams": [], **more}
