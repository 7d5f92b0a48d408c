"""AWS IAM: moto's, with what it lacks: boundaries of users, conflicts, and policies that mean something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends

from craton.codec.policy_source import read_policy
from craton.core.arn import Arn
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.in_force import USER_BOUNDARY
from craton.emulator.managed_policies import managed_policy
from craton.emulator.service import Service
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.iam.models import IAMBackend, Role, User

    from craton.core.policy import Policy
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

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

_INLINE: Final = {
    "Role": "role_inline_characters",
    "User": "user_inline_characters",
    "Group": "group_inline_characters",
}
_ATTACHED: Final = {
    "Role": "managed_policies_per_role",
    "User": "managed_policies_per_user",
    "Group": "managed_policies_per_group",
}


_LINKED_PATH: Final = "/aws-service-role/"
SERVICE_LINKED: Final = {
    "access-analyzer.amazonaws.com": "AWSServiceRoleForAccessAnalyzer",
    "cloudtrail.amazonaws.com": "AWSServiceRoleForCloudTrail",
    "config.amazonaws.com": "AWSServiceRoleForConfig",
    "config-conforms.amazonaws.com": "AWSServiceRoleForConfigConforms",
    "config-multiaccountsetup.amazonaws.com": "AWSServiceRoleForConfigMultiAccountSetup",
    "events.amazonaws.com": "AWSServiceRoleForCloudWatchEvents",
    "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
    "organizations.amazonaws.com": "AWSServiceRoleForOrganizations",
    "securityhub.amazonaws.com": "AWSServiceRoleForSecurityHub",
}
"""The names of service-linked roles, which follow no rule.

Source: "Using service-linked roles" in the guide of each service, docs.aws.amazon.com, retrieved 2026-11-26.
"""


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


@SERVICE.before("AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy")
def attach_no_more_than_fit(call: Call) -> None:
    """Refuses one managed policy too many."""
    kind = next(one for one in _ATTACHED if one in call.operation.name)
    held, most = _holder(call).managed_policies, quota(_ATTACHED[kind]).limit
    if len(held) >= most and call.parameters["PolicyArn"] not in held:
        raise _over(f"PoliciesPer{kind}", most)


@SERVICE.before("CreatePolicy", "CreatePolicyVersion")
def check_managed_document(call: Call) -> None:
    """Refuses a managed policy that is none, or too long."""
    text = str(call.parameters["PolicyDocument"])
    _identity_policy(text)
    most = quota("managed_policy_characters").limit
    if _size(text) > most:
        raise _over("PolicySize", most)


@SERVICE.before("PutRolePolicy", "PutUserPolicy", "PutGroupPolicy")
def check_inline_document(call: Call) -> None:
    """Refuses an inline policy that is none, or too long together with the others."""
    text, name = str(call.parameters["PolicyDocument"]), call.parameters["PolicyName"]
    _identity_policy(text)
    kind = next(one for one in _INLINE if one in call.operation.name)
    others = [str(held) for key, held in _holder(call).policies.items() if key != name]
    most = quota(_INLINE[kind]).limit
    if _size(text) + sum(map(_size, others)) > most:
        owner = f"{kind.lower()} {call.parameters[f'{kind}Name']}"
        raise ServiceError("LimitExceeded", f"Maximum policy size of {most} bytes exceeded for {owner}")


@SERVICE.before("CreateRole", "UpdateAssumeRolePolicy")
def check_trust_policy(call: Call) -> None:
    """Refuses a trust policy that is none, is too long, or names a role or user that does not exist."""
    text = str(call.parameters.get("AssumeRolePolicyDocument") or call.parameters.get("PolicyDocument"))
    most = quota("trust_policy_characters").limit
    if _size(text) > most:
        raise _over("ACLSizePerRole", most)
    for statement in _policy(text).statements:
        if statement.resources is not None:
            raise ServiceError("MalformedPolicyDocument", "Has prohibited field Resource")
        for one in statement.principals.principals if statement.principals else ():
            named = one.pattern.text
            if one.kind == "AWS" and not _exists(call.world, named):
                raise ServiceError("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{named}"')


def _over(quota_name: str, most: int) -> ServiceError:
    return ServiceError("LimitExceeded", f"Cannot exceed quota for {quota_name}: {most}")


@SERVICE.before(
    *("DeleteRole", "UpdateAssumeRolePolicy", "PutRolePolicy", "DeleteRolePolicy"),
    *("AttachRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary"),
)
def leave_service_linked_roles_alone(call: Call) -> None:
    """Refuses to change a role that only its service may change."""
    name = call.parameters["RoleName"]
    for role in iam_backends[call.account]["aws"].roles.values():
        if role.name == name and role.path.startswith(_LINKED_PATH):
            raise ServiceError(
                "UnmodifiableEntity",
                f"Cannot perform the operation on the protected role '{name}' - this role is only "
                "modifiable by AWS",
            )


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Service-linked roles are authorised by the path that their service has, whatever their name becomes.

    Source: "Create a service-linked role", docs.aws.amazon.com/IAM/latest/UserGuide/
    using-service-linked-roles.html, retrieved 2026-11-26.
    """
    given, action = call.parameters, f"iam:{call.operation.name}"
    stem = f"arn:aws:iam::{call.account}:role/aws-service-role"
    if call.operation.name == "CreateServiceLinkedRole":
        return [(action, f"{stem}/{given['AWSServiceName']}/AWSServiceRoleFor*")]
    if call.operation.name == "GetServiceLinkedRoleDeletionStatus":
        way = str(given["DeletionTaskId"]).removeprefix("task/aws-service-role/").rpartition("/")[0]
        return [(action, f"{stem}/{way}")]
    return None


