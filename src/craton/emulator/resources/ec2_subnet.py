"""AWS::EC2::Subnet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_GIVEN: Final = ("VpcId", "CidrBlock", "AvailabilityZone")
_KNOWN: Final = (*_GIVEN, "Tags")


class Subnet:
    """A subnet; Ref is its id."""

    type = "AWS::EC2::Subnet"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the subnet."""
        refuse_others(self.type, properties, _KNOWN)
        ec2 = site.client("ec2")
        given = {name: properties[name] for name in _GIVEN if name in properties}
        made = ec2.create_subnet(**given)["Subnet"]
        named = {"Resources": [made["SubnetId"]]}
        retag(ec2, TagCalls("create_tags", "delete_tags"), named, {}, properties)
        attributes = {name: made[name] for name in ("SubnetId", *_GIVEN)}
        return Made(made["SubnetId"], attributes)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the tags."""
        refuse_others(self.type, properties, _KNOWN)
        calls = TagCalls("create_tags", "delete_tags")
        retag(site.client("ec2"), calls, {"Resources": [made.physical_id]}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the subnet."""
        try:
            site.client("ec2").delete_subnet(SubnetId=made.physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidSubnetID.NotFound":
                raise

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What EC2 tells of the subnet."""
        try:
            told = site.client("ec2").describe_subnets(SubnetIds=[made.physical_id])["Subnets"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidSubnetID.NotFound":
                return None
            raise
        found: dict[str, Any] = {name: told[name] for name in _GIVEN}
        return {**found, "Tags": tag_list(told.get("Tags"))}


KIND = Subnet()
