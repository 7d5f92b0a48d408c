"""Users: their boundaries, and what keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.iam.models import iam_backends

from craton.emulator.errors import ServiceError
from craton.emulator.in_force import USER_BOUNDARY
from craton.emulator.services.iam.service import SERVICE, know_managed_policy, user_of

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


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
    user = user_of(call)
    setattr(user, USER_BOUNDARY, arn)
    told = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    setattr(user, "permissions_boundary", told if arn else None)  # noqa: B010 - moto's answers tell it so