@SERVICE.operation("CreateServiceLinkedRole")
def create_service_linked_role(call: Call) -> Result:
    """Makes the role of a service, under the name that AWS gives it."""
    if call.parameters.get("CustomSuffix"):
        raise NotEmulatedError("the parameter CustomSuffix")
    service = str(call.parameters["AWSServiceName"])
    if service not in SERVICE_LINKED:
        raise NotEmulatedError(f"the service-linked role of {service}")
    name, backend = SERVICE_LINKED[service], iam_backends[call.account]["aws"]
    if any(one.name == name for one in backend.roles.values()):
        raise ServiceError(
            "InvalidInput",
            f"Service role name {name} has been taken in this account, please try a different suffix.",
        )
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    role = backend.create_role(
        name,
        json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        f"{_LINKED_PATH}{service}/",
        permissions_boundary=None,
        description=str(call.parameters.get("Description") or ""),
        tags=[],
        max_session_duration="3600",
        linked_service=service,
    )
    return {"Role": role}


def _exists(world: World, principal: str) -> bool:
    """Whether a principal that a policy names by its ARN is there; of other accounts nobody knows."""
    arn = Arn.parse(principal)
    if arn is None or arn.service != "iam":
        return True
    members = world.organization.members if world.organization else {world.management_account: None}
    kind, _, name = arn.resource.partition("/")
    if arn.account not in members or not name or "aws-reserved" in name:
        return True
    backend: IAMBackend = iam_backends[arn.account]["aws"]
    held = backend.roles.values() if kind == "role" else backend.users.values()
    return kind not in ("role", "user") or any(one.arn == principal for one in held)


@SERVICE.before("DeletePolicy")
def keep_policy_in_use(call: Call) -> None:
    """Refuses to delete a managed policy that is attached, or has further versions."""
    policy = managed_policy(call.account, str(call.parameters["PolicyArn"]))
    if policy is None:
        return
    if policy.attachment_count:
        raise ServiceError("DeleteConflict", "Cannot delete a policy attached to entities.", status=409)
    if len(policy.versions) > 1:
        raise ServiceError(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete the "
            "policy's versions. The default version is deleted with the policy.",
            status=409,
        )


@SERVICE.before("DeleteUser")
def keep_user_with_keys(call: Call) -> None:
    """Refuses to delete a user who has keys, or is in a group."""
    backend = iam_backends[call.account]["aws"]
    name = str(call.parameters["UserName"])
    user = backend.users.get(name)
    if user is not None and user.access_keys:
        raise ServiceError(
            "DeleteConflict", "Cannot delete entity, must delete access keys first.", status=409
        )
    if user is not None and backend.get_groups_for_user(name):
        raise ServiceError(
            "DeleteConflict", "Cannot delete entity, must remove users from group first.", status=409
        )


@SERVICE.after("CreateUser")
def bound_new_user(call: Call, _: object) -> None:
    """The new user has the boundary that it was made with."""
    if call.parameters.get("PermissionsBoundary"):
        _bind(call, str(call.parameters["PermissionsBoundary"]))


