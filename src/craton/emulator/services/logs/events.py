"""Log events that come in: whoever subscribed gets them, and metric filters count them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.delivery.filter_pattern import matcher
from craton.emulator.delivery.log_events import Origin, forward
from craton.emulator.errors import NotEmulatedError
from craton.emulator.services.logs.account_policies import subscriptions_of_account
from craton.emulator.services.logs.metric_filters import count
from craton.emulator.services.logs.service import SERVICE, group_of
from craton.emulator.services.logs.subscription_filters import subscriptions_of

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.wire import Answer

MOST_EVENTS: Final = 10_000


@SERVICE.after("PutLogEvents")
def pass_on(call: Call, answer: Answer) -> None:
    """The events that were taken are on their way."""
    given = call.parameters
    events = _taken(list(given["logEvents"]), answer)
    if not events:
        return
    group = str(given["logGroupName"])
    origin = Origin(account=call.account, region=call.region, group=group, stream=str(given["logStreamName"]))
    subscriptions = [
        *subscriptions_of(call.world, call.account, call.region, group),
        *subscriptions_of_account(call.world, call.account, call.region, group),
    ]
    forward(call.world, origin, subscriptions, events)
    count(call.world, origin, events)


def _taken(events: list[dict[str, Any]], answer: Answer) -> list[dict[str, Any]]:
    """The events but for those that were too old or too new."""
    rejected = json.loads(answer.body or b"{}").get("rejectedLogEventsInfo") or {}
    first = int(rejected.get("tooOldLogEventEndIndex", -1)) + 1
    last = int(rejected.get("tooNewLogEventStartIndex", len(events)))
    return events[first:last]


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
