"""Every environment that a section of a manifest names must be one of the manifest.

Sections say by their types where names of environments stand: a section of any kind is checked once it is
there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from msgspec import inspect as types

from craton.core.manifest_origin import Path, fault, may_be_among
from craton.core.manifest_text import EnvironmentName
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import Manifest
    from craton.core.manifest_origin import Check, Origin

ENVIRONMENTS: Final = ("environments",)


class _Named(NamedTuple):
    """A name of an environment: where it stands, and whether it is a key there."""

    path: Path
    name: str
    is_key: bool


def environments_are_known(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each environment that is named anywhere is there."""
    if not origin.complete(ENVIRONMENTS):
        return
    for path, name, is_key in _named(manifest, types.type_info(type(manifest)), ()):
        if name in manifest.environments or path[:1] == ENVIRONMENTS or not has_its_form(name):
            continue
        if may_be_a_key(origin, ENVIRONMENTS, name):
            continue
        hint = did_you_mean(name, manifest.environments) or "add it under `environments`"
        place = origin.key_place(path) if is_key else origin.place(path)
        yield fault("environment_unknown", f"there is no environment {ticked(name)}", place, hint)


def extent_is_read(origin: Origin, name: str) -> bool:
    """Whether all OUs and accounts are known that an environment says it holds."""
    path = (*ENVIRONMENTS, name)
    return origin.complete(path) and origin.whole((*path, "organizational_units"), (*path, "accounts"))


def extents_are_read(manifest: Manifest, origin: Origin) -> bool:
    """Whether that is known of every environment, so that can be said that something is in none."""
    names = manifest.environments.keys()
    is_whole = origin.complete(ENVIRONMENTS) and origin.flawed_keys(ENVIRONMENTS) <= names
    return is_whole and all(extent_is_read(origin, name) for name in names)


def may_be_a_key(origin: Origin, path: Path, name: str) -> bool:
    """Whether the mapping at `path` has, or may have once mended, a key `name` that could not be read."""
    flawed = origin.flawed_keys(path)
    return name in flawed or may_be_among(name, [key for key in flawed if not has_its_form(key)])


def has_its_form(name: str) -> bool:
    """Whether the text can be the name of an environment."""
    return re.search(_ENVIRONMENT.pattern or "", name) is not None


def _named(value: Any, kind: types.Type, path: Path) -> Iterator[_Named]:
    """Every name of an environment in a value of that type."""
    kind = _plain(kind)
    if kind == _ENVIRONMENT:
        yield _Named(path, value, is_key=False)
        return
    if isinstance(kind, types.DictType) and _plain(kind.key_type) == _ENVIRONMENT:
        for key in value:
            yield _Named((*path, key), key, is_key=True)
    for step, one, inner in _parts(value, kind):
        if one is not None:
            yield from _named(one, inner, (*path, *step))


def _parts(value: Any, kind: types.Type) -> Iterator[tuple[Path, Any, types.Type]]:
    """What stands in a value, with the steps that lead to it and its type; of a union, the value itself."""
    match kind:
        case types.UnionType():
            yield from (((), value, one) for one in kind.types if not isinstance(one, types.NoneType))
        case types.StructType():
            for field in _fields(kind):
                yield (field.encode_name,), getattr(value, field.name), field.type
        case types.DictType():
            yield from (((key,), one, kind.value_type) for key, one in value.items())
        case types.VarTupleType() | types.ListType():
            yield from (((index,), one, kind.item_type) for index, one in enumerate(value))
        case _:
            pass


def _plain(kind: types.Type) -> types.Type:
    """The type without what is said about it."""
    while isinstance(kind, types.Metadata):
        kind = kind.type
    return kind


def _fields(kind: types.StructType) -> Iterator[types.Field]:
    """The fields of a struct in which names of environments may stand; many lists are long and have none."""
    return (one for one in kind.fields if _may_name(one.type))


def _may_name(kind: types.Type) -> bool:
    kind = _plain(kind)
    match kind:
        case types.UnionType():
            return any(_may_name(one) for one in kind.types)
        case types.StructType():
            return any(_fields(kind))
        case types.DictType():
            return _may_name(kind.key_type) or _may_name(kind.value_type)
        case types.VarTupleType() | types.ListType():
            return _may_name(kind.item_type)
        case _:
            return kind == _ENVIRONMENT


_ENVIRONMENT: Final = cast("types.StrType", _plain(types.type_info(EnvironmentName)))

ENVIRONMENT_CHECKS: Final[tuple[Check, ...]] = (environments_are_known,)
