"""What each day of a mart is built from, which tells whether it is still what its query says."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from craton.lake.snapshot import WHOLE, Snapshot
from craton.registry.tables import FRESHNESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from craton.registry.content import Mart


class Recipe(Struct, frozen=True):
    """What a worker needs of a mart to build it."""

    name: str
    sql: str
    key: tuple[str, ...]
    reads: tuple[str, ...]
    neighbours: int


def recipe_of(mart: Mart) -> Recipe:
    """What is needed to build the mart."""
    return Recipe(mart.id, mart.sql, mart.header.key, mart.reads, mart.header.neighbours)


def behind(snapshot: Snapshot, marts: Sequence[Mart]) -> tuple[Mart, ...]:
    """The marts that are not built as they are written now; `marts` stand in the order of their dependencies.

    Such are marts that are new or have another query since the last commit, and all that read these.
    """
    found = []
    wanted = snapshot
    for mart in marts:
        of_mart = origins_of(wanted, recipe_of(mart))
        if snapshot.origins.get(mart.id, {}) != of_mart:
            found.append(mart)
        wanted = msgspec.structs.replace(wanted, origins={**wanted.origins, mart.id: of_mart})
    return tuple(found)


def waves(recipes: Sequence[Recipe]) -> Iterator[list[Recipe]]:
    """The marts in groups that read only tables and marts of earlier groups."""
    left = list(recipes)
    while left:
        names = {recipe.name for recipe in left}
        ready = [recipe for recipe in left if not names & set(recipe.reads)]
        yield ready
        left = [recipe for recipe in left if recipe not in ready]


def origins_of(snapshot: Snapshot, recipe: Recipe) -> dict[str, str]:
    """For each day that has anything to build from, what it would be built from."""
    read = [name for name in recipe.reads if name != FRESHNESS]
    days = {day for name in read for day in _days(snapshot, name)}
    return {day: _origin(snapshot, recipe, read, day) for day in sorted(days)}


def near(day: str, neighbours: int) -> Iterator[str]:
    """The day and so many on either side of it."""
    middle = dt.date.fromisoformat(day)
    for distance in range(-neighbours, neighbours + 1):
        yield (middle + dt.timedelta(days=distance)).isoformat()


def _days(snapshot: Snapshot, name: str) -> Iterable[str]:
    """The days on which a table or mart has rows."""
    if name in snapshot.origins:
        return snapshot.origins[name]
    return [day for day in snapshot.of(name) if day != WHOLE]


def _origin(snapshot: Snapshot, recipe: Recipe, read: Sequence[str], day: str) -> str:
    digest = hashlib.sha256(recipe.sql.encode())
    for name in read:
        for other in near(day, recipe.neighbours):
            if name in snapshot.origins:
                digest.update(snapshot.origins[name].get(other, "").encode())
            for file in snapshot.of(name).get(other, ()):
                digest.update(file.path.encode())
    if FRESHNESS in recipe.reads:
        end = dt.datetime.fromisoformat(day) + dt.timedelta(days=1 + recipe.neighbours)
        for source, time in sorted(snapshot.freshness.items()):
            digest.update(f"{source}={min(time, end)}".encode())
    return digest.hexdigest()[:32]
