"""YAML text to nodes that know where they stand: a line and a column, both counted from 1.

Only what is plain to read is taken: one document of mappings, lists and texts. Scalars stay the text that was
written, so that `012345678901` is no octal number and `no` is no truth value; what a text means is known to
the one who knows the expected type (`craton.codec.decoding`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import yaml  # type: ignore[import-untyped]  # PyYAML tells no types
from msgspec import Struct, structs
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from craton.codec.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, Source, UnreadableNode
from craton.codec.yaml_problems import in_our_words
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator


class Limits(Struct, frozen=True):
    """How much YAML is taken before it is refused. `nodes` counts after aliases are replaced."""

    size_bytes: int = 4 << 20
    depth: int = 32
    nodes: int = 500_000


def read(data: bytes, file: str, limits: Limits = Limits()) -> Source:  # noqa: B008 - a frozen value
    """The YAML in `data`, with every problem that does not keep the rest from being read.

    Nothing is raised: what is no YAML is a diagnostic.
    """
    if len(data) > limits.size_bytes:
        message = f"the file is larger than {limits.size_bytes >> 20} MiB"
        hint = "what people write by hand is smaller; name another file"
        problem = Diagnostic(rule="too_large", message=message, place=Place(file, 1, 1), hint=hint)
        return Source(file=file, lines=(), root=None, diagnostics=(problem,))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, file, error)
    lines = _lines(text)
    hidden = tuple(_hidden_characters(lines, file))
    if hidden:
        return Source(file=file, lines=lines, root=None, diagnostics=hidden)
    reader = _Reader(file, limits)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not reader.take(event):
                break
    except MarkedYAMLError as error:
        reader.stop(in_our_words(error, file, lines))
    except YAMLError as error:
        reader.report("not_yaml", f"this is no YAML: {error}", reader.last)
    except (ValueError, OverflowError):
        # ruamel.yaml hands the number of an escape such as "\UFFFFFFFF" to `chr()` unchecked.
        reader.report("not_yaml", "an escape after this place names no character", reader.last)
    if reader.root is None and not reader.problems:
        hint = "write a mapping: lines of `key: value`"
        reader.report("empty_file", "the file holds nothing", Place(file, 1, 1), hint)
    return Source(file=file, lines=lines, root=reader.root, diagnostics=in_order(reader.problems))


def read_packaged(text: str, file: str) -> Source:
    """The same of a file of the package, in which nothing is wrong, by the parser in C.

    It is many times faster, and every command waits for it; but it does not tell in our words what is wrong.

    Raises: yaml.YAMLError where the text is none.
    """
    reader = _Reader(file, Limits())
    for event in yaml.parse(text, yaml.CSafeLoader):
        reader.take(event)
    return Source(file=file, lines=_lines(text), root=reader.root, diagnostics=in_order(reader.problems))


def _not_utf8(data: bytes, file: str, error: UnicodeDecodeError) -> Source:
    before = _lines(data[: error.start].decode("utf-8-sig", errors="replace"))
    place = Place(file, len(before), len(before[-1]) + 1)
    other = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "another encoding"
    lines = _lines(data.decode("utf-8-sig", errors="replace"))
    problem = Diagnostic(
        rule="not_utf8",
        message=f"the byte 0x{data[error.start]:02x} is no UTF-8",
        place=place,
        hint=f"the file seems to be in {other}; save it as UTF-8",
    )
    return Source(file=file, lines=lines, root=None, diagnostics=(problem,))


_LINE_BREAK: Final = re.compile("\r\n|\r|\n")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(_LINE_BREAK.split(text))


_HIDDEN: Final = re.compile(
    "[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # what YAML forbids, and U+0085
    "|[\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]"  # what makes a text look otherwise
)


def _hidden_characters(lines: tuple[str, ...], file: str) -> Iterator[Diagnostic]:
    for number, line in enumerate(lines, start=1):
        for found in _HIDDEN.finditer(line):
            yield Diagnostic(
                rule="hidden_character",
                message=f"an invisible character stands here: U+{ord(found[0]):04X}",
                place=Place(file, number, found.start() + 1),
                hint="delete it: it can make the file read otherwise than it is",
            )


_RUNS_ON_HINT: Final = (
    "check the line below: `- ` and `key: ` need their space; quote a text of several lines"
)


def _placed(value: Node, key: ScalarNode) -> Node:
    """The value; where nothing was written, it stands at its key."""
    nothing = isinstance(value, ScalarNode) and value.plain and not value.text
    return ScalarNode(text="", plain=True, place=key.place) if nothing else value


class _Open(Struct):
    """A mapping or list that is not closed yet. A mapping's `children` are keys and values in turn."""

    is_mapping: bool
    place: Place
    anchor: str | None
    children: list[Node]
    weight: int = 1


