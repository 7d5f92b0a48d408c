"""The stacks and stack sets that calls are authorised on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.permissions import action_of
from craton.emulator.services.cloudformation.parameters import here
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stack_sets.library import all_sets
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """The action of a call with the stack or stack set that it names, whether that is there yet or not."""
    name = action_of(call.operation)
    action = iam_reference().action(name) if name else None
    if name is None or action is None or action.is_wildcard_only:
        return None
    given = call.parameters
    if given.get("StackSetName"):
        return ((name, _set_arn(call, str(given["StackSetName"]))),)
    if given.get("StackName"):
        return ((name, _stack_arn(call, str(given["StackName"]))),)
    return None


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
