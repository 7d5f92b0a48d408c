"""Writes docs/reference/manifest.md from the types that manifests are decoded with."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import inspect as types
from scripts.markdown_page import code, note, table, write

from craton.codec.type_words import described, in_yaml
from craton.core.manifest import with_sections
from craton.kinds import sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.codec.type_words import Described

PATH: Final = "docs/reference/manifest.md"

_HEAD: Final = """# The manifest

One YAML file, `craton.yaml` by default, says who belongs to the organization, who owns which calls, which
models are approved, what is paid for them, and what may be kept of prompts. Craton ingests and shows logs
without one: calls are then unattributed, and priced by the list.

`craton validate` tells everything that is wrong with a manifest in one run; what rests on a part that cannot
be read is told when that is mended. `craton schema` prints the JSON Schema with which editors complete and
check it. The [example](../../examples/acme-org/craton.yaml) uses every section but `content`.

Keys that are not listed here are errors. Days are written `2026-10-01`; `from` is the first day on which an
entry holds, `until` the first on which it holds no more. In the headings below, `[]` stands for each item of
a list and `NAME` for a key that you choose. Kinds of text are told at the end.
"""


def page() -> str:
    """The page."""
    places: dict[type, list[str]] = {}
    for path, struct in _sections(types.type_info(with_sections(sections())), "", frozenset()):
        places.setdefault(struct.cls, []).append(path)
    parts = [note("generate_manifest_reference"), _HEAD.strip()]
    for section, paths in places.items():
        fields = types.type_info(section).fields  # type: ignore[attr-defined]
        parts.append(f"## {code(paths[0]) if paths[0] else 'Sections'}")
        if paths[0]:
            parts.append(inspect.getdoc(section) or "")
        if paths[1:]:
            parts.append("The same under " + ", ".join(code(path) for path in paths[1:]) + ".")
        parts.append(table(("key", "value", "default", "meaning"), [_row(field) for field in fields]))
    parts.append("## Kinds of text")
    parts.append(table(("kind", "form", "example"), _kinds_of_text()))
    return "\n\n".join(parts) + "\n"


def _sections(kind: types.Type, path: str, around: frozenset[type]) -> Iterator[tuple[str, types.StructType]]:
    """Each mapping with closed keys and where it stands, those above before those below."""
    match described(kind).type:
        case types.StructType() as struct if struct.cls not in around:
            yield path, struct
            for field in struct.fields:
                below = f"{path}.{field.encode_name}" if path else field.encode_name
                yield from _sections(field.type, below, around | {struct.cls})
        case types.DictType() as mapping:
            yield from _sections(mapping.value_type, f"{path}.NAME", around)
        case types.ListType() | types.VarTupleType() as items:
            yield from _sections(items.item_type, f"{path}[]", around)
        case types.UnionType() as union:
            for member in union.types:
                yield from _sections(member, path, around)
        case _:
            return


def _kinds_of_text() -> list[tuple[str, str, str]]:
    """Every kind of text with its form and an example, by name."""
    found = {
        said.noun: said
        for said in _texts(types.type_info(with_sections(sections())))
        if said.noun and said.form
    }
    return [(noun, said.form or "", code(in_yaml(said.example))) for noun, said in sorted(found.items())]


def _texts(kind: types.Type) -> Iterator[Described]:
    said = described(kind)
    match said.type:
        case types.StructType() as struct:
            for field in struct.fields:
                yield from _texts(field.type)
        case types.DictType() as mapping:
            yield from _texts(mapping.key_type)
            yield from _texts(mapping.value_type)
        case types.ListType() | types.VarTupleType() as items:
            yield from _texts(items.item_type)
        case types.UnionType() as union:
            for member in union.types:
                yield from _texts(member)
        case _:
            yield said


def _row(field: types.Field) -> tuple[str, str, str, str]:
    said = described(field.type)
    return code(field.encode_name), _value(said), _default(field), said.about or ""


def _default(field: types.Field) -> str:
    if field.required:
        return "required"
    if field.default is msgspec.NODEFAULT or field.default in (None, ()):
        return ""
    return code(in_yaml(field.default))


def _value(said: Described) -> str:
    """What may be written, in words."""
    match said.type:
        case types.UnionType() as union:
            members = [described(one).inheriting(said) for one in union.types]
            return " or ".join(_value(one) for one in members if one.shape != "nothing")
        case types.LiteralType() as literal:
            return ", ".join(code(value) for value in literal.values)
        case types.ListType() | types.VarTupleType() as items:
            return f"list of {_inner(items.item_type)}"
        case types.DictType() as mapping:
            return f"mapping of {_inner(mapping.key_type)} to {_inner(mapping.value_type)}"
        case types.StructType():
            return "mapping, below"
        case _:
            return _scalar(said)


def _inner(kind: types.Type) -> str:
    said = described(kind)
    return "mappings, below" if said.shape == "mapping" and _is_struct(said) else _value(said)


def _is_struct(said: Described) -> bool:
    return isinstance(said.type, types.StructType)


def _scalar(said: Described) -> str:
    if said.noun is not None:
        return said.noun
    match said.type:
        case types.BoolType():
            return "`true` or `false`"
        case types.IntType() as number:
            return "whole number" + _range(number.ge, number.le)
        case types.DateType():
            return "day"
        case types.DecimalType():
            return "number" + _range(said.notes.get("ge"), said.notes.get("le"))
        case _:
            return "text"


def _range(least: object, most: object) -> str:
    """Which numbers are meant, where that is said."""
    if least is None:
        return "" if most is None else f", at most {most}"
    return f", {least} or more" if most is None else f", {least} to {most}"


def main() -> None:
    """Writes the page."""
    write(PATH, page)


if __name__ == "__main__":
    main()
