"""AWS::IAM::ServiceLinkedRole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class ServiceLinkedRole:
    """The role of a service in an account; Ref is its name."""

    type = "AWS::IAM::ServiceLinkedRole"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the role."""
        role = site.client("iam").create_service_linked_role(
            **{name: value for name, value in properties.items() if value}
        )["Role"]
        return Made(role["RoleName"], {"RoleName": role["RoleName"]})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Describes the role otherwise."""
        site.client("iam").update_role(
            RoleName=made.physical_id, Description=properties.get("Description", "")
        )
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the role."""
        iam = site.client("iam")
        try:
            iam.delete_service_linked_role(RoleName=made.physical_id)
        except iam.exceptions.NoSuchEntityException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What IAM tells of the role."""
        iam = site.client("iam")
        try:
            role = iam.get_role(RoleName=made.physical_id)["Role"]
        except iam.exceptions.NoSuchEntityException:
            return None
        return {"Description": role.get("Description", "")}


KIND = ServiceLinkedRole()
