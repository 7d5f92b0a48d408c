"""JSON text to nodes that know where they stand: a line and a column, both counted from 1.

What people often write although JSON has no such thing (comments, a comma before a closing bracket) is told
and read over, so that the rest of the file is looked at in the same run. Anything else ends the reading.
"""

from __future__ import annotations

import bisect
import json
import re
from typing import TYPE_CHECKING, Final, NoReturn

from msgspec import Struct

from craton.codec.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, Source
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Sequence


class Limits(Struct, frozen=True):
    """How much JSON is taken before it is refused."""

    size_bytes: int = 4 << 20
    depth: int = 64
    nodes: int = 500_000


_GAP: Final = re.compile(r"[ \t\r\n]+")
_COMMENT: Final = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?\*/", re.DOTALL)
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"')
_LITERAL: Final = re.compile(
    r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)"
)
_WORD: Final = re.compile(r"[^\s,:\[\]{}\"]+")
_LINE_BREAK: Final = re.compile("\r\n|\r|\n")
_LONGEST_LINE: Final = 200
"""So much of a line is looked at for a hint."""


def read(data: bytes, file: str, limits: Limits = Limits()) -> Source:  # noqa: B008 - a frozen value
    """The JSON in `data`, with every problem that does not keep the rest from being read.

    Nothing is raised: what is no JSON is a diagnostic.
    """
    if len(data) > limits.size_bytes:
        message = f"the file is larger than {limits.size_bytes >> 20} MiB"
        return _refused(file, (), Diagnostic(rule="too_large", message=message, place=Place(file, 1, 1)))
    text = data.decode("utf-8-sig", errors="replace")
    lines = tuple(_LINE_BREAK.split(text))
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        line = len(_LINE_BREAK.split(before))
        message = f"the byte 0x{data[error.start]:02x} is no UTF-8"
        hint = "save the file as UTF-8"
        problem = Diagnostic(rule="not_utf8", message=message, place=Place(file, line, 1), hint=hint)
        return _refused(file, lines, problem)
    reader = _Reader(text, file, limits)
    try:
        root = reader.whole()
    except _Stop as stop:
        reader.problems.append(stop.problem)
        root = None
    return Source(file=file, lines=lines, root=root, diagnostics=in_order(reader.problems))


def _refused(file: str, lines: Sequence[str], problem: Diagnostic) -> Source:
    return Source(file=file, lines=tuple(lines), root=None, diagnostics=(problem,))


