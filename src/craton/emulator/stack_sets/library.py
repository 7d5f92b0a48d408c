"""All stack sets of the emulated organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.emulator.stack_sets.stack_set import StackSet
    from craton.emulator.world import World

KIND = "stack set"


def all_sets(world: World) -> Iterator[StackSet]:
    """Every stack set that is not deleted, of every account and Region."""
    for held in world.shelves(KIND).values():
        yield from [one for one in tuple(held.values()) if not one.is_deleted]


def sets_of(world: World, account: str, region: str) -> dict[str, StackSet]:
    """The stack sets that an account administers in a Region, by id."""
    held: dict[str, StackSet] = world.shelf(account, region, KIND)
    return held


def find(world: World, account: str, region: str, name_or_id: str) -> StackSet:
    """The stack set of that name or id. Raises: ServiceError where there is none."""
    for one in tuple(sets_of(world, account, region).values()):
        if not one.is_deleted and name_or_id in (one.name, one.id, one.arn):
            return one
    raise ServiceError("StackSetNotFoundException", f"StackSet {name_or_id} not found")
