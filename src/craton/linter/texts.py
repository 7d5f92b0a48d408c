"""Nodes rewritten for reading as policies, every place kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.codec.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Callable


def rewritten(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node after `change` was made to it, then to everything in it."""
    node = change(node)
    if isinstance(node, SequenceNode):
        return SequenceNode(tuple(rewritten(one, change) for one in node.items), node.place)
    if isinstance(node, MappingNode):
        return MappingNode(
            tuple(Entry(entry.key, rewritten(entry.value, change)) for entry in node.entries), node.place
        )
    return node


def quoted(node: Node) -> Node:
    """What YAML lets stand without quotes, as the text that it is; nothing at all stays nothing."""
    return rewritten(node, _quoted)


def child(node: Node | None, *keys: str) -> Node | None:
    """What stands under these keys; None where a key is not there."""
    for key in keys:
        if not isinstance(node, MappingNode):
            return None
        node = next((entry.value for entry in node.entries if entry.key.text == key), None)
    return node


def text_of(node: Node | None) -> str | None:
    """The text of a node, None where it is no text."""
    return node.text if isinstance(node, ScalarNode) else None


def as_value(node: Node) -> object:
    """The node as plain values, every scalar a text."""
    match node:
        case ScalarNode():
            return node.text
        case SequenceNode():
            return [as_value(one) for one in node.items]
        case MappingNode():
            return {entry.key.text: as_value(entry.value) for entry in node.entries}
        case _:
            return None


def items_of(node: Node | None) -> tuple[Node, ...]:
    """The values of a list; a single value is a list of one."""
    if node is None:
        return ()
    return node.items if isinstance(node, SequenceNode) else (node,)


def _quoted(node: Node) -> Node:
    if isinstance(node, ScalarNode) and node.plain and node.text:
        return ScalarNode(node.text, plain=False, place=node.place)
    return node
