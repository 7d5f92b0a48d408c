"""How the resources of a stack differ from what the stack says, read through their own APIs.

Source: "Detect unmanaged configuration changes to stacks and resources with drift detection",
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from botocore.exceptions import ClientError
from msgspec import Struct

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import Site
from craton.emulator.resources.registry import is_read_back, is_within, kind_of, write_only

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from craton.emulator.credentials import Caller
    from craton.emulator.stacks.stack import Resource, Stack
    from craton.emulator.world import World

Status = Literal["IN_SYNC", "MODIFIED", "DELETED", "UNKNOWN"]
DRIFTED: Final = ("MODIFIED", "DELETED")
CAN_LOOK: Final = frozenset(
    {
        *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"),
        *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"),
    }
)
"""States of a stack in which drift can be looked for."""


class Difference(Struct, frozen=True):
    """One property that differs, by its path."""

    path: str
    expected: Any
    actual: Any
    kind: Literal["ADD", "REMOVE", "NOT_EQUAL"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """What was found of one resource; `reason` is there where it is unknown."""

    resource: Resource
    status: Status
    actual: Mapping[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    reason: str | None = None


class Report(Struct, frozen=True):
    """What was found of a stack, and when. Units: `time` is naive UTC."""

    time: dt.datetime
    found: tuple[Drift, ...]

    @property
    def status(self) -> Literal["DRIFTED", "IN_SYNC", "UNKNOWN"]:
        """What was found of the stack as a whole."""
        return status_of(self.found)

    @property
    def drifted(self) -> int:
        """How many resources have drifted."""
        return sum(one.status in DRIFTED for one in self.found)

    @property
    def problem(self) -> str | None:
        """Why some resources could not be looked at; None where all could."""
        failed = sorted(one.resource.logical_id for one in self.found if one.status == "UNKNOWN")
        return f"Failed to detect drift on resources [{', '.join(failed)}]" if failed else None


def check_can_look(stack: Stack) -> None:
    """Raises: ServiceError where the stack is in a state in which nobody looks for drift."""
    if stack.status not in CAN_LOOK:
        raise ServiceError(
            "ValidationError", f"Drift detection cannot be performed on a stack in the state {stack.status}"
        )


def look(stack: Stack, world: World, caller: Caller, wanted: Container[str] | None = None) -> Report:
    """What the caller finds of a stack, or of those of its resources that are wanted; kept as the latest."""
    now = world.now()
    made = Report(now, tuple(drifts(stack, world, caller, wanted)))
    reports(world, stack)[stack.stack_id] = made
    return made


def reports(world: World, stack: Stack) -> dict[str, Report]:
    """The latest reports on stacks of the account and Region of this one, by their ids."""
    held: dict[str, Report] = world.shelf(stack.account, stack.region, "drift")
    return held


def drifts(
    stack: Stack, world: World, caller: Caller, wanted: Container[str] | None = None
) -> Iterator[Drift]:
    """What is found of each resource of the stack whose type CloudFormation looks at, as the caller.

    `wanted` are the logical ids of those to look at, where not all are.
    """
    for resource in tuple(stack.resources.values()):
        is_there = resource.made is not None and not resource.status.startswith("DELETE_")
        is_wanted = wanted is None or resource.logical_id in wanted
        if is_there and is_wanted and is_read_back(resource.type):
            yield _drift(stack, resource, world, caller)


def status_of(found: Iterable[Drift]) -> Literal["DRIFTED", "IN_SYNC", "UNKNOWN"]:
    """What is found of a stack as a whole."""
    statuses = {one.status for one in found}
    if statuses & {*DRIFTED}:
        return "DRIFTED"
    return "UNKNOWN" if "UNKNOWN" in statuses else "IN_SYNC"


def _drift(stack: Stack, resource: Resource, world: World, caller: Caller) -> Drift:
    site = Site(
        world=world,
        caller=caller,
        region=stack.region,
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_id=resource.logical_id,
        type=resource.type,
        tags=stack.tags,
        generation=resource.generation,
    )
    made = resource.made
    if made is None:
        raise ValueError(f"{resource.logical_id} was never made")
    try:
        actual = kind_of(resource.type).read(site, made, resource.properties)
    except ClientError as error:
        return Drift(resource=resource, status="UNKNOWN", reason=str(error))
    except ServiceError as error:
        return Drift(resource=resource, status="UNKNOWN", reason=str(error.message))
    if actual is None:
        return Drift(resource=resource, status="DELETED")
    unread = write_only(resource.type)
    found = tuple(
        one
        for one in differences(resource.properties, actual)
        if not is_within(one.path.removeprefix("/"), unread)
    )
    return Drift(
        resource=resource, status="MODIFIED" if found else "IN_SYNC", actual=actual, differences=found
    )


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[Difference]:
    """Differences of what the template sets; what it leaves out, AWS may set as it likes."""
    return _differences("", dict(expected), dict(actual))


def _differences(path: str, expected: Any, actual: Any) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in sorted(expected):
            if name in actual:
                yield from _differences(f"{path}/{name}", expected[name], actual[name])
            elif not path:
                continue  # the type's API does not tell this property
            else:
                yield Difference(f"{path}/{name}", expected[name], None, "REMOVE")
    elif isinstance(expected, list) and isinstance(actual, list):
        if sorted(map(_text, expected)) != sorted(map(_text, actual)):
            yield Difference(path, expected, actual, "NOT_EQUAL")
    elif actual is None:
        yield Difference(path, expected, None, "REMOVE")
    elif _text(expected) != _text(actual):
        yield Difference(path, expected, actual, "NOT_EQUAL")


def _text(value: Any) -> str:
    """A value without the difference of `true` and `"true"`, of 0 and 0.0, and without the order of keys."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return str(value)
