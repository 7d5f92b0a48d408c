"""How the resources of a stack differ from what the stack says, read through their own APIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from craton.emulator.resources.kind import Site
from craton.emulator.resources.registry import is_custom, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.emulator.stacks.stack import Resource, Stack
    from craton.emulator.world import World

Status = Literal["IN_SYNC", "MODIFIED", "DELETED"]


class Difference(Struct, frozen=True):
    """One property that differs, by its path."""

    path: str
    expected: Any
    actual: Any
    kind: Literal["ADD", "REMOVE", "NOT_EQUAL"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """What was found of one resource."""

    resource: Resource
    status: Status
    actual: Mapping[str, Any] | None
    differences: tuple[Difference, ...]


def drifts(stack: Stack, world: World) -> Iterator[Drift]:
    """What is found of each resource of the stack whose type can tell."""
    for resource in tuple(stack.resources.values()):
        is_there = resource.made is not None and not resource.status.startswith("DELETE_")
        if is_there and not is_custom(resource.type):
            yield _drift(stack, resource, world)


def _drift(stack: Stack, resource: Resource, world: World) -> Drift:
    site = Site(
        world=world,
        caller=stack.caller,
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
    actual = kind_of(resource.type).read(site, made, resource.properties)
    if actual is None:
        return Drift(resource=resource, status="DELETED", actual=None, differences=())
    found = tuple(_differences("", dict(resource.properties), dict(actual)))
    return Drift(
        resource=resource, status="MODIFIED" if found else "IN_SYNC", actual=actual, differences=found
    )


def _differences(path: str, expected: Any, actual: Any) -> Iterator[Difference]:
    """Differences of what the template sets; what it leaves out, AWS may set as it likes."""
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
    elif _text(expected) != _text(actual):
        yield Difference(path, expected, actual, "NOT_EQUAL")


def _text(value: Any) -> str:
    """A value without the difference of `true` and `"true"`, and without the order of keys."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return str(value)
