"""Roles: whom they trust, and those that belong to services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from moto.iam.models import iam_backends

from craton.core.arn import Arn
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.iam.policies import policy_in, size_of
from craton.emulator.services.iam.service import LINKED_PATH, SERVICE, over
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

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


@SERVICE.before("CreateRole", "UpdateAssumeRolePolicy")
def check_trust_policy(call: Call) -> None:
    """Refuses a trust policy that is none, is too long, or names a role or user that does not exist."""
    text = str(call.parameters.get("AssumeRolePolicyDocument") or call.parameters.get("PolicyDocument"))
    most = quota("trust_policy_characters").limit
    if size_of(text) > most:
        raise over("ACLSizePerRole", most)
    for statement in policy_in(text).statements:
        if statement.resources is not None:
            raise ServiceError("MalformedPolicyDocument", "Has prohibited field Resource")
        for one in statement.principals.principals if statement.principals else ():
            named = one.pattern.text
            if one.kind == "AWS" and not _exists(call.world, named):
                raise ServiceError("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{named}"')


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
    held = tuple(backend.roles.values()) if kind == "role" else tuple(backend.users.values())
    return kind not in ("role", "user") or any(one.arn == principal for one in held)


@SERVICE.before(
    *("DeleteRole", "UpdateAssumeRolePolicy", "PutRolePolicy", "DeleteRolePolicy"),
    *("AttachRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary"),
)
def leave_service_linked_roles_alone(call: Call) -> None:
    """Refuses to change a role that only its service may change."""
    name = call.parameters["RoleName"]
    for role in tuple(iam_backends[call.account]["aws"].roles.values()):
        if role.name == name and role.path.startswith(LINKED_PATH):
            raise ServiceError(
                "UnmodifiableEntity",
                f"Cannot perform the operation on the protected role '{name}' - this role is only "
                "modifiable by AWS",
            )


@SERVICE.operation("CreateServiceLinkedRole")
def create_service_linked_role(call: Call) -> Result:
    """Makes the role of a service, under the name that AWS gives it."""
    if call.parameters.get("CustomSuffix"):
        raise NotEmulatedError("the parameter CustomSuffix")
    service = str(call.parameters["AWSServiceName"])
    if service not in SERVICE_LINKED:
        raise NotEmulatedError(f"the service-linked role of {service}")
    name, backend = SERVICE_LINKED[service], iam_backends[call.account]["aws"]
    if any(one.name == name for one in tuple(backend.roles.values())):
        raise ServiceError(
            "InvalidInput",
            f"Service role name {name} has been taken in this account, please try a different suffix.",
        )
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    role = backend.create_role(
        name,
        json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        f"{LINKED_PATH}{service}/",
        permissions_boundary=None,
        description=str(call.parameters.get("Description") or ""),
        tags=[],
        max_session_duration="3600",
        linked_service=service,
    )
    return {"Role": role}
