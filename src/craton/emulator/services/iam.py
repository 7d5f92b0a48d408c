"""AWS IAM."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import AWSManagedPolicy, iam_backends

from craton.emulator.service import Service

if TYPE_CHECKING:
    from craton.emulator.call import Call

SERVICE = Service(
    "iam",
    moto=(
        *("CreateRole", "GetRole", "DeleteRole", "ListRoles", "UpdateRole", "UpdateAssumeRolePolicy"),
        *("TagRole", "UntagRole", "ListRoleTags"),
        *("PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies"),
        *("AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies"),
        *("PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"),
        *("CreatePolicy", "GetPolicy", "DeletePolicy", "ListPolicies"),
        *("CreatePolicyVersion", "GetPolicyVersion", "DeletePolicyVersion", "ListPolicyVersions"),
        *("CreateUser", "GetUser", "DeleteUser", "ListUsers"),
        *("PutUserPolicy", "GetUserPolicy", "DeleteUserPolicy", "ListUserPolicies"),
        *("AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies"),
        *("CreateAccessKey", "DeleteAccessKey", "ListAccessKeys", "UpdateAccessKey"),
    ),
)

_OF_AWS: Final = "arn:aws:iam::aws:policy/"


@SERVICE.before(
    *("AttachRolePolicy", "AttachUserPolicy", "GetPolicy", "GetPolicyVersion"),
    *("ListPolicyVersions", "PutRolePermissionsBoundary", "CreateRole"),
)
def know_managed_policy(call: Call) -> None:
    """Has the account know the policy of AWS that a call names: moto would make all of them, or none."""
    arn = str(call.parameters.get("PolicyArn") or call.parameters.get("PermissionsBoundary") or "")
    held = iam_backends[call.account]["aws"].managed_policies
    if not arn.startswith(_OF_AWS) or arn in held:
        return
    data = _managed_policies().get(arn)
    if data is not None:
        name, told = data
        held[arn] = AWSManagedPolicy.from_data(name, call.account, "aws", told)


@functools.cache
def _managed_policies() -> dict[str, tuple[str, dict[str, Any]]]:
    """The managed policies of AWS that moto ships, by ARN."""
    from moto.iam.aws_managed_policies import (  # noqa: PLC0415 - 5 MB of text, needed by few calls
        aws_managed_policies_data,
    )

    told: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return {f"{_OF_AWS.removesuffix('/')}{held['Path']}{name}": (name, held) for name, held in told.items()}
