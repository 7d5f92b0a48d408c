"""The service, and which trails an account sees.

Source: "CloudTrail API Reference", docs.aws.amazon.com/awscloudtrail/latest/APIReference/, retrieved
2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import ServiceError
from craton.emulator.observation.trails import Trail, all_trails
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.emulator.call import Call

SERVICE = Service("cloudtrail")


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A trail is authorised by its ARN, which its name tells."""
    name = call.parameters.get("Name") or call.parameters.get("TrailName")
    if not name:
        return None
    return [(f"cloudtrail:{call.operation.name}", arn_of(call, str(name)))]


def arn_of(call: Call, name: str) -> str:
    """The ARN of a trail that a call names by name or ARN."""
    return (
        name if name.startswith("arn:") else f"arn:aws:cloudtrail:{call.region}:{call.account}:trail/{name}"
    )


def visible(call: Call) -> Iterator[Trail]:
    """The trails that an account sees in a Region: its own, and those of its organization."""
    organization = call.world.organization
    for trail in all_trails(call.world):
        is_own = trail.account == call.account
        is_shared = (
            trail.organization is not None
            and organization is not None
            and organization.id == trail.organization
            and call.account in organization.members
        )
        if (is_own or is_shared) and (trail.is_multi_region or trail.region == call.region):
            yield trail


def existing(call: Call) -> Trail:
    """The trail of a call. Raises: ServiceError."""
    name = str(call.parameters.get("Name") or call.parameters.get("TrailName"))
    for trail in visible(call):
        if name in (trail.arn, trail.name):
            return trail
    raise ServiceError("TrailNotFoundException", f"Unknown trail: {arn_of(call, name)}")


def own(call: Call) -> Trail:
    """The trail of a call, which its own account changes in its home Region. Raises: ServiceError."""
    trail = existing(call)
    if trail.region != call.region:
        raise ServiceError(
            "InvalidHomeRegionException", f"The home Region of {trail.name} is {trail.region}."
        )
    if trail.account != call.account:
        raise ServiceError(
            "NotOrganizationMasterAccountException", "A member may not change a trail of its organization."
        )
    return trail
