"""AWS::CloudFormation::CustomResource and Custom::…: resources that a Lambda function makes.

Source: "Custom resource request types" and "Custom resource response objects", docs.aws.amazon.com/
AWSCloudFormation/latest/UserGuide/crpg-ref.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.resources.kind import HalfMadeError, Made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.resources.kind import Properties, Site

LARGEST_RESPONSE: Final = 4096
_GRACE_SECONDS: Final = 15.0
_GRACE_SECONDS_OF_FAILED: Final = 0.5
"""How long an answer is waited for after the function has ended; AWS waits an hour."""


NEVER_MADE: Final = "could-not-create"
"""The id by which CloudFormation asks to remove what a function refused to make and gave no id."""


class CustomResource:
    """Whatever a function makes of its properties."""

    type = "AWS::CloudFormation::CustomResource"

    def create(self, site: Site, properties: Properties) -> Made:
        """Has the function make the resource."""
        return _asked(site, "Create", properties, {})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Has the function change the resource; a new id means another, and that the old one is to go."""
        more = {"PhysicalResourceId": made.physical_id, "OldResourceProperties": _told(previous)}
        return _asked(site, "Update", properties, more)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Has the function remove the resource."""
        _asked(site, "Delete", properties, {"PhysicalResourceId": made.physical_id})

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """Nothing: CloudFormation cannot read what a function made, and looks for no drift in it."""
        return {}


def _asked(site: Site, kind: str, properties: Properties, more: Mapping[str, Any]) -> Made:
    """What the function answers. Raises: ServiceError where it fails or does not answer."""
    token = str(properties.get("ServiceToken", ""))
    if ":lambda:" not in token:
        raise NotEmulatedError(f"a ServiceToken that is no function: {token}")
    world = site.world
    request = str(uuid.uuid4())
    event = {
        "RequestType": kind,
        "RequestId": request,
        "ResponseURL": f"{world.endpoint}{world.responses.path(request)}",
        "ResourceType": site.type,
        "LogicalResourceId": site.logical_id,
        "StackId": site.stack_id,
        "ServiceToken": token,
        "ResourceProperties": _told(properties),
        **more,
    }
    invoked = site.client("lambda", token.split(":")[3]).invoke(
        FunctionName=token, Payload=json.dumps(event).encode()
    )
    failed = bool(invoked.get("FunctionError"))
    answer = _awaited(site, request, _GRACE_SECONDS_OF_FAILED if failed else _GRACE_SECONDS)
    if answer is None:
        said = invoked["Payload"].read().decode(errors="replace") if invoked.get("FunctionError") else ""
        raise ServiceError(
            "ValidationError",
            "CloudFormation did not receive a response from your Custom Resource. Please check your logs for "
            f"requestId [{request}].{f' The function said: {said}' if said else ''}",
        )
    physical = str(answer.get("PhysicalResourceId") or more.get("PhysicalResourceId") or "")
    if answer.get("Status") != "SUCCESS":
        told = (
            "Received response status [FAILED] from custom resource. "
            f"Message returned: {answer.get('Reason')} (RequestId: {request})"
        )
        raise HalfMadeError("ValidationError", told, Made(physical or NEVER_MADE))
    if not physical:
        raise ServiceError("ValidationError", "Invalid PhysicalResourceId")
    return Made(physical, dict(answer.get("Data") or {}))


def _awaited(site: Site, request: str, seconds: float) -> dict[str, Any] | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        body = site.world.responses.take(request)
        if body is not None:
            if len(body) > LARGEST_RESPONSE:
                raise ServiceError("ValidationError", "Response object is too long.")
            answer: dict[str, Any] = json.loads(body)
            return answer
        time.sleep(0.01)
    return None


def _told(value: Any) -> Any:
    """Properties as CloudFormation hands them to a function: every scalar is a text."""
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


KIND = CustomResource()
