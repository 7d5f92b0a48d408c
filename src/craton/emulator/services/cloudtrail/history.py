"""The event history: what happened in an account and Region, without any trail.

Source: "LookupEvents", docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html, retrieved
2026-11-26.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.authentication import INSIDE
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.event_names import (
    data_type_of,
    is_logged,
    is_read_only,
    name_of,
    source_of,
)
from craton.emulator.observation.referenced import referenced
from craton.emulator.observation.trail_event import event_of, region_of, text_of
from craton.emulator.rates import Rates
from craton.emulator.services.cloudtrail.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from craton.emulator.call import Call
    from craton.emulator.record import Record
    from craton.emulator.service import Result

HISTORY: Final = dt.timedelta(days=90)
MOST_EVENTS: Final = 50


@SERVICE.operation("LookupEvents")
def lookup_events(call: Call) -> Result:
    """Tells the management events of ninety days, the newest first, at the rate that AWS keeps."""
    given = call.parameters
    rates = call.world.held("", "", "rates of looking up events", Rates)
    name = call.operation.name
    if INSIDE not in call.environ and not rates.takes(
        "cloudtrail", name, call.account, call.region, call.time
    ):
        raise ServiceError("ThrottlingException", "Rate exceeded")
    if given.get("EventCategory"):
        raise NotEmulatedError("the parameter EventCategory")
    _check(call)
    matches = _matching(given.get("LookupAttributes") or ())
    found = [
        record
        for record in reversed(list(call.world.records))
        if _is_wanted(call, record) and matches(record)
    ]
    start, size = _start(call, found), int(given.get("MaxResults") or MOST_EVENTS)
    page = found[start : start + size]
    more = {"NextToken": page[-1].event_id} if start + size < len(found) else {}
    return {"Events": [_summary(call, record) for record in page], **more}


def _check(call: Call) -> None:
    """Raises: ServiceError where the call asks for what cannot be."""
    given = call.parameters
    if len(given.get("LookupAttributes") or ()) > 1:
        raise ServiceError(
            "InvalidLookupAttributesException", "Currently the list can contain only one item."
        )
    if not 1 <= int(given.get("MaxResults") or MOST_EVENTS) <= MOST_EVENTS:
        raise ServiceError("InvalidMaxResultsException", f"MaxResults must be from 1 to {MOST_EVENTS}.")
    start, end = _moment(given.get("StartTime")), _moment(given.get("EndTime"))
    if start is not None and end is not None and start > end:
        raise ServiceError("InvalidTimeRangeException", "The start time is after the end time.")


def _start(call: Call, found: list[Record]) -> int:
    """Where the page begins: behind the event that the token tells, whatever has happened since."""
    token = call.parameters.get("NextToken")
    if not token:
        return 0
    place = next((n for n, record in enumerate(found, 1) if record.event_id == token), None)
    if place is None:
        raise ServiceError("InvalidNextTokenException", "The token is of another lookup.")
    return place


def _is_wanted(call: Call, record: Record) -> bool:
    if record.caller.account != call.account or record.caller.type == "AWSService":
        return False
    start, end = _moment(call.parameters.get("StartTime")), _moment(call.parameters.get("EndTime"))
    return (
        region_of(record) == call.region
        and is_logged(record.operation)
        and data_type_of(record.operation) is None
        and record.time > call.time - HISTORY
        and (start is None or record.time >= start)
        and (end is None or record.time <= end)
    )


def _moment(value: Any) -> dt.datetime | None:
    if value is None or not isinstance(value, dt.datetime):
        return dt.datetime.fromtimestamp(float(value), dt.UTC).replace(tzinfo=None) if value else None
    return value if value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)


_TOLD: Final[Mapping[str, Callable[[Record], str | None]]] = {
    "EventId": lambda record: record.event_id,
    "EventName": lambda record: name_of(record.operation),
    "ReadOnly": lambda record: "true" if is_read_only(record.operation) else "false",
    "EventSource": lambda record: source_of(record.operation),
    "Username": lambda record: "root" if record.caller.is_root else record.caller.arn.rpartition("/")[2],
    "AccessKeyId": lambda record: record.access_key_id,
}
"""What events can be looked up by, beside their resources, and how each tells it."""


def _matching(attributes: tuple[Mapping[str, str], ...]) -> Callable[[Record], bool]:
    """Whether an event is one of those that are looked up."""
    if not attributes:
        return lambda _: True
    key, value = attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]
    match key:
        case "ResourceName":
            return lambda record: any(one.name == value for one in referenced(record))
        case "ResourceType":
            return lambda record: any(one.type == value for one in referenced(record))
        case _:
            return lambda record: _TOLD[key](record) == value


def _summary(call: Call, record: Record) -> dict[str, Any]:
    told = {name: tell(record) for name, tell in _TOLD.items()}
    return {
        **{name: value for name, value in told.items() if value is not None},
        "EventTime": record.time,
        "Resources": [{"ResourceType": one.type, "ResourceName": one.name} for one in referenced(record)],
        "CloudTrailEvent": text_of(event_of(call.world, record)),
    }
