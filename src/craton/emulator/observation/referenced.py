"""The resources that CloudTrail tells of a call: in its event, and where events are looked up.

CloudTrail tells types and names of those services whose resources its event history knows; of all others it
tells none, such as of Bedrock and Organizations: their events are found by name, and by what they say.
Source: "Resource Types Supported by CloudTrail Event History", docs.aws.amazon.com/awscloudtrail/latest/
userguide/view-cloudtrail-events-supported-resource-types.html; "Logging IAM and AWS STS API calls with AWS
CloudTrail", docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html, retrieved 2026-11-26; that
events of S3 and KMS tell their bucket and key, recorded trails show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.emulator.record import Record

_TYPES: Final[Mapping[tuple[str, str], str]] = {
    ("cloudtrail", "Name"): "AWS::CloudTrail::Trail",
    ("cloudtrail", "TrailName"): "AWS::CloudTrail::Trail",
    ("ec2", "GroupId"): "AWS::EC2::SecurityGroup",
    ("ec2", "SubnetId"): "AWS::EC2::Subnet",
    ("ec2", "VpcEndpointId"): "AWS::EC2::VPCEndpoint",
    ("ec2", "VpcEndpointIds"): "AWS::EC2::VPCEndpoint",
    ("ec2", "VpcId"): "AWS::EC2::VPC",
    ("iam", "AccessKeyId"): "AWS::IAM::AccessKey",
    ("iam", "GroupName"): "AWS::IAM::Group",
    ("iam", "InstanceProfileName"): "AWS::IAM::InstanceProfile",
    ("iam", "PolicyArn"): "AWS::IAM::Policy",
    ("iam", "PolicyName"): "AWS::IAM::Policy",
    ("iam", "RoleName"): "AWS::IAM::Role",
    ("iam", "UserName"): "AWS::IAM::User",
    ("kms", "KeyId"): "AWS::KMS::Key",
    ("s3", "Bucket"): "AWS::S3::Bucket",
    ("sts", "RoleArn"): "AWS::IAM::Role",
}
"""What the parameters of services name."""
_IN_EVENTS: Final = ("kms", "s3", "sts")
"""Services whose events tell the resource by its ARN."""


class Referenced(Struct, frozen=True):
    """A resource by its type and the name under which a call had it."""

    type: str
    name: str


def referenced(record: Record) -> tuple[Referenced, ...]:
    """The resources that a call names, in the order of its parameters; none where CloudTrail knows none."""
    return tuple(dict.fromkeys(_named(record)))


def _named(record: Record) -> Iterator[Referenced]:
    service = record.operation.service
    for parameter, value in record.parameters.items():
        kind = _TYPES.get((service, parameter))
        if kind is None or not value:
            continue
        for one in value if isinstance(value, list) else (value,):
            yield Referenced(kind, _arn_of_key(record, str(one)) if service == "kms" else str(one))


def resources_of(record: Record) -> list[dict[str, Any]]:
    """The resources as the event of a call that manages them tells them."""
    return [
        {"accountId": _arn(one).split(":")[4] or record.caller.account, "type": one.type, "ARN": _arn(one)}
        for one in referenced(record)
        if record.operation.service in _IN_EVENTS
    ]


def _arn(one: Referenced) -> str:
    return f"arn:aws:s3:::{one.name}" if one.type == "AWS::S3::Bucket" else one.name


def _arn_of_key(record: Record, key: str) -> str:
    place = f"arn:aws:kms:{record.region}:{record.caller.account}"
    if key.startswith("arn:"):
        return key
    return f"{place}:{key}" if key.startswith("alias/") else f"{place}:key/{key}"
