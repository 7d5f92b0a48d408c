"""As what calls of CloudFormation are authorised: stacks and stack sets by their ARNs, which end in an id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.stack_sets.library import sets_of
from craton.emulator.stacks.library import Stacks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call

_NEW: Final = ("CreateStack", "CreateStackSet")


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A stack that is not there is authorised with any id, as AWS does.

    Source: "Actions, resources, and condition keys for AWS CloudFormation", docs.aws.amazon.com/
    service-authorization/latest/reference/list_awscloudformation.html, retrieved 2026-11-26.
    """
    given, name = call.parameters, call.operation.name
    action = f"cloudformation:{name}"
    if given.get("StackSetName") and name != "CreateStackSet":
        return [(action, _stack_set(call, str(given["StackSetName"])))]
    if given.get("StackName"):
        return [(action, _stack(call, str(given["StackName"]), is_new=name in _NEW))]
    return None


def _stack(call: Call, named: str, *, is_new: bool) -> str:
    if named.startswith("arn:"):
        return named
    found = None if is_new else Stacks(call.world, call.account, call.region).find(named)
    stem = f"arn:aws:cloudformation:{call.region}:{call.account}:stack/{named}"
    return found.stack_id if found else f"{stem}/*"


def _stack_set(call: Call, named: str) -> str:
    if named.startswith("arn:"):
        return named
    for one in sets_of(call.world, call.account, call.region).values():
        if not one.is_deleted and named in (one.name, one.id):
            return one.arn
    return f"arn:aws:cloudformation:{call.region}:{call.account}:stackset/{named}:*"
