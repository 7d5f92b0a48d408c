"""Tags of guardrails and application inference profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.arn import Arn
from craton.emulator.errors import ServiceError
from craton.emulator.runtime.guardrail import guardrail_of
from craton.emulator.runtime.profile import application_profiles
from craton.emulator.services.bedrock.service import SERVICE, checked, given_tags, tags_of

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

MOST_TAGS: Final = 50
"""Source: docs.aws.amazon.com/bedrock/latest/userguide/tagging.html, retrieved 2026-11-26."""


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> Result:
    """Sets tags."""
    checked(call)
    held = tags_of(call.world, _existing(call))
    if len({*held, *given_tags(call)}) > MOST_TAGS:
        raise ServiceError("TooManyTagsException", f"A resource may have {MOST_TAGS} tags.")
    held.update(given_tags(call))
    return {}


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> Result:
    """Removes tags."""
    checked(call)
    held = tags_of(call.world, _existing(call))
    for key in call.parameters["tagKeys"]:
        held.pop(str(key), None)
    return {}


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Result:
    """Tells the tags."""
    checked(call)
    held = tags_of(call.world, _existing(call))
    return {"tags": [{"key": key, "value": value} for key, value in held.items()]}


def _existing(call: Call) -> str:
    """The ARN of a resource that is there. Raises: ServiceError."""
    text = str(call.parameters["resourceARN"])
    arn = Arn.parse(text)
    if arn is not None and arn.account == call.account and arn.region == call.region:
        kind, _, made = arn.resource.partition("/")
        if kind == "guardrail" and guardrail_of(call.world, call.account, call.region, text):
            return text
        held = application_profiles(call.world, call.account, call.region)
        if kind == "application-inference-profile" and made in held:
            return text
    raise ServiceError("ResourceNotFoundException", f"The resource {text} could not be found.")
