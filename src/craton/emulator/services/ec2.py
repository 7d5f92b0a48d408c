"""Amazon EC2, as far as VPC endpoints need it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from craton.codec.policy_source import read_policy
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.service import Result

SERVICE = Service(
    "ec2",
    moto=(
        *("CreateVpc", "DescribeVpcs", "DeleteVpc", "ModifyVpcAttribute", "DescribeVpcAttribute"),
        *("CreateSubnet", "DescribeSubnets", "DeleteSubnet"),
        *("CreateSecurityGroup", "DescribeSecurityGroups", "DeleteSecurityGroup"),
        *("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"),
        *("AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"),
        *("CreateVpcEndpoint", "DescribeVpcEndpoints", "DeleteVpcEndpoints"),
        *("CreateTags", "DeleteTags", "DescribeTags"),
        *("DescribeRegions", "DescribeAvailabilityZones"),
    ),
)
_CREATED: Final = {
    "CreateVpc": ("vpc/*",),
    "CreateSubnet": ("subnet/*", "vpc/{VpcId}"),
    "CreateSecurityGroup": ("security-group/*", "vpc/{VpcId}"),
    "CreateVpcEndpoint": ("vpc-endpoint/*", "vpc/{VpcId}"),
}
"""What is authorised beside what is made: the required resource types of each action.

Source: "Actions, resources, and condition keys for Amazon EC2", docs.aws.amazon.com/service-authorization/
latest/reference/list_amazonec2.html, retrieved 2026-11-26.
"""
_KINDS: Final = {
    "vpc-": "vpc",
    "subnet-": "subnet",
    "sg-": "security-group",
    "vpce-": "vpc-endpoint",
}


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """What is made is authorised with what it is made in, and several things each by itself."""
    given, name = call.parameters, call.operation.name
    stem = f"arn:aws:ec2:{call.region}:{call.account}:"
    action = f"ec2:{name}"
    if name in _CREATED:
        arns = [f"{stem}{one.format(**given)}" for one in _CREATED[name]]
        return [(action, arn) for arn in arns]
    if name == "DeleteVpcEndpoints":
        return [(action, f"{stem}vpc-endpoint/{one}") for one in given.get("VpcEndpointIds") or ()]
    if name in ("CreateTags", "DeleteTags"):
        return [(action, _arn(stem, str(one))) for one in given.get("Resources") or ()]
    if "SecurityGroup" in name and given.get("GroupId"):
        return [(action, f"{stem}security-group/{given['GroupId']}")]
    return None


def _arn(stem: str, named: str) -> str:
    kind = next((kind for prefix, kind in _KINDS.items() if named.startswith(prefix)), "*")
    return f"{stem}{kind}/{named}"


@SERVICE.before("CreateVpcEndpoint")
def refuse_unknown(call: Call) -> None:
    """Raises: NotEmulatedError for parameters that would be dropped; ServiceError for what is no policy."""
    given = call.parameters
    for name in ("DnsOptions", "SubnetConfigurations", "IpAddressType", "ServiceRegion"):
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    if given.get("VpcEndpointType", "Gateway") not in ("Gateway", "Interface"):
        raise NotEmulatedError(f"VPC endpoints of the type {given['VpcEndpointType']}")
    _check(given.get("PolicyDocument"))


def _check(text: object) -> None:
    if text and read_policy(str(text).encode(), "endpoint policy", "endpoint policy")[0] is None:
        raise ServiceError("InvalidPolicyDocument", f"Invalid Policy Document: {text}")


@SERVICE.operation("ModifyVpcEndpoint")
def modify_vpc_endpoint(call: Call) -> Result:
    """The endpoint has other subnets, groups, tables, another policy or other names."""
    given = call.parameters
    for name in (
        "DnsOptions",
        "SubnetConfigurations",
        "IpAddressType",
        "AddRouteTableIds",
        "RemoveRouteTableIds",
    ):
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    _check(given.get("PolicyDocument"))
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - a second to load, and few rehearsals need it

    wanted = str(given["VpcEndpointId"])
    endpoint = ec2_backends[call.account][call.region].vpc_end_points.get(wanted)
    if endpoint is None:
        raise ServiceError("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{wanted}' does not exist")
    default = json.dumps(endpoint.DEFAULT_POLICY)
    if given.get("ResetPolicy") or given.get("PolicyDocument"):
        endpoint.policy_document = default if given.get("ResetPolicy") else given["PolicyDocument"]
    if given.get("PrivateDnsEnabled") is not None:
        endpoint.private_dns_enabled = given["PrivateDnsEnabled"]
    for held, name in (("subnet_ids", "SubnetIds"), ("security_group_ids", "SecurityGroupIds")):
        removed = given.get(f"Remove{name}") or ()
        kept = [one for one in getattr(endpoint, held) or () if one not in removed]
        setattr(endpoint, held, [*kept, *(one for one in given.get(f"Add{name}") or () if one not in kept)])
    return {"Return": True}
