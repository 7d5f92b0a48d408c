"""What calls are authorised on, and the condition keys that they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from craton.core.arn import Arn
from craton.emulator.in_force import USER_BOUNDARY
from craton.emulator.permissions import action_of
from craton.emulator.services.iam.service import LINKED_PATH, SERVICE
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.iam.models import IAMBackend, Role, User

    from craton.emulator.call import Call


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """The action of a call with the role, user, group or policy that it names, by its path too.

    Service-linked roles are authorised by the path that their service has, whatever their name becomes.
    Source: "Create a service-linked role", docs.aws.amazon.com/IAM/latest/UserGuide/
    using-service-linked-roles.html, retrieved 2026-11-26.
    """
    name = action_of(call.operation)
    action = iam_reference().action(name) if name else None
    if name is None or action is None or action.is_wildcard_only:
        return None
    given, kinds = call.parameters, [use.type for use in action.resource_types]
    linked = f"arn:aws:iam::{call.account}:role{LINKED_PATH.rstrip('/')}"
    if call.operation.name == "CreateServiceLinkedRole":
        return ((name, f"{linked}/{given['AWSServiceName']}/AWSServiceRoleFor*"),)
    if call.operation.name == "GetServiceLinkedRoleDeletionStatus":
        way = str(given["DeletionTaskId"]).removeprefix(f"task{LINKED_PATH}").rpartition("/")[0]
        return ((name, f"{linked}/{way}"),)
    for kind, key in (("role", "RoleName"), ("group", "GroupName"), ("user", "UserName")):
        if kind in kinds and given.get(key):
            return ((name, _arn_of(call, kind, str(given[key]))),)
    if "policy" in kinds and given.get("PolicyName"):
        return ((name, _made_arn(call, "policy", str(given["PolicyName"]))),)
    return None


def _arn_of(call: Call, kind: str, name: str) -> str:
    """The ARN of a role, user or group, or the one that it will have."""
    backend = iam_backends[call.account]["aws"]
    held: dict[str, list[Any]] = {
        "role": list(backend.roles.values()),
        "user": list(backend.users.values()),
        "group": list(backend.groups.values()),
    }
    found = next((one for one in held[kind] if one.name == name), None)
    return str(found.arn) if found else _made_arn(call, kind, name)


def _made_arn(call: Call, kind: str, name: str) -> str:
    return f"arn:aws:iam::{call.account}:{kind}{call.parameters.get('Path') or '/'}{name}"


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
    role = next(
        (one for one in tuple(backend.roles.values()) if one.name == call.parameters.get("RoleName")), None
    )
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
