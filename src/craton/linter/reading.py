"""Bytes to documents: JSON or YAML, and what the text says that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.codec import json_source, yaml_source
from craton.codec.policy_source import policy_at
from craton.codec.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from craton.core.diagnostic import in_order
from craton.linter.statement_list import as_policy
from craton.linter.subject import Document, DocumentForm, Subject
from craton.linter.template import read_over, subjects_of
from craton.linter.texts import quoted

if TYPE_CHECKING:
    from craton.core.policy import Policy, PolicyKind

_YAML: Final = (".yaml", ".yml", ".template")
_YAML_LIMITS: Final = yaml_source.Limits(depth=64)
_OF_TEMPLATES: Final = ("AWSTemplateFormatVersion", "Resources")
_OF_POLICIES: Final = ("Statement", "Version")
_OF_ORGANIZATIONS: Final[dict[str, DocumentForm]] = {"bedrock": "bedrock_policy", "tags": "tag_policy"}
_YAML_IN_TEMPLATES: Final = frozenset({"tag", "runs_on"})
"""What our reader of YAML refuses and CloudFormation takes: short functions, texts of several lines."""


def read_document(data: bytes, file: str, kind: PolicyKind | None = None) -> Document:
    """The document, with the policies in it; `kind` is what they are, where somebody says it.

    Nothing is raised: what cannot be read is told in `problems`.
    """
    is_json = not file.endswith(_YAML) and _looks_like_json(data)
    source = json_source.read(data, file) if is_json else yaml_source.read(data, file, _YAML_LIMITS)
    text = data.decode("utf-8-sig", errors="replace")
    form = form_of(source.root)
    if form in ("template", "fragment"):
        kept = tuple(one for one in source.diagnostics if one.rule not in _YAML_IN_TEMPLATES)
        known = read_over(source)
        subjects, problems = subjects_of(known, whole=form == "template")
        return Document(
            file=file,
            form=form,
            text=text,
            source=source,
            problems=in_order((*kept, *problems)),
            subjects=tuple(_as_told(one, kind) for one in subjects),
        )
    root = source.root
    if root is None or form not in ("policy", "statement_list"):
        return Document(file=file, form=form, text=text, source=source, problems=source.diagnostics)
    root = root if is_json else quoted(root)
    policy, problems = policy_at(as_policy(root) if form == "statement_list" else root, file, file)
    return Document(
        file=file,
        form=form,
        text=text,
        source=source,
        problems=in_order((*source.diagnostics, *problems)),
        subjects=(_subject(policy, kind, text if form == "policy" else None),) if policy else (),
    )


def form_of(root: Node | None) -> DocumentForm:
    """What a document is, by its first keys."""
    if root is None:
        return "unreadable"
    if isinstance(root, SequenceNode):
        return "statement_list" if root.items and all(map(_is_listed_statement, root.items)) else "other"
    if not isinstance(root, MappingNode):
        return "other"
    keys = {entry.key.text for entry in root.entries}
    if not keys.isdisjoint(_OF_TEMPLATES):
        return "template"
    if "Statement" in keys or (keys and keys <= {*_OF_POLICIES, "Id"}):
        return "policy"
    for key, form in _OF_ORGANIZATIONS.items():
        if keys == {key}:
            return form
    return "fragment" if root.entries and all(_is_resource(one.value) for one in root.entries) else "other"


def likely_kind(policy: Policy) -> PolicyKind:
    """What kind a policy probably is: its text alone never leaves no doubt."""
    if any(one.principals is not None for one in policy.statements):
        return "resource"
    return "scp" if all(one.effect == "Deny" for one in policy.statements) else "identity"


def _subject(policy: Policy, kind: PolicyKind | None, written: str | None) -> Subject:
    return Subject(
        policy=policy, kind=kind or likely_kind(policy), kind_told=kind is not None, written=written
    )


def _as_told(subject: Subject, kind: PolicyKind | None) -> Subject:
    """The subject of a template; what the template says goes before what a person says of the whole file."""
    if kind is None or subject.kind_told:
        return subject
    return Subject(policy=subject.policy, kind=kind, kind_told=True, written=subject.written)


def _looks_like_json(data: bytes) -> bool:
    """Whether the first thing in a file that is not named as YAML is a bracket, a comment, or nothing."""
    text = data[:4096].decode("utf-8-sig", errors="replace").lstrip()
    return text[:1] in ("{", "[", "/", "#", "")


def _is_resource(node: Node) -> bool:
    if not isinstance(node, MappingNode):
        return False
    types = [entry.value for entry in node.entries if entry.key.text == "Type"]
    return any(isinstance(one, ScalarNode) and one.text.startswith(("AWS::", "Custom::")) for one in types)


def _is_listed_statement(node: Node) -> bool:
    if not isinstance(node, MappingNode):
        return False
    keys = {entry.key.text for entry in node.entries}
    return "effect" in keys and not keys.isdisjoint({"actions", "not_actions"})
