"""Saved queries. Queries themselves are not run."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from craton.emulator.delivery.log_events import milliseconds
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.logs.service import SERVICE

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_SHELF: Final = "query definitions"
_PAGE: Final = 1000


@SERVICE.operation("PutQueryDefinition")
def put_query_definition(call: Call) -> Result:
    """There is the saved query, new or changed."""
    given = call.parameters
    if given.get("parameters"):
        raise NotEmulatedError("the parameter parameters")
    held = call.world.shelf(call.account, call.region, _SHELF)
    known = given.get("queryDefinitionId")
    if known and known not in held:
        raise ServiceError("ResourceNotFoundException", "The specified query definition does not exist.")
    made = str(known or uuid.uuid4())
    held[made] = {
        "queryDefinitionId": made,
        "queryLanguage": given.get("queryLanguage") or "CWLI",
        "name": given["name"],
        "queryString": given["queryString"],
        "lastModified": milliseconds(call.time),
        "logGroupNames": list(given.get("logGroupNames") or ()),
    }
    return {"queryDefinitionId": made}


@SERVICE.operation("DescribeQueryDefinitions")
def describe_query_definitions(call: Call) -> Result:
    """Tells the saved queries whose names begin so."""
    given = call.parameters
    prefix = str(given.get("queryDefinitionNamePrefix") or "")
    held = call.world.shelf(call.account, call.region, _SHELF).values()
    rows = sorted((one for one in held if one["name"].startswith(prefix)), key=lambda one: str(one["name"]))
    wanted = given.get("queryLanguage")
    rows = [one for one in rows if wanted in (None, one["queryLanguage"])]
    first = int(given.get("nextToken") or 0)
    last = first + int(given.get("maxResults") or _PAGE)
    more = {"nextToken": str(last)} if last < len(rows) else {}
    return {"queryDefinitions": rows[first:last], **more}


@SERVICE.operation("DeleteQueryDefinition")
def delete_query_definition(call: Call) -> Result:
    """There is no such saved query."""
    held = call.world.shelf(call.account, call.region, _SHELF)
    if held.pop(call.parameters["queryDefinitionId"], None) is None:
        raise ServiceError("ResourceNotFoundException", "The specified query definition does not exist.")
    return {"success": True}
