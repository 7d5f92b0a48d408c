"""A part of a template that stands by itself: what is around it is given by parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from craton.compiler.references import references
from craton.core.resource import Output, Resource


def excerpt(
    made: Iterable[Resource | Output], wanted: Callable[[Resource], bool]
) -> tuple[tuple[Resource, ...], tuple[str, ...]]:
    """The resources that are wanted with those that serve them alone, and what else they name.

    What else they name is to be given by parameters of those names, so that it is named by Ref alone.
    Raises: ValueError where an attribute of it is asked for.
    """
    before = {one.id: one for one in made if isinstance(one, Resource)}
    held = {name for name, one in before.items() if wanted(one)}
    users: dict[str, set[str]] = {}
    for user, one in before.items():
        for name in _named_by(one):
            users.setdefault(name, set()).add(user)
    while True:
        serving = {name for name in before.keys() - held if users.get(name) and users[name] <= held}
        if not serving:
            break
        held |= serving
    told = [_standing_alone(one, held) for name, one in before.items() if name in held]
    given = {name for one in told for name in references(one.properties) if name in before} - held
    for one in told:
        _refuse_attributes(one, given)
    return tuple(told), tuple(sorted(given))


def _named_by(resource: Resource) -> set[str]:
    return {*references(resource.properties)} - {resource.id}


def _standing_alone(resource: Resource, held: set[str]) -> Resource:
    after = tuple(one for one in resource.depends_on if one in held)
    return msgspec.structs.replace(resource, depends_on=after)


def _refuse_attributes(resource: Resource, given: set[str]) -> None:
    for name in given & set(_of_attributes(resource.properties)):
        raise ValueError(f"`{resource.id}` asks for an attribute of `{name}`, which stands elsewhere")


def _of_attributes(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        match value:
            case {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case _:
                for one in value.values():
                    yield from _of_attributes(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _of_attributes(one)
