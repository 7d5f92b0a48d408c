"""CloudFormation templates: what is known of them before they are deployed, and the policies that they hold.

What a function of CloudFormation will return is not known; it stands as `${…}`, which may be any text.
Source: "Intrinsic function reference", docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
intrinsic-function-reference.html; properties that hold policies from the resource provider schemas of
cfn-lint 1.58.0, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from craton.codec import json_source
from craton.codec.policy_source import policy_at
from craton.codec.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, Source
from craton.core.diagnostic import Diagnostic, Place
from craton.linter.subject import Subject
from craton.linter.texts import as_value, child, items_of, quoted, rewritten, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import PolicyKind

UNKNOWN: Final = "${CloudFormation}"
"""Stands for what a function returns when the template is deployed."""

_PSEUDO: Final = re.compile(r"\$\{AWS::Partition\}")
_KEPT: Final = re.compile(r"\$\{!")
_SHORT_FORM: Final = re.compile(r"!(?P<name>\w+)")
_BLOCK: Final = re.compile(r"(?:!\w+\s+)?\|")
"""How a text of several lines begins whose lines are kept."""

_IDENTITY: Final = (("PolicyDocument",), "identity")
_INLINE: Final = (("Policies", "PolicyDocument"), "identity")
_RESOURCE: Final = (("PolicyDocument",), "resource")
_HOLDERS: Final[dict[str, tuple[tuple[tuple[str, ...], PolicyKind], ...]]] = {
    "AWS::IAM::ManagedPolicy": (_IDENTITY,),
    "AWS::IAM::Policy": (_IDENTITY,),
    "AWS::IAM::RolePolicy": (_IDENTITY,),
    "AWS::IAM::UserPolicy": (_IDENTITY,),
    "AWS::IAM::GroupPolicy": (_IDENTITY,),
    "AWS::IAM::Role": (_INLINE, (("AssumeRolePolicyDocument",), "resource")),
    "AWS::IAM::User": (_INLINE,),
    "AWS::IAM::Group": (_INLINE,),
    "AWS::SSO::PermissionSet": ((("InlinePolicy",), "identity"),),
    "AWS::EC2::VPCEndpoint": ((("PolicyDocument",), "endpoint"),),
    "AWS::S3::BucketPolicy": (_RESOURCE,),
    "AWS::SNS::TopicInlinePolicy": (_RESOURCE,),
    "AWS::SNS::TopicPolicy": (_RESOURCE,),
    "AWS::SQS::QueuePolicy": (_RESOURCE,),
    "AWS::Bedrock::ResourcePolicy": (_RESOURCE,),
    "AWS::Logs::ResourcePolicy": (_RESOURCE,),
    "AWS::Logs::Destination": ((("DestinationPolicy",), "resource"),),
    "AWS::KMS::Key": ((("KeyPolicy",), "resource"),),
    "AWS::SecretsManager::ResourcePolicy": ((("ResourcePolicy",), "resource"),),
}
_OF_ORGANIZATIONS: Final[dict[str, PolicyKind]] = {
    "SERVICE_CONTROL_POLICY": "scp",
    "RESOURCE_CONTROL_POLICY": "rcp",
}


def read_over(source: Source) -> Source:
    """The template with every function as a text: what `Fn::Sub` says, `${CloudFormation}` for any other."""
    if source.root is None:
        return source
    root = quoted(rewritten(source.root, lambda node: _known(node, source.lines)))
    return Source(file=source.file, lines=source.lines, root=root, diagnostics=source.diagnostics)


def resources_of(source: Source, *, whole: bool) -> Iterator[tuple[str, str, MappingNode]]:
    """The name, the type and the node of each resource; `whole` where the file is no fragment."""
    held = child(source.root, "Resources") if whole else source.root
    if isinstance(held, MappingNode):
        for entry in held.entries:
            kind = text_of(child(entry.value, "Type"))
            if kind is not None and isinstance(entry.value, MappingNode):
                yield entry.key.text, kind, entry.value


def subjects_of(source: Source, *, whole: bool) -> tuple[tuple[Subject, ...], tuple[Diagnostic, ...]]:
    """The policies of a template whose functions were read over, and what is wrong with their form."""
    subjects: list[Subject] = []
    problems: list[Diagnostic] = []
    for name, kind_of_resource, resource in resources_of(source, whole=whole):
        for node, kind in _policies(kind_of_resource, child(resource, "Properties")):
            document, found = _document(node, source)
            problems += found
            if document is None:
                continue
            policy, found = policy_at(document, source.file, name)
            unknown = set(_unknown(document))
            problems += [one for one in found if one.place not in unknown]
            if policy is not None:
                written = None if unknown else compact(document)
                subjects.append(Subject(policy=policy, kind=kind, kind_told=True, written=written))
    return tuple(subjects), tuple(problems)


def compact(document: Node) -> str:
    """A document as CloudFormation hands it on: JSON without blanks."""
    return json.dumps(as_value(document), separators=(",", ":"), ensure_ascii=False)


def _policies(kind: str, properties: Node | None) -> Iterator[tuple[Node, PolicyKind]]:
    """The nodes that hold a policy, and of which kind."""
    if kind == "AWS::Organizations::Policy":
        told = _OF_ORGANIZATIONS.get(text_of(child(properties, "Type")) or "")
        content = child(properties, "Content")
        if told is not None and content is not None:
            yield content, told
    for path, of_kind in _HOLDERS.get(kind, ()):
        for holder in items_of(child(properties, *path[:-1])):
            node = child(holder, path[-1])
            if node is not None:
                yield node, of_kind


def _document(node: Node, source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The policy document at a node; a text is read as JSON, its places counted within the template."""
    if not isinstance(node, ScalarNode):
        return node, ()
    if UNKNOWN in node.text or not node.text.strip():
        return None, ()
    inner = json_source.read(node.text.encode(), source.file)
    moved = _Moved(node.place, source.lines)
    problems = tuple(
        Diagnostic(rule=one.rule, message=one.message, place=moved(one.place), hint=one.hint)
        for one in inner.diagnostics
    )
    return (None if inner.root is None else moved.node(inner.root)), problems


