"""The event history: what happened in an account and Region, without any trail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError
from craton.emulator.observation.event_names import (
    data_type_of,
    is_logged,
    is_read_only,
    name_of,
    source_of,
)
from craton.emulator.observation.trail_event import event_of, region_of, text_of
from craton.emulator.services.cloudtrail.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.emulator.call import Call
    from craton.emulator.record import Record
    from craton.emulator.service import Result

HISTORY: Final = dt.timedelta(days=90)


@SERVICE.operation("LookupEvents")
def lookup_events(call: Call) -> Result:
    """Tells the management events of ninety days, the newest first."""
    given = call.parameters
    if given.get("EventCategory"):
        raise NotEmulatedError("the parameter EventCategory")
    wanted = given.get("LookupAttributes") or ()
    found = [
        record
        for record in reversed(list(call.world.records))
        if _is_wanted(call, record) and _matches(record, wanted)
    ]
    start, size = int(given.get("NextToken") or 0), int(given.get("MaxResults") or 50)
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {"Events": [_summary(call, record) for record in found[start : start + size]], **more}


def _is_wanted(call: Call, record: Record) -> bool:
    start, end = _moment(call.parameters.get("StartTime")), _moment(call.parameters.get("EndTime"))
    return (
        record.caller.account == call.account
        and record.caller.type != "AWSService"
        and region_of(record) == call.region
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


def _told(record: Record) -> dict[str, str | None]:
    """What events can be looked up by."""
    caller = record.caller
    return {
        "EventId": record.event_id,
        "EventName": name_of(record.operation),
        "ReadOnly": "true" if is_read_only(record.operation) else "false",
        "EventSource": source_of(record.operation),
        "Username": "root" if caller.is_root else caller.arn.rpartition("/")[2],
        "AccessKeyId": record.access_key_id,
    }


def _summary(call: Call, record: Record) -> dict[str, Any]:
    return {
        **{name: value for name, value in _told(record).items() if value is not None},
        "EventTime": record.time,
        "Resources": [],
        "CloudTrailEvent": text_of(event_of(call.world, record)),
    }


def _matches(record: Record, attributes: Iterable[Mapping[str, str]]) -> bool:
    for attribute in attributes:
        key = attribute["AttributeKey"]
        if key in ("ResourceType", "ResourceName"):
            raise NotEmulatedError(f"the lookup attribute {key}")
        if _told(record)[key] != attribute["AttributeValue"]:
            return False
    return True
