"""AWS IAM."""

from __future__ import annotations

from craton.emulator.service import Service

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
