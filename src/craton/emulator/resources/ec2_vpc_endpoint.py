"""AWS::EC2::VPCEndpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, document, refuse_others, retag, tag_list, text_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_GIVEN: Final = (
    *("VpcId", "ServiceName", "VpcEndpointType", "SubnetIds", "SecurityGroupIds", "RouteTableIds"),
    "PrivateDnsEnabled",
)
_KNOWN: Final = (*_GIVEN, "PolicyDocument", "Tags")
_LISTS: Final = ("SubnetIds", "SecurityGroupIds")


class VpcEndpoint:
    """An endpoint; Ref is its id."""

    type = "AWS::EC2::VPCEndpoint"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the endpoint."""
        refuse_others(self.type, properties, _KNOWN)
        ec2 = site.client("ec2")
        given = {name: properties[name] for name in _GIVEN if name in properties}
        if "PolicyDocument" in properties:
            given["PolicyDocument"] = text_of(properties["PolicyDocument"])
        if properties.get("VpcEndpointType") == "Interface":
            given.setdefault("PrivateDnsEnabled", False)
        made = ec2.create_vpc_endpoint(**given)["VpcEndpoint"]
        named = {"Resources": [made["VpcEndpointId"]]}
        retag(ec2, TagCalls("create_tags", "delete_tags"), named, {}, properties)
        names = [f"{one['HostedZoneId']}:{one['DnsName']}" for one in made.get("DnsEntries") or ()]
        attributes = {
            "Id": made["VpcEndpointId"],
            "DnsEntries": names,
            "NetworkInterfaceIds": made.get("NetworkInterfaceIds") or [],
            "CreationTimestamp": str(made.get("CreationTimestamp", "")),
        }
        return Made(made["VpcEndpointId"], attributes)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        refuse_others(self.type, properties, _KNOWN)
        if properties.get("RouteTableIds") != previous.get("RouteTableIds"):
            raise NotEmulatedError(f"an update of RouteTableIds of {self.type}")
        ec2 = site.client("ec2")
        given: dict[str, Any] = {}
        for name in _LISTS:
            wanted, before = properties.get(name, ()), previous.get(name, ())
            new, gone = (
                [one for one in wanted if one not in before],
                [one for one in before if one not in wanted],
            )
            given |= {f"Add{name}": new} if new else {}
            given |= {f"Remove{name}": gone} if gone else {}
        if properties.get("PolicyDocument") != previous.get("PolicyDocument"):
            policy = properties.get("PolicyDocument")
            given |= {"PolicyDocument": text_of(policy)} if policy else {"ResetPolicy": True}
        if properties.get("PrivateDnsEnabled") != previous.get("PrivateDnsEnabled"):
            given["PrivateDnsEnabled"] = str(properties.get("PrivateDnsEnabled", False)).lower() == "true"
        if given:
            ec2.modify_vpc_endpoint(VpcEndpointId=made.physical_id, **given)
        named = {"Resources": [made.physical_id]}
        retag(ec2, TagCalls("create_tags", "delete_tags"), named, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the endpoint."""
        site.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made.physical_id])

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What EC2 tells of the endpoint."""
        try:
            rows = site.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[made.physical_id])[
                "VpcEndpoints"
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidVpcEndpointId.NotFound":
                return None
            raise
        told = next((one for one in rows if one.get("State", "").lower() != "deleted"), None)
        if told is None:
            return None
        found: dict[str, Any] = {name: told[name] for name in _GIVEN if name in told and name in properties}
        if "SecurityGroupIds" in properties:
            found["SecurityGroupIds"] = [one["GroupId"] for one in told.get("Groups") or ()]
        if "PolicyDocument" in properties:
            found["PolicyDocument"] = document(told["PolicyDocument"], properties["PolicyDocument"])
        return {**found, "Tags": tag_list(told.get("Tags"))}


KIND = VpcEndpoint()
