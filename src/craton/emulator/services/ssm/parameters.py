"""Parameters: as what calls on them are authorised, and how they are tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.ssm.documents import existing
from craton.emulator.services.ssm.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.service import Result

_TYPE: Final = "Parameter"
_DOCUMENT: Final = "Document"


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Each parameter is authorised by itself, without the slash at the head of its name.

    Source: "Restricting access to Parameter Store parameters using IAM policies", docs.aws.amazon.com/
    systems-manager/latest/userguide/sysman-paramstore-access.html, retrieved 2026-11-26.
    """
    given, name = call.parameters, call.operation.name
    if given.get("ResourceType") == _DOCUMENT:
        return [(f"ssm:{name}", f"arn:aws:ssm:{call.region}:{call.account}:document/{given['ResourceId']}")]
    if given.get("ResourceType") == _TYPE:
        names = [given["ResourceId"]]
    elif "Parameter" in name and name != "DescribeParameters":
        told = given.get("Name") or given.get("Path")
        names = list(given.get("Names") or ()) or [told]
    else:
        return None
    stem = f"arn:aws:ssm:{call.region}:{call.account}:parameter/"
    return [
        (f"ssm:{name}", one if str(one).startswith("arn:") else f"{stem}{str(one).lstrip('/')}")
        for one in names
    ]


@SERVICE.before("PutParameter")
def refuse_unknown(call: Call) -> None:
    """Raises: NotEmulatedError for parameters that expire, or that hold more than a text."""
    given = call.parameters
    for name in ("Policies", "KeyId"):
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    if given.get("DataType", "text") != "text":
        raise NotEmulatedError(f"the data type {given['DataType']}")
    if given.get("Type") == "SecureString":
        raise NotEmulatedError("parameters of the type SecureString")


def _tags(call: Call) -> dict[str, str]:
    given = call.parameters
    if given["ResourceType"] == _DOCUMENT:
        return existing(call, str(given["ResourceId"])).tags
    if given["ResourceType"] != _TYPE:
        raise NotEmulatedError(f"tags of the resource type {given['ResourceType']}")
    from moto.ssm.models import ssm_backends  # noqa: PLC0415 - it loads EC2, which takes a second

    name, backend = str(given["ResourceId"]), ssm_backends[call.account][call.region]
    if not backend.get_parameters([name]):
        raise ServiceError("InvalidResourceId", f"the parameter {name} does not exist")
    held: dict[str, str] = call.world.shelf(call.account, call.region, "parameter tags").setdefault(name, {})
    return held


@SERVICE.operation("AddTagsToResource")
def add_tags_to_resource(call: Call) -> Result:
    """The parameter has these tags, too."""
    _tags(call).update({one["Key"]: one["Value"] for one in call.parameters["Tags"]})
    return {}


@SERVICE.operation("RemoveTagsFromResource")
def remove_tags_from_resource(call: Call) -> Result:
    """The parameter has these tags no more."""
    held = _tags(call)
    for key in call.parameters["TagKeys"]:
        held.pop(key, None)
    return {}


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Result:
    """Tells the tags of a parameter."""
    return {"TagList": [{"Key": key, "Value": value} for key, value in sorted(_tags(call).items())]}


@SERVICE.after("PutParameter")
def tag(call: Call, _: object) -> None:
    """A new parameter has the tags that it was made with."""
    tags = {one["Key"]: one["Value"] for one in call.parameters.get("Tags") or ()}
    shelf = call.world.shelf(call.account, call.region, "parameter tags")
    shelf.setdefault(str(call.parameters["Name"]), {}).update(tags)


@SERVICE.after("DeleteParameter", "DeleteParameters")
def forget(call: Call, _: object) -> None:
    """The tags of a parameter go with it."""
    shelf = call.world.shelf(call.account, call.region, "parameter tags")
    for name in call.parameters.get("Names") or [call.parameters.get("Name")]:
        shelf.pop(str(name), None)
