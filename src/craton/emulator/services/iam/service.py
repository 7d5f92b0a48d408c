"""The service, and what its operations have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends

from craton.emulator.errors import ServiceError
from craton.emulator.managed_policies import managed_policy
from craton.emulator.service import Service

if TYPE_CHECKING:
    from moto.iam.models import User

    from craton.emulator.call import Call

SERVICE = Service(
    "iam",
    moto=(
        *("CreateRole", "GetRole", "DeleteRole", "ListRoles", "UpdateRole", "UpdateAssumeRolePolicy"),
        *("TagRole", "UntagRole", "ListRoleTags"),
        *("PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies"),
        *("AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies"),
        *("PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"),
        *("CreatePolicy", "GetPolicy", "DeletePolicy", "ListPolicies", "ListEntitiesForPolicy"),
        *("CreatePolicyVersion", "GetPolicyVersion", "DeletePolicyVersion", "ListPolicyVersions"),
        *("SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy", "ListPolicyTags"),
        *("CreateUser", "GetUser", "DeleteUser", "ListUsers", "TagUser", "UntagUser", "ListUserTags"),
        *("PutUserPolicy", "GetUserPolicy", "DeleteUserPolicy", "ListUserPolicies"),
        *("AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies"),
        *("CreateAccessKey", "DeleteAccessKey", "ListAccessKeys", "UpdateAccessKey"),
        *("CreateGroup", "GetGroup", "DeleteGroup", "ListGroups", "ListGroupsForUser"),
        *("AddUserToGroup", "RemoveUserFromGroup"),
        *("PutGroupPolicy", "GetGroupPolicy", "DeleteGroupPolicy", "ListGroupPolicies"),
        *("AttachGroupPolicy", "DetachGroupPolicy", "ListAttachedGroupPolicies"),
        *("DeleteServiceLinkedRole", "GetServiceLinkedRoleDeletionStatus"),
    ),
)

LINKED_PATH: Final = "/aws-service-role/"
"""The path of service-linked roles."""


@SERVICE.before(
    *("AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy", "GetPolicy", "GetPolicyVersion"),
    *("ListPolicyVersions", "PutRolePermissionsBoundary", "CreateRole", "CreateUser"),
    "ListEntitiesForPolicy",
)
def know_managed_policy(call: Call) -> None:
    """Has the account know the managed policy that a call names. Raises: ServiceError where there is none."""
    arn = str(call.parameters.get("PolicyArn") or call.parameters.get("PermissionsBoundary") or "")
    if arn and managed_policy(call.account, arn) is None:
        raise ServiceError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")


def over(quota_name: str, most: int) -> ServiceError:
    """The refusal of more than a quota allows."""
    return ServiceError("LimitExceeded", f"Cannot exceed quota for {quota_name}: {most}")


def user_of(call: Call) -> User:
    """The user that a call is about. Raises: ServiceError where there is none."""
    user = iam_backends[call.account]["aws"].users.get(str(call.parameters["UserName"]))
    if user is None:
        raise ServiceError(
            "NoSuchEntity", f"The user with name {call.parameters['UserName']} cannot be found."
        )
    return user


def holder_of(call: Call) -> Any:
    """The role, user or group that a call is about. Raises: ServiceError where there is none."""
    backend = iam_backends[call.account]["aws"]
    given = call.parameters
    if given.get("UserName"):
        return user_of(call)
    held: list[Any] = [one for one in tuple(backend.roles.values()) if one.name == given.get("RoleName")]
    held += [one for one in tuple(backend.groups.values()) if one.name == given.get("GroupName")]
    if not held:
        name = given.get("RoleName") or given.get("GroupName")
        raise ServiceError("NoSuchEntity", f"The entity with name {name} cannot be found.")
    return held[0]
