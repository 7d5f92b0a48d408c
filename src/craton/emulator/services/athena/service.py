"""Amazon Athena: work groups and saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.athena.models import athena_backends

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.service import Result

SERVICE = Service(
    "athena",
    moto=(
        *("CreateWorkGroup", "GetWorkGroup", "ListWorkGroups"),
        *("CreateNamedQuery", "GetNamedQuery", "ListNamedQueries"),
        *("TagResource", "UntagResource"),
    ),
)
PRIMARY: Final = "primary"
EXECUTIONS: Final = "query executions"
"""The shelf of queries that were started."""


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Work groups are called by several names, and saved queries are authorised on their work group."""
    given, name = call.parameters, call.operation.name
    if name == "ListWorkGroups":
        return None
    if given.get("ResourceARN"):
        return [(f"athena:{name}", str(given["ResourceARN"]))]
    group = given.get("WorkGroup") or (given.get("Name") if name == "CreateWorkGroup" else None)
    if group is None and given.get("NamedQueryId"):
        query = athena_backends[call.account][call.region].named_queries.get(given["NamedQueryId"])
        group = query.workgroup.name if query else None
    if group is None and given.get("QueryExecutionId"):
        held = call.world.shelf(call.account, call.region, EXECUTIONS).get(given["QueryExecutionId"])
        group = held.group if held else None
    arn = f"arn:aws:athena:{call.region}:{call.account}:workgroup/{group or PRIMARY}"
    return [(f"athena:{name}", arn)]


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Result:
    """The tags of a work group, which may have none."""
    backend, arn = athena_backends[call.account][call.region], str(call.parameters["ResourceARN"])
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if (kind, name in backend.work_groups) != ("workgroup", True):
        raise ServiceError("InvalidRequestException", f"Athena Resource, {arn} Does Not Exist")
    told: dict[str, Any] = backend.tagger.list_tags_for_resource(arn)
    return {"Tags": told["Tags"]}


@SERVICE.operation("UpdateWorkGroup")
def update_work_group(call: Call) -> Result:
    """Changes a work group: the parts of its configuration that the call names."""
    given = call.parameters
    group = athena_backends[call.account][call.region].work_groups.get(given["WorkGroup"])
    if group is None:
        raise ServiceError("InvalidRequestException", f"WorkGroup {given['WorkGroup']} is not found.")
    if given.get("Description") is not None:
        group.description = given["Description"]
    if given.get("State"):
        group.state = given["State"]
    updates = dict(given.get("ConfigurationUpdates") or {})
    result = dict(updates.pop("ResultConfigurationUpdates", None) or {})
    for name in [*updates, *result]:
        if name.startswith("Remove"):
            raise NotEmulatedError(f"the parameter {name}")
    group.configuration.update(updates)
    if result:
        group.configuration.setdefault("ResultConfiguration", {}).update(result)
    return {}


@SERVICE.operation("DeleteWorkGroup")
def delete_work_group(call: Call) -> Result:
    """Removes a work group, with its saved queries where the call says so."""
    given = call.parameters
    backend = athena_backends[call.account][call.region]
    name = str(given["WorkGroup"])
    if name == PRIMARY:
        raise ServiceError("InvalidRequestException", "Unable to delete primary workgroup")
    group = backend.work_groups.get(name)
    if group is None:
        raise ServiceError("InvalidRequestException", f"WorkGroup {name} is not found.")
    held = [query_id for query_id, one in backend.named_queries.items() if one.workgroup is group]
    if held and not given.get("RecursiveDeleteOption"):
        raise ServiceError("InvalidRequestException", f"WorkGroup {name} is not empty")
    for query_id in held:
        del backend.named_queries[query_id]
    del backend.work_groups[name]
    return {}


@SERVICE.operation("DeleteNamedQuery")
def delete_named_query(call: Call) -> Result:
    """Removes a saved query."""
    backend = athena_backends[call.account][call.region]
    if backend.named_queries.pop(call.parameters["NamedQueryId"], None) is None:
        raise ServiceError("InvalidRequestException", "NamedQuery is not found")
    return {}


@SERVICE.operation("UpdateNamedQuery")
def update_named_query(call: Call) -> Result:
    """Changes a saved query."""
    given = call.parameters
    query = athena_backends[call.account][call.region].named_queries.get(given["NamedQueryId"])
    if query is None:
        raise ServiceError("InvalidRequestException", "NamedQuery is not found")
    query.name, query.query_string = given["Name"], given["QueryString"]
    if given.get("Description") is not None:
        query.description = given["Description"]
    return {}


@SERVICE.before("GetNamedQuery", "GetWorkGroup", "CreateNamedQuery")
def exist(call: Call) -> None:
    """Raises: ServiceError for work groups and saved queries that are not there."""
    backend = athena_backends[call.account][call.region]
    query, group = call.parameters.get("NamedQueryId"), call.parameters.get("WorkGroup")
    if query and query not in backend.named_queries:
        raise ServiceError("InvalidRequestException", f"NamedQuery {query} is not found")
    if group and group not in backend.work_groups:
        raise ServiceError("InvalidRequestException", f"WorkGroup {group} is not found.")
