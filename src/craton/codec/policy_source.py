"""Positioned nodes to policy documents, with everything that is not the grammar of the IAM policy language.

A document with problems is still handed on as far as it can be read, so that a linter can look at the rest;
what is handed to a simulator must have none of severity `error`.
Source: "Grammar of the IAM JSON policy language",
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, get_args

from craton.codec.json_source import read
from craton.codec.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, Source
from craton.core.diagnostic import Diagnostic, Place, Severity, in_order
from craton.core.policy import (
    VERSIONS,
    Condition,
    Effect,
    Patterns,
    Policy,
    PrincipalKind,
    PrincipalPattern,
    Principals,
    Statement,
    Text,
    Version,
)
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

_POLICY_KEYS: Final = ("Version", "Id", "Statement")
_STATEMENT_KEYS: Final = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"),
    "Condition",
)
_EFFECTS: Final[tuple[Effect, ...]] = get_args(Effect)
_PRINCIPAL_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")


def read_policy(
    data: bytes, file: str, name: str | None = None
) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The policy document in JSON text, and everything that is wrong with its form."""
    source = read(data, file)
    policy, problems = policy_of(source, name)
    return policy, in_order([*source.diagnostics, *problems])


def policy_of(source: Source, name: str | None = None) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The policy document that a whole source holds; the problems of the source itself are not repeated."""
    if source.root is None:
        return None, ()
    return policy_at(source.root, source.file, name or source.file)


def policy_at(node: Node, file: str, name: str) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The policy document that stands at a node, wherever the node was read from."""
    reader = _Reader()
    policy = reader.policy(node, file, name)
    return policy, in_order(reader.problems)


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def report(
        self, rule: str, message: str, place: Place, hint: str | None = None, severity: Severity = "error"
    ) -> None:
        self.problems.append(
            Diagnostic(rule=rule, message=message, place=place, hint=hint, severity=severity)
        )

    def policy(self, node: Node, file: str, name: str) -> Policy | None:
        if not isinstance(node, MappingNode):
            self.report("not_a_policy", "a policy is an object with `Version` and `Statement`", node.place)
            return None
        parts = self._parts(node, _POLICY_KEYS, "policy")
        if "Statement" not in parts:
            hint = 'a policy is `{"Version": "2012-10-17", "Statement": […]}`'
            self.report("no_statement", "the policy has no `Statement`", node.place, hint)
            return None
        held = parts["Statement"]
        nodes = held.items if isinstance(held, SequenceNode) else (held,)
        statements = [self._statement(one, number) for number, one in enumerate(nodes, start=1)]
        self._same_sids(statements)
        return Policy(
            name=name,
            file=file,
            version=self._version(parts.get("Version")),
            statements=tuple(one for one in statements if one is not None),
            place=node.place,
        )

    def _same_sids(self, statements: list[Statement | None]) -> None:
        seen: set[str] = set()
        for statement in statements:
            if statement is None or statement.sid is None or not statement.sid.text:
                continue
            if statement.sid.text in seen:
                message = f"two statements have the Sid {ticked(statement.sid.text)}"
                self.report("duplicate_sid", message, statement.sid.place, "AWS refuses it: rename one")
            seen.add(statement.sid.text)

    def _version(self, node: Node | None) -> Version:
        if node is None:
            return "2008-10-17"
        text = self._text(node, "Version")
        if text is None:
            return "2012-10-17"
        if text.text not in VERSIONS:
            hint = "write `2012-10-17`: it is the version of the language, not the day of the policy"
            self.report("version", f"there is no version {ticked(text.text)}", text.place, hint)
            return "2012-10-17"
        return text.text

    def _statement(self, node: Node, number: int) -> Statement | None:
        if not isinstance(node, MappingNode):
            self.report("not_a_statement", "a statement is an object with `Effect` and `Action`", node.place)
            return None
        parts = self._parts(node, _STATEMENT_KEYS, "statement")
        effect = self._effect(parts.get("Effect"), node.place)
        actions = self._one_of(parts, "Action", node.place, required=True)
        resources = self._one_of(parts, "Resource", node.place, required=False)
        principals = self._principals(parts, node.place)
        conditions = tuple(self._conditions(parts["Condition"])) if "Condition" in parts else ()
        if effect is None or actions is None:
            return None
        return Statement(
            number=number,
            sid=self._text(parts["Sid"], "Sid") if "Sid" in parts else None,
            effect=effect,
            actions=actions,
            resources=resources,
            principals=principals,
            conditions=conditions,
            place=node.place,
        )

    def _parts(self, node: MappingNode, known: tuple[str, ...], where: str) -> dict[str, Node]:
        """The values by key as AWS spells it; another spelling is told, and taken for what it means."""
        parts: dict[str, Node] = {}
        for entry in node.entries:
            key = entry.key.text
            if key in known:
                parts[key] = entry.value
                continue
            hint = did_you_mean(key, known) or f"a {where} has {listed(known)}"
            self.report("unknown_element", f"a {where} has no {ticked(key)}", entry.key.place, hint)
            meant = nearest(key, known)
            if meant is not None:
                parts.setdefault(meant, entry.value)
        return parts

    def _effect(self, node: Node | None, place: Place) -> Effect | None:
        if node is None:
            self.report("no_effect", "the statement has no `Effect`", place, "write `Allow` or `Deny`")
            return None
        text = self._text(node, "Effect")
        if text is None:
            return None
        if text.text not in _EFFECTS:
            hint = did_you_mean(text.text, _EFFECTS) or "write `Allow` or `Deny`"
            self.report("effect", f"there is no effect {ticked(text.text)}", text.place, hint)
            return None
        return text.text

    def _one_of(self, parts: dict[str, Node], name: str, place: Place, *, required: bool) -> Patterns | None:
        """The element `name`, or the one that negates it."""
        both = [key for key in (name, f"Not{name}") if key in parts]
        if len(both) > 1:
            self.report("both_elements", f"the statement has {listed(both)}", place, "keep one of the two")
        if not both:
            if required:
                self.report("no_action", f"the statement has no `{name}`", place, f"add `{name}`")
            return None
        held = parts[both[0]]
        texts = tuple(self._texts(held, both[0]))
        return Patterns(texts, negated=both[0] != name, place=held.place)

    def _principals(self, parts: dict[str, Node], place: Place) -> Principals | None:
        both: list[str] = [key for key in ("Principal", "NotPrincipal") if key in parts]
        if not both:
            return None
        if len(both) > 1:
            self.report("both_elements", f"the statement has {listed(both)}", place, "keep one of the two")
        held = parts[both[0]]
        return Principals(tuple(self._principal(held)), negated=both[0] == "NotPrincipal", place=held.place)

    def _principal(self, node: Node) -> Iterator[PrincipalPattern]:
        if not isinstance(node, MappingNode):
            text = self._text(node, "Principal")
            if text is not None and text.text != "*":
                hint = 'write `"*"`, or an object such as `{"AWS": "111111111111"}`'
                self.report("principal", f"a principal is no {ticked(text.text)} alone", text.place, hint)
            elif text is not None:
                yield PrincipalPattern("*", text)
            return
        for entry in node.entries:
            if entry.key.text not in _PRINCIPAL_KINDS:
                hint = (
                    did_you_mean(entry.key.text, _PRINCIPAL_KINDS) or f"there are {listed(_PRINCIPAL_KINDS)}"
                )
                self.report(
                    "principal", f"there is no principal {ticked(entry.key.text)}", entry.key.place, hint
                )
                continue
            for text in self._texts(entry.value, "Principal"):
                yield PrincipalPattern(cast("PrincipalKind", entry.key.text), text)

    def _conditions(self, node: Node) -> Iterator[Condition]:
        if not isinstance(node, MappingNode):
            hint = 'write `{"StringEquals": {"aws:RequestedRegion": "us-east-1"}}`'
            self.report("condition", "a condition is an object of operators", node.place, hint)
            return
        for operator in node.entries:
            if not isinstance(operator.value, MappingNode):
                hint = f'write `{{"{operator.key.text}": {{"KEY": "VALUE"}}}}`'
                self.report("condition", "an operator holds an object of keys", operator.value.place, hint)
                continue
            for entry in operator.value.entries:
                yield Condition(
                    operator=Text(operator.key.text, operator.key.place),
                    key=Text(entry.key.text, entry.key.place),
                    values=tuple(self._texts(entry.value, entry.key.text, plain=True)),
                )

    def _texts(self, node: Node, name: str, *, plain: bool = False) -> Iterator[Text]:
        """The texts of a list, or the only one. A list of none is taken as it stands: it names nothing.

        Source: "IAM policy validation check reference", docs.aws.amazon.com/IAM/latest/UserGuide/
        access-analyzer-reference-policy-checks.html, on empty arrays, retrieved 2026-11-26.
        """
        nodes = node.items if isinstance(node, SequenceNode) else (node,)
        if not nodes:
            hint = "name one, or remove the element"
            self.report("no_value", f"{ticked(name)} holds no value", node.place, hint, severity="warning")
        for one in nodes:
            text = self._text(one, name, plain=plain)
            if text is not None:
                yield text

    def _text(self, node: Node, name: str, *, plain: bool = False) -> Text | None:
        """The text at a node; numbers and truth values are texts too, where `plain`."""
        if not isinstance(node, ScalarNode) or (node.plain and not (plain and node.text != "null")):
            self.report("not_a_text", f"{ticked(name)} holds something that is no text", node.place)
            return None
        return Text(node.text, node.place)
