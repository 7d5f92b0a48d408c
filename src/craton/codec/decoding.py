"""Positioned YAML to typed values: a walk driven by `msgspec.inspect` that finds every problem in one run.

Texts are read by the type that is expected, never guessed: a text field takes the literal text, a date field
a date. What is wrong is told in words of the file, not of the program, with its place and what would mend it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct
from msgspec import inspect as types

from craton.codec import scalars
from craton.codec.type_words import Described, described, home_of, in_yaml, of_class, with_article
from craton.codec.yaml_nodes import (
    Entry,
    MappingNode,
    Node,
    Path,
    ScalarNode,
    SequenceNode,
    Source,
    UnreadableNode,
)
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.plural import plural
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean, nearest

T = TypeVar("T")

_SURELY_MEANT: Final = 0.9
"""Likeness beyond which a key is a misspelt one of its own mapping rather than a right one of another."""


class _Nothing(Struct, frozen=True):
    """What is left of a value of which nothing can be kept."""


NOTHING: Final = _Nothing()


class Decoded(Struct, Generic[T], frozen=True):
    """What a source holds. `value` is there only where nothing is wrong.

    `draft` is as much of the value as could be read, for checks that go on looking for problems: a text that
    does not fit its form is kept as written, a required text that is missing is empty, an item of which too
    little is left is dropped. `whole` tells what can be relied on.
    """

    source: Source
    value: T | None
    draft: T | None
    diagnostics: tuple[Diagnostic, ...]
    flawed: frozenset[Path]
    kept: Mapping[Path, tuple[int, ...]]

    def place(self, path: Path) -> Place:
        """Where the value stands that `path` leads to in the draft, or the nearest around it."""
        return self.source.place(self._in_source(path))

    def key_place(self, path: Path) -> Place:
        """Where the key at the end of `path` stands."""
        return self.source.key_place(self._in_source(path))

    def whole(self, *paths: Path) -> bool:
        """Whether nothing is wrong with what these paths lead to in the draft, and below."""
        sought = [self._in_source(path) for path in paths]
        return not any(flaw[: len(path)] == path for path in sought for flaw in self.flawed)

    def complete(self, path: Path) -> bool:
        """Whether the draft has every item of the list at `path`."""
        sought = self._in_source(path)
        return sought not in self.kept and sought not in self.flawed

    def flawed_keys(self, path: Path) -> frozenset[str]:
        """The keys of the mapping at `path`, as they are written, at or below which something is wrong."""
        sought = self._in_source(path)
        below = (flaw[len(sought)] for flaw in self.flawed if flaw[: len(sought)] == sought != flaw)
        return frozenset(key for key in below if isinstance(key, str))

    def _in_source(self, path: Path) -> Path:
        """The path in the source, where lists still have the items that the draft dropped."""
        found: Path = ()
        for step in path:
            indexes = self.kept.get(found)
            found = (*found, indexes[step] if indexes is not None and isinstance(step, int) else step)
        return found


def decode(source: Source, kind: type[T]) -> Decoded[T]:
    """The source as a value of the type `kind`, with every problem of both, in the order of the file."""
    if source.root is None:
        return Decoded(source, None, None, source.diagnostics, frozenset({()}), {})
    walk = _Walk(source.file, kind)
    found = walk.visit(source.root, of_class(kind), ())
    draft = None if found is NOTHING else found
    diagnostics = in_order((*source.diagnostics, *walk.problems))
    failed = any(problem.severity == "error" for problem in diagnostics)
    return Decoded(source, None if failed else draft, draft, diagnostics, frozenset(walk.flawed), walk.kept)


class _Walk:
    """One walk over one file; collects problems and the paths of what is flawed."""

    def __init__(self, file: str, kind: type) -> None:
        self.problems: list[Diagnostic] = []
        self.flawed: set[Path] = set()
        self.kept: dict[Path, tuple[int, ...]] = {}
        self._file = file
        self._kind = kind

    def visit(self, node: Node, kind: Described, path: Path) -> Any:
        """The value of `node`, or what can be kept of it, or NOTHING."""
        found: Any = NOTHING
        match node, kind.type:
            case UnreadableNode(), _:
                self.flawed.add(path)
            case _, types.UnionType() as of:
                found = self._union(node, kind, of, path)
            case MappingNode(), types.StructType() as of:
                self._unread(node, path)
                found = self._struct(node, of, path)
            case MappingNode(), types.DictType() as of:
                self._unread(node, path)
                found = self._dict(node, of, path)
            case SequenceNode(), types.VarTupleType() | types.ListType() as of:
                found = self._list(node, of, path)
            case SequenceNode(), types.TupleType() as of:
                found = self._tuple(node, kind, of, path)
            case ScalarNode(), _ if kind.shape == "text" and not _is_null(node):
                found = self._scalar(node, kind, path)
            case _:
                self._wrong_shape(node, kind, path)
        return found

    def _unread(self, node: MappingNode, path: Path) -> None:
        """What the mapping says twice or under no key is flawed. Who read the source has told of it."""
        self.flawed |= {(*path, entry.key.text) for entry in node.entries if entry.repeated}
        if node.lacks:
            self.flawed.add(path)

    def _flaw(self, path: Path, place: Place, rule: str, message: str, hint: str | None) -> None:
        self.flawed.add(path)
        self.problems.append(Diagnostic(rule=rule, message=message, place=place, hint=hint))

    def _wrong_shape(self, node: Node, kind: Described, path: Path, *, wanted: str | None = None) -> None:
        wanted = wanted or scalars.wanted(kind)
        if _is_null(node):
            message = f"{_subject(path)} has no value"
            hint: str | None = f"write {wanted} here, or remove it"
        else:
            message = f"{_subject(path)} must be {wanted}, not {with_article(_shape(node))}"
            hint = _shape_hint(node, kind)
        self._flaw(path, node.place, "wrong_shape", message, hint)

    def _scalar(self, node: ScalarNode, kind: Described, path: Path) -> Any:
        try:
            return scalars.read(node.text, plain=node.plain, kind=kind)
        except scalars.UnfitError as unfit:
            self._flaw(path, node.place, unfit.rule, unfit.message, unfit.hint)
            return node.text if kind.holds_text else NOTHING

    def _list(self, node: SequenceNode, of: types.VarTupleType | types.ListType, path: Path) -> Any:
        self._count(len(node.items), node.place, of, path)
        inner = described(of.item_type)
        items = [self.visit(item, inner, (*path, index)) for index, item in enumerate(node.items)]
        kept = [item for item in items if item is not NOTHING]
        if len(kept) < len(items):
            self.kept[path] = tuple(index for index, item in enumerate(items) if item is not NOTHING)
        return kept if isinstance(of, types.ListType) else tuple(kept)

    def _tuple(self, node: SequenceNode, kind: Described, of: types.TupleType, path: Path) -> Any:
        if len(node.items) != len(of.item_types):
            message = f"{_subject(path)} must have {len(of.item_types)} items, not {len(node.items)}"
            self._flaw(path, node.place, "wrong_length", message, kind.about)
            return NOTHING
        items = [
            self.visit(item, described(inner), (*path, index))
            for index, (item, inner) in enumerate(zip(node.items, of.item_types, strict=True))
        ]
        return NOTHING if NOTHING in items else tuple(items)

    def _count(
        self,
        count: int,
        place: Place,
        limits: types.VarTupleType | types.ListType | types.DictType,
        path: Path,
    ) -> None:
        if limits.min_length is not None and count < limits.min_length:
            many = "empty" if count == 0 else f"shorter than {limits.min_length}"
            hint = f"give it at least {plural(limits.min_length, 'item')}"
            self._flaw(path, place, "too_few", f"{_subject(path)} must not be {many}", hint)
        if limits.max_length is not None and count > limits.max_length:
            message = f"{_subject(path)} has {count} items, {limits.max_length} are the most"
            self._flaw(path, place, "too_many", message, None)

    def _dict(self, node: MappingNode, of: types.DictType, path: Path) -> Any:
        self._count(len(node.entries), node.place, of, path)
        keys, inner = described(of.key_type), described(of.value_type)
        kept: dict[Any, Any] = {}
        for entry in node.entries:
            below = (*path, entry.key.text)
            key = self._scalar(entry.key, keys, below)
            value = self.visit(entry.value, inner, below)
            if key is not NOTHING and value is not NOTHING:
                kept[key] = value
        return kept

    def _struct(self, node: MappingNode, of: types.StructType, path: Path) -> Any:
        fields = {field.encode_name: field for field in of.fields}
        entries = self._entries(node, fields, of, path)
        found = {
            name: self._field(entries.get(name), field, node.place, (*path, name))
            for name, field in fields.items()
        }
        if any(found[name] is NOTHING for name, field in fields.items() if field.required):
            return NOTHING
        values = {fields[name].name: value for name, value in found.items() if value is not NOTHING}
        return self._built(of.cls, values, node.place, path)

    def _built(self, cls: type, values: dict[str, Any], place: Place, path: Path) -> Any:
        try:
            return cls(**values)
        except (TypeError, ValueError) as error:
            # msgspec passes on what a type's own `__post_init__` refuses.
            self._flaw(path, place, "refused", str(error), None)
            return NOTHING

    def _field(self, entry: Entry | None, field: types.Field, parent: Place, path: Path) -> Any:
        kind, key = described(field.type), str(path[-1])
        found: Any = NOTHING
        if entry is None and field.required:
            self._flaw(path, parent, "missing_key", f"the key {ticked(key)} is missing", kind.for_key(key))
        elif entry is not None and field.required and _is_null(entry.value) and not _takes_nothing(kind):
            place, hint = entry.value.place, kind.for_key(key)
            self._flaw(path, place, "missing_value", f"{ticked(key)} has no value", hint)
        elif entry is not None:
            found = self.visit(entry.value, kind, path)
        return self._empty(kind, path) if found is NOTHING and field.required else found

    def _empty(self, kind: Described, path: Path) -> Any:
        """What stands for a required value that is missing, in a draft; NOTHING where nothing can.

        In a mapping, all is missing.
        """
        match kind.type:
            case types.StrType():
                return ""
            case types.VarTupleType():
                return ()
            case types.ListType():
                return []
            case types.DictType():
                return {}
            case types.StructType() as of:
                return self._empty_struct(of, path)
            case _:
                return NOTHING

    def _empty_struct(self, of: types.StructType, path: Path) -> Any:
        self.flawed |= {(*path, field.encode_name) for field in of.fields}
        values = {
            field.name: self._empty(described(field.type), (*path, field.encode_name))
            for field in of.fields
            if field.required
        }
        return NOTHING if NOTHING in values.values() else of.cls(**values)

    def _entries(
        self, node: MappingNode, fields: Mapping[str, types.Field], of: types.StructType, path: Path
    ) -> dict[str, Entry]:
        """The entries by the key that was meant: one that is misspelt is told of, and then taken as meant."""
        known = [*fields, *([of.tag_field] if of.tag_field else [])]
        written = {entry.key.text: entry for entry in node.entries}
        entries = {name: entry for name, entry in written.items() if name in known}
        for name, entry in written.items():
            if name in known or not of.forbid_unknown_fields:
                continue
            home = home_of(name, tuple("*" if isinstance(step, int) else step for step in path), self._kind)
            meant = nearest(name, known)
            if home is not None and not nearest(name, known, _SURELY_MEANT):
                hint = f"{ticked(name)} belongs {_in(home)}"
            elif name.isdecimal():
                hint = "a comma begins the next key; write decimals with a point"
            elif meant is None:
                hint = f"known keys here: {listed(known)}"
            elif meant in entries:
                hint = f"{ticked(meant)} is already here; remove one of them"
            else:
                hint = f"did you mean {ticked(meant)}?"
                entries[meant] = entry
            self._flaw(
                path, entry.key.place, "unknown_key", f"unknown key {ticked(name)}{_where(path)}", hint
            )
        return entries

    def _union(self, node: Node, kind: Described, of: types.UnionType, path: Path) -> Any:
        members = [described(member).inheriting(kind) for member in of.types]
        if any(isinstance(member.type, types.NoneType) for member in members):
            if _is_null(node):
                return None
            members = [member for member in members if not isinstance(member.type, types.NoneType)]
        fitting = [member for member in members if member.shape == _shape(node)]
        if not fitting:
            wanted = " or ".join(dict.fromkeys(scalars.wanted(member) for member in members))
            self._wrong_shape(node, kind if len(members) > 1 else members[0], path, wanted=wanted)
            return NOTHING
        if isinstance(node, MappingNode) and len(fitting) > 1:
            return self._tagged(node, fitting, path)
        if isinstance(node, ScalarNode) and len(fitting) > 1:
            return self._one_of(node, fitting, path)
        return self.visit(node, fitting[0], path)

    def _one_of(self, node: ScalarNode, members: list[Described], path: Path) -> Any:
        # What is quoted is meant as a text; what is plain is a text only where it is nothing else.
        for member in sorted(members, key=lambda member: member.holds_text is node.plain):
            try:
                return scalars.read(node.text, plain=node.plain, kind=member)
            except scalars.UnfitError:
                continue
        wanted = " or ".join(scalars.wanted(member) for member in members)
        self._flaw(path, node.place, "wrong_value", f"{ticked(node.text)} is not {wanted}", None)
        return NOTHING

    def _tagged(self, node: MappingNode, members: list[Described], path: Path) -> Any:
        by_tag = {
            str(member.type.tag): member for member in members if isinstance(member.type, types.StructType)
        }
        field = next(member.type.tag_field for member in members if isinstance(member.type, types.StructType))
        entry = next((entry for entry in node.entries if entry.key.text == field), None)
        if entry is None:
            hint = f"it says which kind this is: {listed(list(by_tag), 'or')}"
            self._flaw(path, node.place, "missing_key", f"the key {ticked(str(field))} is missing", hint)
            return NOTHING
        tag = entry.value.text if isinstance(entry.value, ScalarNode) else ""
        if tag in by_tag:
            return self.visit(node, by_tag[tag], path)
        message = f"{ticked(tag)} is not one of {listed(list(by_tag), 'or')}"
        self._flaw((*path, str(field)), entry.value.place, "wrong_value", message, did_you_mean(tag, by_tag))
        return NOTHING


def _shape(node: Node) -> str:
    match node:
        case ScalarNode():
            return "text"
        case SequenceNode():
            return "list"
        case _:
            return "mapping"


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and node.text in ("", "~", "null", "Null", "NULL")


def _takes_nothing(kind: Described) -> bool:
    return isinstance(kind.type, types.UnionType) and kind.type.includes_none


def _subject(path: Path) -> str:
    if not path:
        return "the file"
    step = path[-1]
    return ticked(step) if isinstance(step, str) else f"item {step + 1} of {_subject(path[:-1])}"


def _where(path: Path) -> str:
    keys = [step for step in path if isinstance(step, str)]
    return f" in {ticked(keys[-1])}" if keys else ""


def _in(home: tuple[str, ...]) -> str:
    keys = [step for step in home if step != "*"]
    return f"in {ticked('.'.join(keys))}" if keys else "at the top of the file, without indentation"


def _shape_hint(node: Node, kind: Described) -> str | None:
    match node, kind.shape:
        case ScalarNode(), "list":
            return f"write it as a list: `[{in_yaml(node.text)}]`"
        case MappingNode(), "list":
            return "begin each item with `- `"
        case SequenceNode(items=(ScalarNode() as only,)), "text":
            return f"write the one value: `{in_yaml(only.text)}`"
        case _, "mapping" if isinstance(kind.type, types.StructType):
            return f"its keys are {listed([field.encode_name for field in kind.type.fields])}"
        case _:
            return kind.about
