"""Operations on tags of accounts, OUs, the root and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import ServiceError
from craton.emulator.services.organizations.service import SERVICE, for_management, for_readers, page

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.organization import Organization
    from craton.emulator.service import Result


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> Result:
    """Sets tags."""
    organization = for_management(call)
    held = organization.tags.setdefault(_known(organization, call.parameters["ResourceId"]), {})
    held.update({one["Key"]: one["Value"] for one in call.parameters["Tags"]})
    return None


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> Result:
    """Removes tags."""
    organization = for_management(call)
    held = organization.tags.setdefault(_known(organization, call.parameters["ResourceId"]), {})
    for key in call.parameters["TagKeys"]:
        held.pop(key, None)
    return None


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Result:
    """Lists tags."""
    organization = for_readers(call)
    held = organization.tags.get(_known(organization, call.parameters["ResourceId"]), {})
    return page(call, "Tags", [{"Key": key, "Value": value} for key, value in held.items()])


def _known(organization: Organization, resource: str) -> str:
    known = {organization.root.id, *organization.units, *organization.members, *organization.policies}
    if resource not in known:
        raise ServiceError("TargetNotFoundException", "You specified a target that doesn't exist.")
    return resource
