"""YAML nodes that know where they stand, and the file they stand in."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, Place

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes, counted from 0, that lead from the root to a node."""


class ScalarNode(Struct, frozen=True):
    """A text. `plain` where it was written without quotes."""

    text: str
    plain: bool
    place: Place


class SequenceNode(Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    place: Place


class Entry(Struct, frozen=True):
    """A key and its value. Where the key is `repeated`, this is the first of its values."""

    key: ScalarNode
    value: Node
    repeated: bool = False


class MappingNode(Struct, frozen=True):
    """A mapping; its keys differ. It `lacks` something where a key of it was none, as has been told."""

    entries: tuple[Entry, ...]
    place: Place
    lacks: bool = False


class UnreadableNode(Struct, frozen=True):
    """Something stood here whose problem has been told already."""

    place: Place


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode | UnreadableNode


class Source(Struct, frozen=True):
    """A YAML file as it was read. `root` is None where no node could be read at all."""

    file: str
    lines: tuple[str, ...]
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]

    def place(self, path: Path) -> Place:
        """Where the value at `path` stands, or the nearest one around it that exists."""
        node, _ = self._nearest(path)
        return node.place if node is not None else Place(self.file, 1, 1)

    def key_place(self, path: Path) -> Place:
        """Where the key stands that `path` ends in, or the place of the nearest value around it."""
        mapping, steps = self._nearest(path[:-1])
        if isinstance(mapping, MappingNode) and steps == len(path) - 1:
            for entry in mapping.entries:
                if entry.key.text == path[-1]:
                    return entry.key.place
        return self.place(path)

    def _nearest(self, path: Path) -> tuple[Node | None, int]:
        node = self.root
        for steps, step in enumerate(path):
            below = _child(node, step)
            if below is None:
                return node, steps
            node = below
        return node, len(path)


def _child(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((entry.value for entry in node.entries if entry.key.text == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None
