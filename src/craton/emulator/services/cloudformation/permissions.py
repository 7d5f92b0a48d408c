"""The stacks, stack sets and their targets that calls are authorised on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.permissions import action_of
from craton.emulator.services.cloudformation.parameters import here
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stack_sets.library import all_sets
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.emulator.call import Call
    from craton.registry.iam import Action


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """The action of a call with the stack or stack set that it names, whether that is there yet or not.

    Where it names OUs or accounts for a stack set, it is authorised on each of them, too.
    Source: "Restrict stack set operations based on Region and resource types", docs.aws.amazon.com/
    AWSCloudFormation/latest/UserGuide/security_iam_id-based-policy-examples.html, retrieved 2026-11-27.
    """
    name = action_of(call.operation)
    action = iam_reference().action(name) if name else None
    if name is None or action is None or action.is_wildcard_only:
        return None
    given = call.parameters
    if given.get("StackSetName"):
        arn = _set_arn(call, str(given["StackSetName"]))
        targets = (f"{arn.replace(':stackset/', ':stackset-target/')}/{one}" for one in _targets(given))
        return ((name, arn), *((name, one) for one in targets if _knows_targets(action)))
    if given.get("StackName"):
        return ((name, _stack_arn(call, str(given["StackName"]))),)
    return None


def _knows_targets(action: Action) -> bool:
    return any(one.type == "stackset-target" for one in action.resource_types)


def _targets(given: Mapping[str, Any]) -> list[str]:
    """The OUs and accounts that a call names."""
    told = given.get("DeploymentTargets") or {}
    accounts = (*(given.get("Accounts") or ()), *(told.get("Accounts") or ()))
    return [*(told.get("OrganizationalUnitIds") or ()), *accounts]


def _stack_arn(call: Call, name: str) -> str:
    if name.startswith("arn:"):
        return name
    found = here(call).find(name)
    return found.stack_id if found else f"arn:aws:cloudformation:{call.region}:{call.account}:stack/{name}/*"


def _set_arn(call: Call, name: str) -> str:
    for one in all_sets(call.world):
        if one.region == call.region and name in (one.id, one.arn):
            return one.arn
        if one.region == call.region and name == one.name and one.administrator == call.account:
            return one.arn
    bare, _, own = name.partition(":")
    return f"arn:aws:cloudformation:{call.region}:{call.account}:stackset/{bare}:{own or '*'}"