class _Reader:
    """Puts nodes together from YAML events, without recursion, and stops where a limit is passed."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.root: Node | None = None
        self.problems: list[Diagnostic] = []
        self.last = Place(file, 1, 1)
        self._file = file
        self._limits = limits
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._documents = 0
        self._weight = 0
        self._quote_ends = 0

    def report(self, rule: str, message: str, place: Place, hint: str | None = None) -> None:
        self.problems.append(Diagnostic(rule=rule, message=message, place=place, hint=hint))

    def stop(self, problem: Diagnostic) -> None:
        """Takes the problem that ends reading; that a text before it runs on is then only its consequence."""
        if self.problems and self.problems[-1].rule == "runs_on" and self.problems[-1].place == self.last:
            self.problems.pop()
        if problem.place.line == self._quote_ends and problem.place.line > self.last.line:
            message = f"the quote that opens here is closed only on line {self._quote_ends}"
            hint = "close it on its own line: an open quote takes in all that follows"
            problem = Diagnostic(rule="not_yaml", message=message, place=self.last, hint=hint)
        self.problems.append(problem)

    def take(self, event: Event) -> bool:
        """Takes the next event; False where nothing more is to be read."""
        self.last = self._place(event)
        match event:
            case DocumentStartEvent() | yaml.DocumentStartEvent():
                return self._begin_document()
            case ScalarEvent() | yaml.ScalarEvent():
                self._refuse_tag(event)
                node = self._scalar(event)
                self._add(node, 1, event.anchor)
            case AliasEvent() | yaml.AliasEvent():
                self._add(*self._aliased(event.anchor))
            case (
                MappingStartEvent()
                | SequenceStartEvent()
                | yaml.MappingStartEvent()
                | yaml.SequenceStartEvent()
            ):
                self._refuse_tag(event)
                return self._begin(event)
            case MappingEndEvent() | SequenceEndEvent() | yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case _:
                pass
        return self._is_within_limits()

    def _place(self, event: Event) -> Place:
        return Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _begin_document(self) -> bool:
        self._documents += 1
        if self._documents > 1:
            hint = "keep one document: remove the `---` or move what follows to a file of its own"
            self.report("several_documents", "a second YAML document begins here", self.last, hint)
        return self._documents == 1

    def _scalar(self, event: ScalarEvent) -> Node:
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            self.report(
                "not_yaml", "an escape here names half a character", self.last, "write the character itself"
            )
            return UnreadableNode(self.last)
        style = event.style or None  # which the parser in C tells as an empty text
        if style is not None and style in "'\"":
            self._quote_ends = event.end_mark.line + 1
        if style is None and event.end_mark.line > event.start_mark.line:
            first = event.start_mark.line + 1
            self.report("runs_on", f"this text runs on beyond line {first}", self.last, _RUNS_ON_HINT)
            return UnreadableNode(self.last)
        return ScalarNode(text=event.value, plain=style is None, place=self.last)

    def _refuse_tag(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            hint = "remove it: the key decides what a value is; quote a text that begins with `!`"
            self.report("tag", f"the tag {ticked(tag)} is not allowed", self.last, hint)

    def _aliased(self, anchor: str) -> tuple[Node, int, None]:
        if anchor in self._anchors:
            return *self._anchors[anchor], None
        if any(opened.anchor == anchor for opened in self._open):
            message = f"the alias {ticked('*' + anchor)} stands inside the value it names"
            hint = "write the value out here: nothing can hold itself"
        else:
            message = f"no anchor {ticked('&' + anchor)} stands before this alias"
            hint = f'quote a text that begins with `*`: `"*{anchor}"`'
        self.report("alias", message, self.last, hint)
        return UnreadableNode(self.last), 1, None

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> bool:
        if len(self._open) >= self._limits.depth:
            hint = "look for brackets that are opened again and again, or lines indented too far"
            message = f"this is nested deeper than {self._limits.depth} levels"
            self.report("too_deep", message, self.last, hint)
            return False
        opened = _Open(
            is_mapping=isinstance(event, MappingStartEvent | yaml.MappingStartEvent),
            place=self.last,
            anchor=event.anchor,
            children=[],
        )
        self._open.append(opened)
        return True

    def _end(self) -> None:
        closed = self._open.pop()
        node = (
            self._mapping(closed) if closed.is_mapping else SequenceNode(tuple(closed.children), closed.place)
        )
        self._add(node, closed.weight, closed.anchor)

    def _mapping(self, closed: _Open) -> MappingNode:
        entries: dict[str, Entry] = {}
        lacks = False
        for key, value in zip(closed.children[::2], closed.children[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                lacks = True
                if not isinstance(key, UnreadableNode):
                    self.report("key", "a key must be a text, no list or mapping", key.place)
            elif key.text == "<<" and key.plain:
                lacks = True
                hint = "write the keys out, so that everybody reads here what holds here"
                self.report("merge", "`<<` does not merge mappings here", key.place, hint)
            elif key.text in entries:
                first = entries[key.text].key.place.line
                entries[key.text] = structs.replace(entries[key.text], repeated=True)
                hint = f"the first stands on line {first}; remove one of them"
                self.report("duplicate_key", f"the key {ticked(key.text)} stands here twice", key.place, hint)
            else:
                entries[key.text] = Entry(key, _placed(value, key))
        return MappingNode(tuple(entries.values()), closed.place, lacks)

    def _add(self, node: Node, weight: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, weight)
        self._weight = weight
        if self._open:
            self._open[-1].children.append(node)
            self._open[-1].weight += weight
            self._weight = self._open[-1].weight
        else:
            self.root = node

    def _is_within_limits(self) -> bool:
        if self._weight <= self._limits.nodes:
            return True
        self.report(
            "too_many_values",
            f"the file holds more than {self._limits.nodes:,} values, aliases replaced",
            self.last,
            "an alias copies all that its anchor names: write less, or use fewer aliases",
        )
        self.root = None
        return False
