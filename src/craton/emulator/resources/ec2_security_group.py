"""AWS::EC2::SecurityGroup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.resources.kind import Properties, Site

_RULES: Final = ("SecurityGroupIngress", "SecurityGroupEgress")
_KNOWN: Final = ("GroupDescription", "GroupName", "VpcId", "Tags", *_RULES)
_RULE: Final = ("IpProtocol", "FromPort", "ToPort", "CidrIp", "SourceSecurityGroupId", "Description")


class SecurityGroup:
    """A security group; Ref is its id."""

    type = "AWS::EC2::SecurityGroup"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the group with its rules."""
        refuse_others(self.type, properties, _KNOWN)
        ec2 = site.client("ec2")
        given = {"VpcId": properties["VpcId"]} if "VpcId" in properties else {}
        name = str(properties.get("GroupName") or site.name(255))
        made = ec2.create_security_group(GroupName=name, Description=properties["GroupDescription"], **given)[
            "GroupId"
        ]
        _become(ec2, made, properties, {})
        return Made(made, {"GroupId": made, "Id": made, "VpcId": properties.get("VpcId")})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the rules and tags that changed."""
        refuse_others(self.type, properties, _KNOWN)
        _become(site.client("ec2"), made.physical_id, properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the group."""
        try:
            site.client("ec2").delete_security_group(GroupId=made.physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidGroup.NotFound":
                raise

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What EC2 tells of the group; of egress only what the template says itself."""
        try:
            groups = site.client("ec2").describe_security_groups(GroupIds=[made.physical_id])
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidGroup.NotFound":
                return None
            raise
        told = groups["SecurityGroups"][0]
        found: dict[str, Any] = {
            "GroupDescription": told["Description"],
            "GroupName": told["GroupName"],
            "SecurityGroupIngress": _rules(told["IpPermissions"]),
            "Tags": tag_list(told.get("Tags")),
        }
        if "SecurityGroupEgress" in properties:
            found["SecurityGroupEgress"] = _rules(told["IpPermissionsEgress"])
        return {**found, "VpcId": told["VpcId"]} if told.get("VpcId") else found


def _become(ec2: Any, group: str, properties: Properties, previous: Properties) -> None:
    calls = {
        "SecurityGroupIngress": (ec2.authorize_security_group_ingress, ec2.revoke_security_group_ingress),
        "SecurityGroupEgress": (ec2.authorize_security_group_egress, ec2.revoke_security_group_egress),
    }
    for name, (authorize, revoke) in calls.items():
        wanted, before = properties.get(name, ()), previous.get(name, ())
        gone = [one for one in before if one not in wanted]
        new = [one for one in wanted if one not in before]
        if gone:
            revoke(GroupId=group, IpPermissions=[_permission(one) for one in gone])
        if name == "SecurityGroupEgress" and not before and wanted:
            revoke(GroupId=group, IpPermissions=[_permission({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"})])
        if new:
            authorize(GroupId=group, IpPermissions=[_permission(one) for one in new])
    retag(ec2, TagCalls("create_tags", "delete_tags"), {"Resources": [group]}, previous, properties)


def _permission(rule: Mapping[str, Any]) -> dict[str, Any]:
    for name in rule:
        if name not in _RULE:
            raise NotEmulatedError(f"the property {name} of a rule of a security group")
    made: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    made |= {name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule}
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    if "CidrIp" in rule:
        made["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "SourceSecurityGroupId" in rule:
        made["UserIdGroupPairs"] = [{"GroupId": rule["SourceSecurityGroupId"], **described}]
    return made


def _rules(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in told:
        common: dict[str, Any] = {"IpProtocol": one["IpProtocol"]}
        common |= {name: one[name] for name in ("FromPort", "ToPort") if name in one}
        found.extend({**common, **held} for held in one.get("IpRanges", ()))
        for held in one.get("UserIdGroupPairs", ()):
            described = {"Description": held["Description"]} if held.get("Description") else {}
            found.append({**common, "SourceSecurityGroupId": held["GroupId"], **described})
    return found


KIND = SecurityGroup()
