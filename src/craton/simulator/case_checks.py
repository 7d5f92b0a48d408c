"""What is wrong with a line that says a case, with its place, all of it at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from craton.codec.json_source import read
from craton.codec.policy_source import policy_at
from craton.codec.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from craton.core.arn import Arn
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.errors import UserError
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.simulator.caller import ACCOUNT
from craton.simulator.condition import criterion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9-]+")
_PLAIN: Final = re.compile(r"true|false|-?\d.*")


def is_resource(text: str) -> bool:
    """Whether a request can name this resource."""
    return text == "*" or Arn.parse(text) is not None


def problems_of_line(line: bytes, file: str, number: int) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with line `number`; never nothing."""
    source = read(line, file)
    checks = _Checks(file)
    if source.root is not None:
        checks.case(source.root)
    found = [*source.diagnostics, *checks.problems]
    if not found:
        found = [Diagnostic(rule="case", message="the line cannot be read", place=Place(file, 1, 1))]
    return in_order(replace(one, place=Place(file, number, one.place.column)) for one in found)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and node.text == "null"


class _Checks:
    def __init__(self, file: str) -> None:
        self.problems: list[Diagnostic] = []
        self._file = file

    def case(self, root: Node) -> None:
        """Afterwards every problem of a case is told."""
        held = self._members(root, "case", REQUIRED, OPTIONAL)
        for key, node in held.items():
            check = REQUIRED.get(key) or OPTIONAL[key]
            if key in REQUIRED or not _is_null(node):
                check(self, node, key)

    def request(self, node: Node, _: str) -> None:
        """The request: who, what, on what, in which context."""
        held = self._members(node, "request", _REQUEST, _REQUEST_OPTIONAL)
        for key, one in held.items():
            if key in _REQUEST or not _is_null(one):
                (_REQUEST.get(key) or _REQUEST_OPTIONAL[key])(self, one, key)

    def identifier(self, node: Node, key: str) -> None:
        """A text or a whole number."""
        whole = isinstance(node, ScalarNode) and (not node.plain or re.fullmatch(r"-?\d+", node.text))
        if not whole:
            self._report(node, f"{ticked(key)} is a text or a whole number", "it is printed with the answer")

    def account(self, node: Node, key: str) -> None:
        """An account's number."""
        text = self._text(node, key)
        if text is not None and not ACCOUNT.fullmatch(text):
            self._report(node, f"{ticked(text)} is no account", "an account is a text of 12 digits")

    def flag(self, node: Node, key: str) -> None:
        """True or false."""
        if not (isinstance(node, ScalarNode) and node.plain and node.text in ("true", "false")):
            self._report(node, f"{ticked(key)} is neither `true` nor `false`", "write it without quotes")

    def principal(self, node: Node, key: str) -> None:
        """Any text but none at all."""
        if self._text(node, key) == "":
            hint = "write an ARN, a service as `bedrock.amazonaws.com`, or `*` for somebody not signed in"
            self._report(node, "the principal is empty", hint)

    def action(self, node: Node, key: str) -> None:
        """One action, without wildcards."""
        text = self._text(node, key)
        if text is not None and not ACTION.fullmatch(text):
            hint = "a request names one action, as `bedrock:InvokeModel`"
            self._report(node, f"{ticked(text)} is no action", hint)

    def resource(self, node: Node, key: str) -> None:
        """An ARN, or `*`."""
        text = self._text(node, key)
        if text is not None and not is_resource(text):
            self._report(node, f"{ticked(text)} is no ARN", "write `*` where the action knows no resource")

    def context(self, node: Node, key: str) -> None:
        """An object of texts, numbers, truth values, or lists of them."""
        if not isinstance(node, MappingNode):
            hint = 'write `{"aws:RequestedRegion": "us-east-1"}`'
            self._report(node, f"{ticked(key)} is no object", hint)
            return
        seen: dict[str, str] = {}
        for entry in node.entries:
            name = entry.key.text
            if not name:
                self._report(entry.key, "a context key has no name", None)
            if name.lower() in seen and seen[name.lower()] != name:
                hint = "context keys are case-insensitive: remove one of them"
                self._report(entry.key, f"{ticked(seen[name.lower()])} and {ticked(name)} are one key", hint)
            seen.setdefault(name.lower(), name)
            values = entry.value.items if isinstance(entry.value, SequenceNode) else (entry.value,)
            for value in values:
                if not isinstance(value, ScalarNode) or (value.plain and not _PLAIN.fullmatch(value.text)):
                    hint = (
                        "write a text, a number, `true` or `false`; leave out what the request does not have"
                    )
                    self._report(value, f"{ticked(name)} holds something that is no value", hint)

    def keys(self, node: Node, key: str) -> None:
        """A list of texts."""
        for one in self._list(node, key, "a list of context keys"):
            if self._text(one, key) == "":
                self._report(one, "a context key has no name", None)

    def policies(self, node: Node, key: str) -> None:
        """A list of policies."""
        for number, one in enumerate(self._list(node, key, "a list of policies")):
            self.policy(one, f"{key}[{number}]")

    def levels(self, node: Node, key: str) -> None:
        """A list of policies for each level."""
        for number, one in enumerate(self._list(node, key, "a list with one list of policies a level")):
            self.policies(one, f"{key}[{number}]")

    def policy(self, node: Node, key: str) -> None:
        """One policy document, its condition operators included."""
        policy, problems = policy_at(node, self._file, key)
        self.problems.extend(problems)
        for statement in policy.statements if policy else ():
            if key == "resource_policy" and statement.principals is None:
                hint = 'name whom it speaks of: `"Principal": {"AWS": "111111111111"}`'
                message = f"{ticked(statement.label)} of the resource policy has no `Principal`"
                self.problems.append(
                    Diagnostic(rule="principal", message=message, place=statement.place, hint=hint)
                )
            for condition in statement.conditions:
                try:
                    criterion(condition, "2012-10-17")
                except UserError as error:
                    place = condition.operator.place
                    message = f"there is no condition operator {ticked(condition.operator.text)}"
                    self.problems.append(
                        Diagnostic(rule="operator", message=message, place=place, hint=error.hint)
                    )

    def _members(self, node: Node, what: str, required: _Named, optional: _Named) -> dict[str, Node]:
        if not isinstance(node, MappingNode):
            self._report(node, f"a {what} is an object", None)
            return {}
        held = {}
        for entry in node.entries:
            name = entry.key.text
            if name in required or name in optional:
                held[name] = entry.value
            else:
                hint = did_you_mean(name, [*required, *optional]) or f"remove {ticked(name)}"
                self._report(entry.key, f"a {what} has no {ticked(name)}", hint)
        for name in required:
            if name not in held:
                self._report(node, f"the {what} has no {ticked(name)}", f"add {ticked(name)}")
        return held

    def _list(self, node: Node, key: str, what: str) -> Iterable[Node]:
        if isinstance(node, SequenceNode):
            return node.items
        self._report(node, f"{ticked(key)} is not {what}", "write it in `[` and `]`")
        return ()

    def _text(self, node: Node, key: str) -> str | None:
        if isinstance(node, ScalarNode) and not node.plain:
            return node.text
        self._report(node, f"{ticked(key)} is no text", "write it in double quotes")
        return None

    def _report(self, node: Node, message: str, hint: str | None) -> None:
        self.problems.append(Diagnostic(rule="case", message=message, place=node.place, hint=hint))


if TYPE_CHECKING:
    _Named = dict[str, Callable[[_Checks, Node, str], None]]

REQUIRED: Final[_Named] = {
    "id": _Checks.identifier,
    "request": _Checks.request,
    "account": _Checks.account,
    "identity_policies": _Checks.policies,
    "scps": _Checks.levels,
}
"""What each case says, and what is checked of it."""

OPTIONAL: Final[_Named] = {
    "resource_account": _Checks.account,
    "management_account": _Checks.flag,
    "service_linked_role": _Checks.flag,
    "endpoint_policies": _Checks.policies,
    "permission_boundaries": _Checks.policies,
    "session_policies": _Checks.policies,
    "resource_policy": _Checks.policy,
    "rcps": _Checks.levels,
}
"""What a case may say; `null` says nothing."""

_REQUEST: Final[_Named] = {
    "principal": _Checks.principal,
    "action": _Checks.action,
    "resource": _Checks.resource,
}
_REQUEST_OPTIONAL: Final[_Named] = {"context": _Checks.context, "unknown_keys": _Checks.keys}
