"""A request with the policies that it meets, as one line of JSON says them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec import Struct

from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.simulator.authorizer import Authorizer
from craton.simulator.caller import ACCOUNT
from craton.simulator.case_checks import ACTION, OPTIONAL, REQUIRED, is_resource, problems_of_line
from craton.simulator.case_outline import OutlineError, Part, items, members
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.policy import Policy

KEPT: Final = 2_000
"""How many policies, and how many sets of them, are kept ready; past that, reading starts over."""

_NOTHING: Final = b"null"
_INDEX: Final = re.compile(r"\w+\[(\d+)\]")
Value: TypeAlias = str | int | float | bool


class Case(Struct, frozen=True):
    """A case, ready to be decided. `starts` says how many characters stand before each policy in the line."""

    id: str | int
    request: Request
    authorizer: Authorizer
    starts: dict[str, int]


class _Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """The request, as JSON has it."""

    principal: str
    action: str
    resource: str
    context: dict[str, Value | list[Value]] | None = None
    unknown_keys: list[str] | None = None

    def request(self) -> Request:
        """The request. Raises: _OffFormError."""
        context, unknown = self.context or {}, self.unknown_keys or []
        keys = {key.lower() for key in context}
        if not self.principal or not ACTION.fullmatch(self.action) or not is_resource(self.resource):
            raise _OffFormError
        if len(keys) != len(context) or "" in keys or "" in unknown:
            raise _OffFormError
        return Request(
            principal=self.principal,
            action=self.action,
            resource=self.resource,
            context={key: _texts(value) for key, value in context.items()},
            unknown_keys=frozenset(unknown),
        )


class _OffFormError(Exception):
    """The line is not what the contract says; the checks tell where and why."""


class CaseReader:
    """Reads lines of one file. Equal policies are parsed once, equal sets of policies made ready once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._policies: dict[bytes, Policy | None] = {}
        self._authorizers: dict[tuple[object, ...], Authorizer] = {}

    def read(self, line: bytes, number: int) -> Case | tuple[Diagnostic, ...]:
        """The case that a line says, or everything that is wrong with it. `number` is the line's."""
        try:
            return self._case(line)
        except (_OffFormError, OutlineError, msgspec.MsgspecError, UserError):
            return problems_of_line(line, self._file, number)

    def _case(self, line: bytes) -> Case:
        parts = members(Part(0, line))
        if not parts.keys() <= REQUIRED.keys() | OPTIONAL.keys() or not REQUIRED.keys() <= parts.keys():
            raise _OffFormError
        members(parts["request"])
        asked = msgspec.json.decode(parts["request"].text, type=_Asked)
        found = dict(_policy_parts(parts))
        return Case(
            id=msgspec.json.decode(parts["id"].text, type=str | int),
            request=asked.request(),
            authorizer=self._authorizer(parts, found),
            starts={name: _characters(line, part.start) for name, part in found.items()},
        )

    def _authorizer(self, parts: dict[str, Part], found: dict[str, Part]) -> Authorizer:
        account = _account(parts["account"])
        owner = _account(parts["resource_account"]) if _is_said(parts, "resource_account") else None
        management, linked = (_flag(parts, key) for key in ("management_account", "service_linked_role"))
        depths = tuple(len(items(parts[key])) if _is_said(parts, key) else 0 for key in ("scps", "rcps"))
        written = tuple((name, part.text) for name, part in found.items())
        known = self._authorizers.get((account, owner, management, linked, depths, written))
        if known is not None:
            return known
        policies = {name: self._policy(part.text, name) for name, part in found.items()}
        resource = policies.get("resource_policy")
        if resource and any(one.principals is None for one in resource.statements):
            raise _OffFormError
        made = Authorizer(
            PolicySet(
                account=account,
                resource_account=owner,
                management_account=management,
                service_linked_role=linked,
                scps=_levels(policies, "scps", depths[0]),
                rcps=_levels(policies, "rcps", depths[1]),
                identity=_named(policies, "identity_policies["),
                boundaries=_named(policies, "permission_boundaries["),
                sessions=_named(policies, "session_policies["),
                endpoints=_named(policies, "endpoint_policies["),
                resource=resource,
            )
        )
        if len(self._authorizers) >= KEPT:
            self._authorizers.clear()
        self._authorizers[account, owner, management, linked, depths, written] = made
        return made

    def _policy(self, text: bytes, name: str) -> Policy:
        """The policy of a text. Raises: _OffFormError, where it is none."""
        if text not in self._policies:
            if len(self._policies) >= KEPT:
                self._policies.clear()
            read, problems = read_policy(text, self._file)
            self._policies[text] = None if any(one.severity == "error" for one in problems) else read
        held = self._policies[text]
        if held is None:
            raise _OffFormError
        return msgspec.structs.replace(held, name=name)


def _policy_parts(parts: dict[str, Part]) -> Iterator[tuple[str, Part]]:
    """Every policy of a case by where it stands in it, as `scps[0][1]`. Raises: OutlineError."""
    for key, part in parts.items():
        if key == "resource_policy" and _is_said(parts, key):
            yield key, part
        elif key.endswith(("_policies", "_boundaries")) and _is_said(parts, key):
            yield from ((f"{key}[{number}]", one) for number, one in enumerate(items(part)))
        elif key in ("scps", "rcps") and _is_said(parts, key):
            for level, held in enumerate(items(part)):
                yield from ((f"{key}[{level}][{number}]", one) for number, one in enumerate(items(held)))


def _is_said(parts: dict[str, Part], key: str) -> bool:
    return key in parts and (key in REQUIRED or parts[key].text != _NOTHING)


def _account(part: Part) -> str:
    text = msgspec.json.decode(part.text, type=str)
    if not ACCOUNT.fullmatch(text):
        raise _OffFormError
    return text


def _flag(parts: dict[str, Part], key: str) -> bool:
    return _is_said(parts, key) and msgspec.json.decode(parts[key].text, type=bool)


def _levels(policies: dict[str, Policy], key: str, depth: int) -> tuple[tuple[Policy, ...], ...]:
    return tuple(_named(policies, f"{key}[{level}][") for level in range(depth))


def _named(policies: dict[str, Policy], start: str) -> tuple[Policy, ...]:
    return tuple(policy for name, policy in policies.items() if name.startswith(start))


def _characters(line: bytes, count: int) -> int:
    return len(line[:count].decode("utf-8"))


def _texts(value: Value | list[Value]) -> tuple[str, ...]:
    return tuple(_text(one) for one in value) if isinstance(value, list) else (_text(value),)


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
