"""Types in the words of those who write files: what a value is called, what its key is for, what to write."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec import inspect as types

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

Shape = Literal["text", "list", "mapping", "nothing"]

GenericPath = tuple[str, ...]
"""Keys that lead to a mapping; `*` stands for any index or any key of a mapping with free keys."""


class Described(Struct, frozen=True):
    """A type without its wrapping, and what its `Meta` says.

    `noun` is what a value is called, `about` what it is for; `notes` are whatever else was noted.
    """

    type: types.Type
    noun: str | None = None
    about: str | None = None
    example: Any = None
    notes: Mapping[str, Any] = {}

    @property
    def shape(self) -> Shape:
        """How a value of the type is written in YAML."""
        match self.type:
            case types.StructType() | types.DictType():
                return "mapping"
            case types.ListType() | types.VarTupleType() | types.TupleType():
                return "list"
            case types.NoneType():
                return "nothing"
            case _:
                return "text"

    @property
    def holds_text(self) -> bool:
        """Whether its values are texts, as written."""
        return isinstance(self.type, types.StrType | types.LiteralType)

    @property
    def form(self) -> str | None:
        """The form of a text, in words."""
        form = self.notes.get("form")
        return form if isinstance(form, str) else None

    def advice(self, text: str) -> str | None:
        """What the writer of a text that does not fit probably meant, where that can be told."""
        advise: Callable[[str], str | None] | None = self.notes.get("advise")
        return advise(text) if advise else None

    def for_key(self, key: str) -> str | None:
        """What to write under `key`, where it is missing."""
        if self.example is None:
            return f"add it: {self.about}" if self.about else None
        example = f"add it, as in `{key}: {in_yaml(self.example)}`"
        return f"{example}: {self.about}" if self.about else example

    def inheriting(self, outer: Described) -> Described:
        """The same, with what is said of a union around it where nothing is said of itself."""
        return msgspec.structs.replace(
            self,
            noun=self.noun or outer.noun,
            about=outer.about or self.about,
            example=self.example if self.example is not None else outer.example,
            notes={**outer.notes, **self.notes},
        )


def of_class(kind: type) -> Described:
    """The description of a Python type."""
    return _of_class(kind)


@functools.cache
def _of_class(kind: Hashable) -> Described:
    return described(types.type_info(kind))


def described(kind: types.Type) -> Described:
    """The description of a type as `msgspec.inspect` gives it."""
    noun = about = example = None
    notes: dict[str, Any] = {}
    while isinstance(kind, types.Metadata):
        said = kind.extra_json_schema or {}
        noun, about = noun or said.get("title"), about or said.get("description")
        example = example if example is not None else next(iter(said.get("examples", ())), None)
        notes = {**(kind.extra or {}), **notes}
        kind = kind.type
    return Described(type=kind, noun=noun, about=about, example=example, notes=notes)


def with_article(noun: str) -> str:
    """The noun with its article: `an account id`."""
    return f"{'an' if noun[:1].lower() in 'aeio' or noun.startswith('OU') else 'a'} {noun}"


_NEEDS_NO_QUOTES: Final = re.compile(
    r"(?!(?:true|false|yes|no|on|off|null)\Z)"  # other readers of YAML take these for no text
    r"(?:[./]*[A-Za-z](?:[^:#,\[\]{}\s]|:(?=\S)| (?=[^\s#]))*|[0-9]{4}-[0-9]{2}-[0-9]{2})\Z",
    re.IGNORECASE,
)


def in_yaml(value: Any) -> str:
    """A value as one would write it in YAML on one line."""
    match value:
        case str():
            return value if _NEEDS_NO_QUOTES.match(value) else msgspec.json.encode(value).decode()
        case list() | tuple():
            return f"[{', '.join(in_yaml(item) for item in value)}]"
        case dict():
            return f"{{{', '.join(f'{key}: {in_yaml(item)}' for key, item in value.items())}}}"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def home_of(key: str, near: GenericPath, root: type) -> GenericPath | None:
    """Where `key` belongs, if it was written into the mapping at `near` by mistake.

    Only mappings around and below `near` are looked at, the closest wins, and where two are as close, none.
    """
    homes = [home for home in _key_homes(root).get(key, ()) if home != near and _related(home, near)]
    distances = [abs(len(home) - len(near)) for home in homes]
    closest = [home for home, distance in zip(homes, distances, strict=True) if distance == min(distances)]
    return closest[0] if len(closest) == 1 else None


def _related(home: GenericPath, near: GenericPath) -> bool:
    return all("*" in (one, other) or one == other for one, other in zip(home, near, strict=False))


@functools.cache
def _key_homes(root: type) -> Mapping[str, tuple[GenericPath, ...]]:
    homes: dict[str, list[GenericPath]] = {}
    for path, struct in _structs(types.type_info(root), (), frozenset()):
        for field in struct.fields:
            homes.setdefault(field.encode_name, []).append(path)
    return {key: tuple(paths) for key, paths in homes.items()}


def _structs(
    kind: types.Type, path: GenericPath, around: frozenset[type]
) -> Iterator[tuple[GenericPath, types.StructType]]:
    match described(kind).type:
        case types.StructType() as struct if struct.cls not in around:
            yield path, struct
            for field in struct.fields:
                yield from _structs(field.type, (*path, field.encode_name), around | {struct.cls})
        case types.DictType() as mapping:
            yield from _structs(mapping.value_type, (*path, "*"), around)
        case types.ListType() | types.VarTupleType() as items:
            yield from _structs(items.item_type, (*path, "*"), around)
        case types.UnionType() as union:
            for member in union.types:
                yield from _structs(member, path, around)
        case _:
            return
