"""AWS::Organizations::OrganizationalUnit."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::Organizations::OrganizationalUnit",
    service="organizations",
    creates="create_organizational_unit",
    reads="describe_organizational_unit",
    updates="update_organizational_unit",
    deletes="delete_organizational_unit",
    identifies={"OrganizationalUnitId": "{id}"},
    physical="OrganizationalUnit.Id",
    attributes={"Id": "OrganizationalUnit.Id", "Arn": "OrganizationalUnit.Arn"},
    unwraps="OrganizationalUnit",
    gone=("OrganizationalUnitNotFoundException",),
)
