"""Statements as Terraform's modules for policies take them, turned into a policy document, every place kept.

Source: "Data Source: aws_iam_policy_document", registry.terraform.io/providers/hashicorp/aws/latest/docs/
data-sources/iam_policy_document, whose names these lists use; retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import Final

from craton.codec.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_ELEMENTS: Final = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_CONDITIONS: Final = ("condition", "conditions")


def as_policy(root: Node) -> Node:
    """The list of statements as the policy document that it becomes."""
    statements = root.items if isinstance(root, SequenceNode) else (root,)
    version = ScalarNode("2012-10-17", plain=False, place=root.place)
    body = SequenceNode(tuple(_statement(one) for one in statements), root.place)
    return MappingNode((_entry("Version", version), _entry("Statement", body)), root.place)


def _statement(node: Node) -> Node:
    if not isinstance(node, MappingNode):
        return node
    entries = []
    for entry in node.entries:
        name = entry.key.text
        key = ScalarNode(_ELEMENTS.get(name, name), plain=False, place=entry.key.place)
        if name in _CONDITIONS:
            entries.append(_entry("Condition", _condition(entry.value)))
        else:
            entries.append(Entry(key, entry.value))
    return MappingNode(tuple(entries), node.place)


def _condition(node: Node) -> Node:
    """Tests that stand in a list as an object of operators; one operator may come to stand there twice."""
    if not isinstance(node, SequenceNode):
        return node
    return MappingNode(tuple(_test(one) for one in node.items if isinstance(one, MappingNode)), node.place)


def _test(node: MappingNode) -> Entry:
    parts = {entry.key.text: entry.value for entry in node.entries}
    missing = ScalarNode("", plain=False, place=node.place)
    test, variable = parts.get("test", missing), parts.get("variable", missing)
    operator = test if isinstance(test, ScalarNode) else missing
    key = variable if isinstance(variable, ScalarNode) else missing
    held = MappingNode((Entry(key, parts.get("values", missing)),), node.place)
    return Entry(operator, held)


def _entry(key: str, value: Node) -> Entry:
    return Entry(ScalarNode(key, plain=False, place=value.place), value)
