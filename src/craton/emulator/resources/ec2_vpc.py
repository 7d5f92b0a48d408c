"""AWS::EC2::VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_DNS: Final = {"EnableDnsSupport": True, "EnableDnsHostnames": False}
"""What a VPC does where nobody says otherwise."""
_KNOWN: Final = ("CidrBlock", "InstanceTenancy", "Tags", *_DNS)


class Vpc:
    """A VPC; Ref is its id."""

    type = "AWS::EC2::VPC"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the VPC."""
        refuse_others(self.type, properties, _KNOWN)
        ec2 = site.client("ec2")
        given = {name: properties[name] for name in ("CidrBlock", "InstanceTenancy") if name in properties}
        made = ec2.create_vpc(**given)["Vpc"]["VpcId"]
        _become(ec2, made, properties, {})
        groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [made]}])[
            "SecurityGroups"
        ]
        default = next(one["GroupId"] for one in groups if one["GroupName"] == "default")
        attributes = {
            "VpcId": made,
            "CidrBlock": properties.get("CidrBlock"),
            "DefaultSecurityGroup": default,
        }
        return Made(made, attributes)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        refuse_others(self.type, properties, _KNOWN)
        _become(site.client("ec2"), made.physical_id, properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the VPC."""
        ec2 = site.client("ec2")
        try:
            ec2.delete_vpc(VpcId=made.physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidVpcID.NotFound":
                raise

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What EC2 tells of the VPC."""
        ec2 = site.client("ec2")
        try:
            told = ec2.describe_vpcs(VpcIds=[made.physical_id])["Vpcs"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidVpcID.NotFound":
                return None
            raise
        found: dict[str, Any] = {
            "CidrBlock": told["CidrBlock"],
            "InstanceTenancy": told["InstanceTenancy"],
            "Tags": tag_list(told.get("Tags")),
        }
        for name in _DNS:
            attribute = f"{name[0].lower()}{name[1:]}"
            answer = ec2.describe_vpc_attribute(VpcId=made.physical_id, Attribute=attribute)
            found[name] = answer[name]["Value"]
        return found


def _become(ec2: Any, vpc: str, properties: Properties, previous: Properties) -> None:
    for name, default in _DNS.items():
        wanted = str(properties.get(name, default)).lower() == "true"
        if wanted != (str(previous.get(name, default)).lower() == "true"):
            ec2.modify_vpc_attribute(VpcId=vpc, **{name: {"Value": wanted}})
    if tags_of(properties) != tags_of(previous):
        retag(ec2, TagCalls("create_tags", "delete_tags"), {"Resources": [vpc]}, previous, properties)


KIND = Vpc()
