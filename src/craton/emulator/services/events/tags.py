"""Tags of buses and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.arn import Arn
from craton.emulator.errors import NotEmulatedError
from craton.emulator.observation.buses import buses
from craton.emulator.services.events.service import SERVICE, not_found, tags_of

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> Result:
    """Sets tags."""
    held = tags_of(call, _existing(call))
    held.update({str(one["Key"]): str(one["Value"]) for one in call.parameters["Tags"]})
    return {}


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> Result:
    """Takes tags away."""
    held = tags_of(call, _existing(call))
    for key in call.parameters["TagKeys"]:
        held.pop(str(key), None)
    return {}


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Result:
    """Tells the tags."""
    held = tags_of(call, _existing(call))
    return {"Tags": [{"Key": key, "Value": value} for key, value in held.items()]}


def _existing(call: Call) -> str:
    """The ARN of a bus or rule of the account that is there. Raises: ServiceError, NotEmulatedError."""
    text = str(call.parameters["ResourceARN"])
    arn = Arn.parse(text)
    kind = arn.resource.partition("/")[0] if arn else ""
    if kind not in ("event-bus", "rule"):
        raise NotEmulatedError(f"tags of {text}")
    held = buses(call.world, call.account, call.region).values()
    if text not in {bus.arn for bus in held} | {rule.arn for bus in held for rule in bus.rules.values()}:
        raise not_found(f"The resource {text} does not exist.")
    return text
