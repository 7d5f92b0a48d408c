"""Tags of trails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.errors import ServiceError
from craton.emulator.observation.trails import all_trails
from craton.emulator.services.cloudtrail.service import SERVICE

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_SHELF: Final = "cloudtrail tags"


def tags(call: Call, arn: str) -> dict[str, str]:
    """The tags of a trail, to be read and changed."""
    kept: dict[str, str] = call.world.shelf(call.account, "", _SHELF).setdefault(arn, {})
    return kept


def given_tags(told: Any) -> dict[str, str]:
    """The tags of a parameter."""
    return {str(one["Key"]): str(one.get("Value") or "") for one in told or ()}


@SERVICE.tags_of("cloudtrail")
def tags_of_trail(call: Call, arn: str) -> dict[str, str]:
    """The tags of a trail."""
    return dict(tags(call, arn))


@SERVICE.operation("AddTags")
def addtags(call: Call) -> Result:
    """Gives a trail tags."""
    tags(call, _tagged(call, str(call.parameters["ResourceId"]))).update(
        given_tags(call.parameters["TagsList"])
    )
    return {}


@SERVICE.operation("RemoveTags")
def removetags(call: Call) -> Result:
    """Takes tags away."""
    held = tags(call, _tagged(call, str(call.parameters["ResourceId"])))
    for key in given_tags(call.parameters["TagsList"]):
        held.pop(key, None)
    return {}


@SERVICE.operation("ListTags")
def listtags(call: Call) -> Result:
    """Tells the tags of trails."""
    rows = []
    for one in call.parameters["ResourceIdList"]:
        held = tags(call, _tagged(call, str(one)))
        rows.append(
            {"ResourceId": one, "TagsList": [{"Key": key, "Value": told} for key, told in held.items()]}
        )
    return {"ResourceTagList": rows}


def _tagged(call: Call, arn: str) -> str:
    told = Arn.parse(arn)
    if told is None or all(one.arn != arn for one in all_trails(call.world)):
        raise ServiceError("ResourceNotFoundException", f"The trail {arn} does not exist.")
    return arn
