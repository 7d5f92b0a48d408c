"""AWS Cost Explorer, as far as cost allocation tags need it: there is no cost.

A tag can be activated once something bears it; at AWS that is known some hours later.

Source: "Activating user-defined cost allocation tags", docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/
activating-tags.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import ServiceError
from craton.emulator.service import Service
from craton.emulator.tagging import tags_in

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

SERVICE = Service("ce")
_KIND: Final = "UserDefined"


def _statuses(call: Call, verb: str) -> dict[str, dict[str, Any]]:
    """The tags that can be activated, by key. Raises: ServiceError for members of an organization."""
    organization = call.world.organization
    if organization is not None and call.account in organization.members:
        if call.account != organization.management_account:
            raise ServiceError(
                "AccessDeniedException",
                f"Failed to {verb}: Linked account doesn't have access to cost allocation tags.",
            )
        accounts = set(organization.members)
    else:
        accounts = {call.account}
    kept: dict[str, dict[str, Any]] = call.world.shelf(call.account, "", "cost allocation tags")
    for record in list(call.world.records):  # calls of others go on meanwhile
        if record.error_code is None and record.caller.account in accounts:
            for key, _ in tags_in(record.parameters):
                kept.setdefault(key, {"TagKey": key, "Type": _KIND, "Status": "Inactive"})
    return kept


@SERVICE.operation("ListCostAllocationTags")
def list_cost_allocation_tags(call: Call) -> Result:
    """Lists tags that can be activated, and whether they are."""
    check_parameters(call)
    given = call.parameters
    keys = given.get("TagKeys")
    rows = [
        one
        for key, one in sorted(_statuses(call, "list Cost Allocation Tags").items())
        if given.get("Status") in (None, one["Status"])
        and given.get("Type") in (None, one["Type"])
        and (not keys or key in keys)
    ]
    start, size = int(given.get("NextToken") or 0), int(given.get("MaxResults") or 100)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {"CostAllocationTags": rows[start : start + size], **more}


@SERVICE.operation("UpdateCostAllocationTagsStatus")
def update_cost_allocation_tags_status(call: Call) -> Result:
    """Activates tags or takes that back; those that nothing bears are told as errors."""
    check_parameters(call)
    kept = _statuses(call, "update Cost Allocation Tag")
    errors = []
    for one in call.parameters["CostAllocationTagsStatus"]:
        key, status = str(one["TagKey"]), str(one["Status"])
        if key not in kept:
            message = f"Tag keys not found: {key}"
            errors.append({"TagKey": key, "Code": "TagKeysNotFound", "Message": message})
        elif kept[key]["Status"] != status:
            kept[key] |= {"Status": status, "LastUpdatedDate": f"{call.time:%Y-%m-%dT%H:%M:%SZ}"}
    return {"Errors": errors}
