"""Which events a trail takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.cloudtrail.service import SERVICE, existing, own

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.observation.trails import Trail
    from craton.emulator.service import Result

_FIELDS: Final = frozenset({"eventCategory", "readOnly", "eventSource", "eventName", "resources.type"})


@SERVICE.operation("PutEventSelectors")
def put_event_selectors(call: Call) -> Result:
    """Says which events a trail takes."""
    given, trail = call.parameters, own(call)
    basic, advanced = given.get("EventSelectors"), given.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced):
        raise ServiceError(
            "InvalidEventSelectorsException", "Give event selectors or advanced event selectors, not both."
        )
    for one in advanced or ():
        for selector in one["FieldSelectors"]:
            if selector["Field"] not in _FIELDS:
                raise NotEmulatedError(f"the field {selector['Field']} of advanced event selectors")
    trail.basic, trail.advanced = (list(basic) if basic else None), (list(advanced) if advanced else None)
    return _selectors(trail)


@SERVICE.operation("GetEventSelectors")
def get_event_selectors(call: Call) -> Result:
    """Tells which events a trail takes: all management events where nothing was said."""
    return _selectors(existing(call))


def _selectors(trail: Trail) -> dict[str, Any]:
    if trail.advanced is not None:
        return {"TrailARN": trail.arn, "AdvancedEventSelectors": trail.advanced}
    every = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
    return {"TrailARN": trail.arn, "EventSelectors": trail.basic or every}