def _unknown(node: Node) -> Iterator[Place]:
    """Where functions stand in a policy, of which nothing can be said before they are carried out."""
    match node:
        case ScalarNode() if node.text == UNKNOWN:
            yield node.place
        case SequenceNode():
            for item in node.items:
                yield from _unknown(item)
        case MappingNode():
            for entry in node.entries:
                yield from _unknown(entry.value)
        case _:
            return


class _Moved:
    """Moves places within a text of the template to where they stand in the file."""

    def __init__(self, place: Place, lines: tuple[str, ...]) -> None:
        self._place = place
        here = lines[place.line - 1][place.column - 1 :] if place.line <= len(lines) else ""
        below = lines[place.line] if place.line < len(lines) else ""
        self._is_block = _BLOCK.match(here) is not None
        self._indent = len(below) - len(below.lstrip())

    def __call__(self, inner: Place) -> Place:
        if not self._is_block:
            return self._place
        return Place(self._place.file, self._place.line + inner.line, self._indent + inner.column)

    def node(self, node: Node) -> Node:
        return rewritten(node, self._placed)

    def _placed(self, node: Node) -> Node:
        match node:
            case ScalarNode():
                return ScalarNode(node.text, plain=node.plain, place=self(node.place))
            case SequenceNode():
                return SequenceNode(node.items, self(node.place))
            case MappingNode():
                entries = tuple(
                    type(one)(ScalarNode(one.key.text, plain=False, place=self(one.key.place)), one.value)
                    for one in node.entries
                )
                return MappingNode(entries, self(node.place))
            case _:
                return node


def _known(node: Node, lines: tuple[str, ...]) -> Node:
    """The node, or the text that stands for a function, in its long form or its short one."""
    long_form = _long_form(node)
    if long_form is not None:
        name, held = long_form
        return _result(name, held, node.place)
    short = _short_form(node, lines)
    return node if short is None else _result(short, node, node.place)


def _long_form(node: Node) -> tuple[str, Node] | None:
    if not isinstance(node, MappingNode) or len(node.entries) != 1:
        return None
    entry = node.entries[0]
    name = entry.key.text
    return (name.removeprefix("Fn::"), entry.value) if name.startswith("Fn::") or name == "Ref" else None


def _short_form(node: Node, lines: tuple[str, ...]) -> str | None:
    line = lines[node.place.line - 1] if node.place.line <= len(lines) else ""
    found = _SHORT_FORM.match(line, node.place.column - 1)
    return None if found is None else found["name"]


def _result(name: str, held: Node, place: Place) -> Node:
    text = held.items[0] if isinstance(held, SequenceNode) and held.items else held
    if name == "Sub" and isinstance(text, ScalarNode):
        said = _KEPT.sub("${", _PSEUDO.sub("aws", text.text))
        return ScalarNode(said, plain=False, place=place)
    return ScalarNode(UNKNOWN, plain=False, place=place)
