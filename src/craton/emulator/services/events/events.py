"""Events that somebody puts on a bus."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.delivery.access import lost
from craton.emulator.observation.buses import bus_of, event, hand_on
from craton.emulator.services.events.service import SERVICE, bus_arn, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

_OF_AWS: Final = "aws."


@SERVICE.operation("PutEvents")
def put_events(call: Call) -> Result:
    """Takes events one by one; each tells by itself what is wrong with it."""
    refuse(call.parameters, ("EndpointId",))
    rows = [_put(call, one) for one in call.parameters["Entries"]]
    return {"FailedEntryCount": sum("ErrorCode" in row for row in rows), "Entries": rows}


def _put(call: Call, entry: Mapping[str, Any]) -> dict[str, Any]:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return _failed(
                "InvalidArgument", f"Parameter {name} is not valid. Reason: {name} is a required argument."
            )
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return _failed("MalformedDetail", "Detail is malformed.")
    source = str(entry["Source"])
    if source.startswith(_OF_AWS):
        return _failed("NotAuthorizedForSourceException", "Not authorized for the source.")
    bus = bus_of(call.world, bus_arn(call, entry.get("EventBusName")))
    if bus is None:
        lost(call.world, f"an event of {source}", f"the event bus {entry['EventBusName']} does not exist")
        return {"EventId": str(uuid.uuid4())}
    told = event(
        call.world,
        (call.account, bus.region),
        source,
        str(entry["DetailType"]),
        detail,
        resources=tuple(map(str, entry.get("Resources") or ())),
        at=_moment(entry.get("Time")),
    )
    hand_on(call.world, bus, told)
    return {"EventId": told["id"]}


def _failed(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}


def _moment(value: Any) -> dt.datetime | None:
    if value is None:
        return None
    told = value if isinstance(value, dt.datetime) else dt.datetime.fromtimestamp(float(value), dt.UTC)
    return told if told.tzinfo is None else told.astimezone(dt.UTC).replace(tzinfo=None)
