"""Policy templates and values to policy documents: parameters put in, statements repeated, exceptions dated.

Values are put in as nodes of the tree that was read, as whole values or as items of lists. No text is pasted
into JSON, so a value cannot open a quote, close a bracket or add an element. Three forms stand for a value:

    {parameter: regions}                            its value, or in a list each of its values
    {parameter: models, each: "arn:…/{}"}           each value in the place of `{}`
    Repeat: tags  …  {parameter: tags}              as key of a statement: it stands once for each value

A list may be empty, and then says what it says in logic: `none of nothing` holds, `one of nothing` does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec.canonical_json import encode
from craton.codec.policy_exceptions import with_exceptions
from craton.codec.policy_source import policy_at
from craton.codec.policy_template import sid_of
from craton.codec.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, UnreadableNode
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.policy import Policy
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.codec.policy_parameters import Values
    from craton.codec.policy_template import PolicyTemplate

REFERENCE: Final = "parameter"
EACH: Final = "each"
REPEAT: Final = "Repeat"
SLOT: Final = "{}"
_PATTERNS: Final = ("Action", "NotAction", "Resource", "NotResource")


class Filled(Struct, frozen=True, kw_only=True):
    """A compiled policy: as a value with the places of the file, and as the document that is attached.

    `origins` leads from each Sid of the document to that of the statement in the file.
    """

    policy: Policy | None
    document: dict[str, Any]
    origins: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]

    def json(self) -> bytes:
        """The document on one line, without a space that a quota would count."""
        return encode(self.document)


def fill(template: PolicyTemplate, values: Values, statements: Sequence[Node] | None = None) -> Filled:
    """The policy with these values. `statements` stand for those of the file, where others are tried."""
    filling = _Filling(values)
    origins: dict[str, str] = {}
    filled: list[MappingNode] = []
    for node in template.statements.items if statements is None else statements:
        for statement in filling.statements(node):
            for dated in with_exceptions(statement, sid_of(node) or "", template.header.exceptions):
                origins[sid_of(dated) or ""] = sid_of(node) or ""
                filled.append(dated)
    place = template.statements.place
    root = MappingNode(
        (
            Entry(_text("Version", place), _text("2012-10-17", place)),
            Entry(_text("Statement", place), SequenceNode(tuple(filled), place)),
        ),
        place,
    )
    policy, problems = policy_at(root, template.file, template.id)
    told = in_order([*filling.problems, *problems])
    sound = all(problem.severity != "error" and problem.rule != _OPEN for problem in told)
    return Filled(policy=policy if sound else None, document=_plain(root), origins=origins, diagnostics=told)


_OPEN: Final = "no_value"
"""A list that is still empty here is one of which the filling cannot tell what it was to say."""


class _Filling:
    """One walk over the statements of a template; collects what cannot be put in."""

    def __init__(self, values: Values) -> None:
        self.problems: list[Diagnostic] = []
        self._values = dict(values)

    def statements(self, node: Node) -> Iterator[MappingNode]:
        """The statement, once or for each value of what it is repeated for; none where it can never hold."""
        if not isinstance(node, MappingNode):
            self._flaw("not_a_statement", "a statement is a mapping", node.place)
            return
        repeat = next((entry.value for entry in node.entries if entry.key.text == REPEAT), None)
        if repeat is None:
            yield from self._statement(node)
            return
        name = repeat.text if isinstance(repeat, ScalarNode) else ""
        values = self._values.get(name)
        if values is None or isinstance(values, str):
            self._unknown(name, repeat.place)
            return
        rest = tuple(entry for entry in node.entries if entry.key.text != REPEAT)
        for number, value in enumerate(values, start=1):
            self._values[name] = value
            yield from self._statement(_numbered(MappingNode(rest, node.place), number))
        self._values[name] = values

    def _statement(self, node: MappingNode) -> Iterator[MappingNode]:
        entries: list[Entry] = []
        for entry in node.entries:
            key = entry.key.text
            value = self._conditions(entry.value) if key == "Condition" else self._value(entry.value)
            if value is None:
                return
            if key in _PATTERNS and isinstance(value, SequenceNode) and not value.items:
                if not key.startswith("Not"):
                    return
                key, value = key.removeprefix("Not"), _text("*", value.place)
            if key == "Condition" and isinstance(value, MappingNode) and not value.entries:
                continue
            entries.append(Entry(_text(key, entry.key.place), value))
        yield MappingNode(tuple(entries), node.place)

    def _conditions(self, node: Node) -> Node | None:
        """The conditions that say something; None where one of them can never hold."""
        if not isinstance(node, MappingNode):
            return self._value(node)
        operators: list[Entry] = []
        for operator in node.entries:
            if not isinstance(operator.value, MappingNode):
                operators.append(operator)
                continue
            keys: list[Entry] = []
            for entry in operator.value.entries:
                value = self._value(entry.value)
                if isinstance(value, SequenceNode) and not value.items:
                    if _holds_for_nothing(operator.key.text) is False:
                        return None
                    if _holds_for_nothing(operator.key.text):
                        continue
                keys.append(Entry(_quoted(entry.key), value))
            if keys:
                operators.append(Entry(_quoted(operator.key), MappingNode(tuple(keys), operator.value.place)))
        return MappingNode(tuple(operators), node.place)

    def _value(self, node: Node) -> Node:
        match node:
            case SequenceNode(items=inside):
                found = [filled for item in inside for filled in self._items(item)]
                return SequenceNode(tuple(found), node.place)
            case MappingNode() if _is_reference(node):
                items = self._items(node)
                named = self._values.get(_part(node, REFERENCE))
                return (
                    items[0] if isinstance(named, str) and items else SequenceNode(tuple(items), node.place)
                )
            case MappingNode(entries=entries):
                inner = tuple(Entry(_quoted(entry.key), self._value(entry.value)) for entry in entries)
                return MappingNode(inner, node.place)
            case ScalarNode():
                return _quoted(node)
            case UnreadableNode():
                return node

    def _items(self, node: Node) -> list[Node]:
        """The nodes that stand for an item of a list."""
        if not isinstance(node, MappingNode) or not _is_reference(node):
            return [self._value(node)]
        name, form = _part(node, REFERENCE), _part(node, EACH) or SLOT
        values = self._values.get(name)
        if values is None:
            self._unknown(name, node.place)
            return []
        if form.count(SLOT) != 1:
            hint = "write it once, where the value belongs"
            self._flaw("no_slot", f"{ticked(form)} must hold `{SLOT}` once", node.place, hint)
            return []
        texts = (values,) if isinstance(values, str) else values
        return [_text(form.replace(SLOT, text), node.place) for text in texts]

    def _unknown(self, name: str, place: Place) -> None:
        known = sorted(self._values)
        hint = did_you_mean(name, known) or (f"known here: {listed(known)}" if known else None)
        self._flaw("parameter_unknown", f"there is no parameter {ticked(name)}", place, hint)

    def _flaw(self, rule: str, message: str, place: Place, hint: str | None = None) -> None:
        self.problems.append(Diagnostic(rule=rule, message=message, place=place, hint=hint))


def references(node: Node) -> Iterator[str]:
    """The names of all parameters that stand in a node, in order."""
    match node:
        case MappingNode() if _is_reference(node):
            yield _part(node, REFERENCE)
        case MappingNode(entries=entries):
            for entry in entries:
                if entry.key.text == REPEAT and isinstance(entry.value, ScalarNode):
                    yield entry.value.text
                else:
                    yield from references(entry.value)
        case SequenceNode(items=items):
            for item in items:
                yield from references(item)
        case _:
            return


def _holds_for_nothing(operator: str) -> bool | None:
    """Whether an operator holds against no value at all; None where that depends on the request.

    A plain negated operator holds where no value fits, a plain positive one where one does. `IfExists` and
    `ForAllValues` hold for a missing key, whatever they are held to; `ForAnyValue` needs one.
    """
    quantifier, _, plain = operator.rpartition(":")
    negated = "Not" in plain
    if negated and quantifier != "ForAnyValue":
        return True
    if not negated and quantifier != "ForAllValues" and not plain.endswith("IfExists"):
        return False
    return None


def _is_reference(node: MappingNode) -> bool:
    return any(entry.key.text == REFERENCE for entry in node.entries)


def _part(node: MappingNode, key: str) -> str:
    value = next((entry.value for entry in node.entries if entry.key.text == key), None)
    return value.text if isinstance(value, ScalarNode) else ""


def _numbered(node: MappingNode, number: int) -> MappingNode:
    """The statement with its number behind the Sid, for AWS refuses two of one Sid."""
    entries = tuple(
        Entry(entry.key, ScalarNode(f"{entry.value.text}{number}", plain=False, place=entry.value.place))
        if entry.key.text == "Sid" and isinstance(entry.value, ScalarNode)
        else entry
        for entry in node.entries
    )
    return MappingNode(entries, node.place)


def _text(text: str, place: Place) -> ScalarNode:
    return ScalarNode(text, plain=False, place=place)


def _quoted(node: ScalarNode) -> ScalarNode:
    """The same text as JSON would hold it: YAML's plain words are texts in a policy."""
    return msgspec.structs.replace(node, plain=False)


def _plain(node: Node) -> Any:
    """The node as a value that JSON can hold; a list of one stands as its item, as AWS shows it too."""
    match node:
        case MappingNode(entries=entries):
            return {entry.key.text: _plain(entry.value) for entry in entries}
        case SequenceNode(items=items):
            return [_plain(item) for item in items]
        case ScalarNode(text=text):
            return text
        case UnreadableNode():
            return None