class _Stop(Exception):  # noqa: N818 - no error of the program
    """Nothing after this can be read."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Open(Struct):
    """A mapping or list that is not closed yet; `key` waits for its value."""

    closing: str
    place: Place
    items: list[Node]
    entries: dict[str, Entry]
    key: ScalarNode | None = None


class _Reader:
    """Puts nodes together without recursion, and stops where a limit is passed."""

    def __init__(self, text: str, file: str, limits: Limits) -> None:
        self.problems: list[Diagnostic] = []
        self._text = text
        self._at = 0
        self._file = file
        self._limits = limits
        self._starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]
        self._nodes = 0

    def whole(self) -> Node:
        """The one value of the text. Raises: _Stop."""
        self._skip()
        if self._at == len(self._text):
            self._stop("empty_file", "the file holds nothing", None)
        root = self._value()
        self._skip()
        if self._at < len(self._text):
            self._stop("not_json", "something follows the end of the document", "one file holds one document")
        return root

    def _value(self) -> Node:
        opened: list[_Open] = []
        while True:
            node = self._begin(opened)
            while node is not None:
                if not opened:
                    return node
                node = self._take(node, opened)

    def _begin(self, opened: list[_Open]) -> Node | None:
        """The scalar or empty collection that stands next; None where a collection begins."""
        self._skip()
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            self._stop("too_many_values", f"the file holds more than {self._limits.nodes:,} values", None)
        place = self._place(self._at)
        mark = self._text[self._at : self._at + 1]
        if mark not in ("{", "["):
            return self._scalar(place)
        if len(opened) == self._limits.depth:
            self._stop("too_deep", f"values stand more than {self._limits.depth} deep in each other", None)
        self._at += 1
        opened.append(_Open("}" if mark == "{" else "]", place, [], {}))
        self._skip()
        if self._text.startswith(opened[-1].closing, self._at):
            self._at += 1
            return _closed(opened.pop())
        self._key(opened[-1])
        return None

    def _take(self, node: Node, opened: list[_Open]) -> Node | None:
        """Puts a value into what holds it, and reads on to the next; the holder itself where it ends here."""
        holder = opened[-1]
        if holder.key is None:
            holder.items.append(node)
        else:
            self._enter(holder, holder.key, node)
        self._skip()
        mark = self._text[self._at : self._at + 1]
        comma = self._at
        if mark == ",":
            self._at += 1
            self._skip()
            if not self._text.startswith(holder.closing, self._at):
                self._key(holder)
                return None
            hint = "remove it: JSON has no comma after the last value"
            self._report(
                "trailing_comma", f"a comma stands before the closing `{holder.closing}`", comma, hint
            )
        elif mark != holder.closing:
            where = f"line {holder.place.line}, column {holder.place.column}"
            hint = f"a comma, or the `{holder.closing}` that closes what opens at {where}, is missing"
            self._stop("not_json", f"{self._seen()} stands where `,` or `{holder.closing}` must", hint)
        self._at += 1
        return _closed(opened.pop())

    def _key(self, holder: _Open) -> None:
        if holder.closing == "]":
            return
        place = self._place(self._at)
        if not self._text.startswith('"', self._at):
            self._stop("not_json", f"{self._seen()} stands where a key in double quotes must", None)
        holder.key = self._string(place)
        self._skip()
        if not self._text.startswith(":", self._at):
            self._stop("not_json", f"{self._seen()} stands where `:` must, after a key", None)
        self._at += 1

    def _enter(self, holder: _Open, key: ScalarNode, node: Node) -> None:
        if key.text in holder.entries:
            first = holder.entries[key.text].key.place.line
            hint = f"the first stands on line {first}; remove one of them"
            message = f"the key {ticked(key.text)} stands here twice"
            self.problems.append(
                Diagnostic(rule="duplicate_key", message=message, place=key.place, hint=hint)
            )
        else:
            holder.entries[key.text] = Entry(key, node)

    def _scalar(self, place: Place) -> ScalarNode:
        if self._text.startswith('"', self._at):
            return self._string(place)
        found = _LITERAL.match(self._text, self._at)
        if found is None:
            self._stop(
                "not_json", f"{self._seen()} stands where a value must", "a text stands in double quotes"
            )
        self._at = found.end()
        return ScalarNode(text=found[0], plain=True, place=place)

    def _string(self, place: Place) -> ScalarNode:
        found = _STRING.match(self._text, self._at)
        if found is None:
            hint = "close the quote on its own line, and write a backslash as `\\\\`"
            self._stop("not_json", "this text has no end, or an escape that JSON does not know", hint)
        self._at = found.end()
        text: str = json.loads(found[0])
        if any("\ud800" <= character <= "\udfff" for character in text):
            problem = "an escape here names half a character"
            self.problems.append(Diagnostic(rule="not_json", message=problem, place=place))
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return ScalarNode(text=text, plain=False, place=place)

    def _skip(self) -> None:
        """Goes over blanks, and over comments, which are told."""
        while True:
            gap = _GAP.match(self._text, self._at)
            if gap is not None:
                self._at = gap.end()
            comment = _COMMENT.match(self._text, self._at)
            if comment is None:
                return
            hint = (
                f"{self._without(comment)}: AWS refuses a document with comments; a Sid can say what it says"
            )
            self._report("comment", "a comment stands in a JSON document", self._at, hint)
            self._at = comment.end()

    def _without(self, comment: re.Match[str]) -> str:
        """What to do about a comment: remove its line, or write what else stands on it."""
        start = self._starts[bisect.bisect_right(self._starts, comment.start()) - 1]
        before = self._text[max(start, comment.start() - _LONGEST_LINE) : comment.start()].strip()
        after = _LINE_BREAK.split(self._text[comment.end() : comment.end() + _LONGEST_LINE], maxsplit=1)[
            0
        ].strip()
        kept = f"{before} {after}".strip()
        return f"keep of the line {ticked(kept)}" if kept else "remove the line"

    def _seen(self) -> str:
        """What stands at this place, in words."""
        if self._at >= len(self._text):
            return "the end of the file"
        word = _WORD.match(self._text, self._at)
        return ticked(word[0] if word else self._text[self._at])

    def _place(self, offset: int) -> Place:
        line = bisect.bisect_right(self._starts, offset)
        return Place(self._file, line, offset - self._starts[line - 1] + 1)

    def _report(self, rule: str, message: str, offset: int, hint: str | None) -> None:
        self.problems.append(Diagnostic(rule=rule, message=message, place=self._place(offset), hint=hint))

    def _stop(self, rule: str, message: str, hint: str | None) -> NoReturn:
        raise _Stop(Diagnostic(rule=rule, message=message, place=self._place(self._at), hint=hint))


def _closed(opened: _Open) -> Node:
    if opened.closing == "}":
        return MappingNode(tuple(opened.entries.values()), opened.place)
    return SequenceNode(tuple(opened.items), opened.place)
