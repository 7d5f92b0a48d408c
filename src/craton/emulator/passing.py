"""Roles that a call hands to a service: whoever calls must be allowed to pass each of them.

`content/reference/passed_roles.csv` tells the parameters that name such roles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.registry.operations import role_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.emulator.call import Call

PASS_ROLE: Final = "iam:PassRole"  # noqa: S105 - the name of an action


class Passed(Struct, frozen=True):
    """A role that a call passes, and the service that gets it."""

    role: str
    service: str

    def keys(self) -> dict[str, tuple[str, ...]]:
        """The condition keys under which the passing is authorised."""
        return {"iam:PassedToService": (self.service,)}


def passed_roles(call: Call) -> Iterator[Passed]:
    """Every role that the call passes, each once for a service."""
    seen = set()
    for one in role_parameters().get((call.operation.service, call.operation.name), ()):
        for role in _at(call.parameters, one.path):
            if role.startswith("arn:") and (role, one.passed_to) not in seen:
                seen.add((role, one.passed_to))
                yield Passed(role, one.passed_to)


def _at(held: Any, path: tuple[str, ...]) -> Iterator[str]:
    """The texts at a path; a list stands for each of its items."""
    if isinstance(held, list):
        for one in held:
            yield from _at(one, path)
    elif not path:
        if isinstance(held, str):
            yield held
    elif isinstance(held, dict):
        yield from _at(held.get(path[0]), path[1:])
