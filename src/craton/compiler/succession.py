"""What a manifest wants to exist, each resource of a member after the end of the account's former stack.

Whatever has a name of its own would be there twice otherwise, when an account moves between environments.
Roles of the hub and of the management account have their boundary: see `craton.compiler.service_boundary`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from craton.compiler.references import references
from craton.compiler.service_boundary import bounded
from craton.core.resource import FORMER_STACK, Output, Resource
from craton.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.core.intent import Intent


def resources(intent: Intent) -> tuple[Resource | Output, ...]:
    """What all kinds want, in the order of kinds.

    Raises: ValueError where what the wait itself needs has a name, so that it cannot be there twice, or where
    no boundary can be told for a role.
    """
    made = bounded([one for kind in kinds() for one in kind.resources(intent)])
    of_members = {one.id: one for one in made if isinstance(one, Resource) and one.template == "member"}
    if FORMER_STACK not in of_members:
        return made
    before = _all_that_it_needs(FORMER_STACK, of_members)
    for name in before:
        _refuse_names(of_members[name])
    return tuple(
        _after_the_former(one)
        if isinstance(one, Resource)
        and one.template == "member"
        and one.id not in before
        and not _needs(one) & (of_members.keys() - before | {FORMER_STACK}) - {one.id}
        else one
        for one in made
    )


def _all_that_it_needs(name: str, resources: Mapping[str, Resource]) -> frozenset[str]:
    """Itself and the resources that it names, and those that they name, and so on."""
    found: set[str] = set()
    left = {name}
    while left:
        found |= left
        left = {one for name in left for one in _needs(resources[name]) if one in resources} - found
    return frozenset(found)


def _needs(resource: Resource) -> set[str]:
    return {*references(resource.properties), *resource.depends_on}


def _after_the_former(resource: Resource) -> Resource:
    return msgspec.structs.replace(resource, depends_on=(*resource.depends_on, FORMER_STACK))


def _refuse_names(resource: Resource) -> None:
    named = {"FunctionName", "RoleName", "LogGroupName", "Name"} & resource.properties.keys()
    if named:
        raise ValueError(
            f"`{resource.id}` is needed before the former stack is gone, and has a `{named.pop()}`"
        )