@SERVICE.operation("PutUserPermissionsBoundary")
def put_user_permissions_boundary(call: Call) -> Result:
    """Sets the boundary of a user."""
    know_managed_policy(call)
    _bind(call, str(call.parameters["PermissionsBoundary"]))
    return None


@SERVICE.operation("DeleteUserPermissionsBoundary")
def delete_user_permissions_boundary(call: Call) -> Result:
    """Takes the boundary of a user away."""
    _bind(call, None)
    return None


def _bind(call: Call, arn: str | None) -> None:
    user = _user(call)
    setattr(user, USER_BOUNDARY, arn)
    told = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    setattr(user, "permissions_boundary", told if arn else None)  # noqa: B010 - moto's answers tell it so


def _user(call: Call) -> User:
    user = iam_backends[call.account]["aws"].users.get(str(call.parameters["UserName"]))
    if user is None:
        raise ServiceError(
            "NoSuchEntity", f"The user with name {call.parameters['UserName']} cannot be found."
        )
    return user


def _holder(call: Call) -> Any:
    """The role, user or group that a call is about. Raises: ServiceError where there is none."""
    backend = iam_backends[call.account]["aws"]
    given = call.parameters
    if given.get("UserName"):
        return _user(call)
    held: list[Any] = [one for one in backend.roles.values() if one.name == given.get("RoleName")]
    held += [one for one in backend.groups.values() if one.name == given.get("GroupName")]
    if not held:
        name = given.get("RoleName") or given.get("GroupName")
        raise ServiceError("NoSuchEntity", f"The entity with name {name} cannot be found.")
    return held[0]


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """The boundary and the policy that a call is about: by them creating roles is delegated.

    Source: "Actions, resources, and condition keys for AWS Identity and Access Management",
    docs.aws.amazon.com/service-authorization/latest/reference/
    list_awsidentityandaccessmanagementiam.html, retrieved 2026-11-26.
    """
    keys: dict[str, tuple[str, ...]] = {}
    boundary = call.parameters.get("PermissionsBoundary") or _boundary_of_holder(call)
    if boundary:
        keys["iam:PermissionsBoundary"] = (str(boundary),)
    if call.parameters.get("PolicyArn") and call.operation.name.startswith(("Attach", "Detach")):
        keys["iam:PolicyARN"] = (str(call.parameters["PolicyArn"]),)
    return keys


def _boundary_of_holder(call: Call) -> str | None:
    if call.operation.name.startswith("Create"):
        return None
    backend = iam_backends[call.account]["aws"]
    role = next((one for one in backend.roles.values() if one.name == call.parameters.get("RoleName")), None)
    user = backend.users.get(str(call.parameters.get("UserName")))
    held: str | None = role.permissions_boundary_arn if role else getattr(user, USER_BOUNDARY, None)
    return held


@SERVICE.tags_of("iam")
def tags_of(call: Call, arn: str) -> dict[str, str]:  # noqa: ARG001 - the signature of all such
    """The tags of a role or user."""
    parsed = Arn.parse(arn)
    backend: IAMBackend | None = iam_backends[parsed.account]["aws"] if parsed and parsed.account else None
    if backend is None:
        return {}
    held: list[Role | User] = [*backend.roles.values(), *backend.users.values()]
    found = next((one for one in held if one.arn == arn), None)
    return {one["Key"]: one["Value"] for one in (found.tags if found else None) or ()}


def _identity_policy(text: str) -> None:
    """Refuses what is no policy of an identity. Raises: ServiceError."""
    for statement in _policy(text).statements:
        if statement.principals is not None:
            raise ServiceError("MalformedPolicyDocument", "Policy document should not specify a principal.")
        if statement.resources is None:
            raise ServiceError("MalformedPolicyDocument", "Policy statement must contain resources.")


def _policy(text: str) -> Policy:
    policy, problems = read_policy(text.encode(), "policy", "policy")
    if policy is None or any(one.severity == "error" for one in problems):
        raise ServiceError("MalformedPolicyDocument", "Syntax errors in policy.")
    return policy


def _size(text: str) -> int:
    """How many characters count: white space outside of texts does not."""
    try:
        return len(json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False))
    except ValueError:
        return len(text)
