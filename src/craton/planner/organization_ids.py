"""The ids of roots, OUs and policies, which AWS alone knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from craton.planner.thing import Thing


def target_id(thing: Thing, target: Any) -> str | None:
    """The id of what a step means: an account, an OU by its path, or the root; None where there is none.

    Raises: NotAskedError, NotKnownError.
    """
    if not isinstance(target, Mapping):
        return str(target)
    if "root" in target:
        return root_id(thing)
    return _unit_id(thing, str(target["ou"]))


def target_name(target: Any) -> str:
    """How a plan names what a step means."""
    if not isinstance(target, Mapping):
        return str(target)
    return "root" if "root" in target else str(target["ou"])


def root(thing: Thing) -> Mapping[str, Any]:
    """The root, as Organizations tells it. Raises: NotAskedError, NotKnownError."""
    told: Mapping[str, Any] = thing.read_organization("ListRoots")["Roots"][0]
    return told


def root_id(thing: Thing) -> str:
    """The id of the root. Raises: NotAskedError, NotKnownError."""
    return str(root(thing)["Id"])


def _unit_id(thing: Thing, path: str) -> str | None:
    at: str | None = root_id(thing)
    for name in path.split("/"):
        told = thing.read_organization("ListOrganizationalUnitsForParent", ParentId=at)
        at = next((one["Id"] for one in told["OrganizationalUnits"] if one["Name"] == name), None)
        if at is None:
            return None
    return at


def policy_id(thing: Thing, name: str) -> str | None:
    """The id of a policy of the deployment; None where it is not made yet.

    Raises: NotAskedError, NotKnownError.
    """
    told = thing.read_organization("ListPolicies", Filter=policy_type(thing, name))
    # Of a type that is not switched on there are none.
    policies = told["Policies"] if told is not None else ()
    return next((str(one["Id"]) for one in policies if one["Name"] == name), None)


def policy_type(thing: Thing, name: str) -> str:
    """The type of a policy of the deployment."""
    return next(
        str(one.parameters["Type"])
        for one in thing.deployment.steps
        if one.operation == "CreatePolicy" and one.parameters["Name"] == name
    )
