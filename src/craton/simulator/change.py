"""Small changes to policies and requests, as words and as values that can be carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from craton.core.diagnostic import Place
from craton.core.policy import (
    Condition,
    Effect,
    Patterns,
    Policy,
    PolicyKind,
    PrincipalPattern,
    Principals,
    Statement,
    Text,
    Version,
)
from craton.core.quoting import listed, ticked
from craton.simulator.caller import caller_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.simulator.policy_set import PolicySet
    from craton.simulator.request import Request

Element = Literal["NotAction", "NotResource"]
ADDED: Final = "added"
"""The name of a policy that a change adds."""

_HERE: Final = Place(ADDED)
KIND_WORDS: Final[dict[PolicyKind, str]] = {
    "scp": "SCP",
    "rcp": "RCP",
    "identity": "identity policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource policy",
    "endpoint": "endpoint policy",
}
"""What each kind of policy is called."""


class RemoveStatement(Struct, frozen=True, tag=True):
    """Leaves a statement out. `position` is its place among all statements of the set, as in the masks."""

    position: int
    label: str


class AddPattern(Struct, frozen=True, tag=True):
    """Puts one more text into a statement's NotAction or NotResource."""

    position: int
    label: str
    element: Element
    text: str


class AddValue(Struct, frozen=True, tag=True):
    """Puts one more value into a condition. `number` counts the statement's conditions from 0."""

    position: int
    label: str
    number: int
    key: str
    value: str


class AddStatement(Struct, frozen=True, tag=True):
    """Adds a policy that allows or denies exactly what is asked for. `level` counts from 1, the root."""

    effect: Effect
    kind: PolicyKind
    level: int | None = None


class SetKey(Struct, frozen=True, tag=True):
    """Gives the request other values of a context key; None: the key is absent."""

    key: str
    values: tuple[str, ...] | None


Edit: TypeAlias = RemoveStatement | AddPattern | AddValue | AddStatement | SetKey


class Change(Struct, frozen=True):
    """Edits that belong together, and what becomes of the request through them."""

    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return " and ".join(words(edit) for edit in self.edits)


def words(edit: Edit) -> str:
    """What an edit does, as an order."""
    match edit:
        case RemoveStatement():
            return f"remove {edit.label}"
        case AddPattern():
            return f"add {ticked(edit.text)} to `{edit.element}` of {edit.label}"
        case AddValue():
            return f"add {ticked(edit.value)} to the values of {ticked(edit.key)} in {edit.label}"
        case AddStatement():
            what = f"add a statement to {_article(edit.kind)}"
            where = f" at level {edit.level}" if edit.level else ""
            return f"{what}{where} that {'allows' if edit.effect == 'Allow' else 'denies'} the request"
        case SetKey():
            if edit.values is None:
                return f"send the request without {ticked(edit.key)}"
            return f"send the request with {ticked(edit.key)} as {listed(edit.values) or 'an empty list'}"


def _article(kind: PolicyKind) -> str:
    word = KIND_WORDS[kind]
    return f"{'an' if word[0] in 'aeiouRS' else 'a'} {word}"


def applied(change: Change, policies: PolicySet, request: Request) -> tuple[PolicySet, Request]:
    """The policies and the request as they are once the change is carried out."""
    statements: dict[int, Statement | None] = {}
    attached = [one.statement for one in policies.attached()]
    for edit in change.edits:
        match edit:
            case SetKey():
                request = _with_key(request, edit)
            case RemoveStatement():
                statements[edit.position] = None
            case AddPattern() | AddValue():
                before = statements.get(edit.position, attached[edit.position])
                statements[edit.position] = _widened(before, edit) if before else None
            case AddStatement():
                pass
    policies = _rebuilt(policies, statements)
    for edit in change.edits:
        if isinstance(edit, AddStatement):
            policies = _with_policy(policies, edit, request)
    return policies, request


def _with_key(request: Request, edit: SetKey) -> Request:
    name = edit.key.lower()
    context = {key: values for key, values in request.context.items() if key.lower() != name}
    if edit.values is not None:
        context[edit.key] = edit.values
    unknown = frozenset(key for key in request.unknown_keys if key.lower() != name)
    return replace(request, context=context, unknown_keys=unknown)


def _widened(statement: Statement, edit: AddPattern | AddValue) -> Statement:
    if isinstance(edit, AddValue):
        conditions = list(statement.conditions)
        held = conditions[edit.number]
        conditions[edit.number] = Condition(held.operator, held.key, (*held.values, Text(edit.value, _HERE)))
        return replace(statement, conditions=tuple(conditions))
    text = Text(edit.text, _HERE)
    if edit.element == "NotAction":
        return replace(statement, actions=_longer(statement.actions, text))
    resources = statement.resources
    return replace(statement, resources=_longer(resources, text)) if resources else statement


def _longer(patterns: Patterns, text: Text) -> Patterns:
    return Patterns((*patterns.patterns, text), negated=patterns.negated, place=patterns.place)


def _rebuilt(policies: PolicySet, statements: dict[int, Statement | None]) -> PolicySet:
    """The same policies with other statements at some positions, counted as `attached` counts them."""
    position = 0

    def policy(one: Policy) -> Policy:
        nonlocal position
        first = position
        position += len(one.statements)
        if not any(first <= changed < position for changed in statements):
            return one
        held = (statements.get(first + at, statement) for at, statement in enumerate(one.statements))
        return replace(one, statements=tuple(statement for statement in held if statement is not None))

    def every(several: Iterable[Policy]) -> tuple[Policy, ...]:
        return tuple(policy(one) for one in several)

    return replace(
        policies,
        scps=tuple(every(level) for level in policies.scps),
        rcps=tuple(every(level) for level in policies.rcps),
        endpoints=every(policies.endpoints),
        resource=policy(policies.resource) if policies.resource else None,
        identity=every(policies.identity),
        boundaries=every(policies.boundaries),
        sessions=every(policies.sessions),
    )


def _with_policy(policies: PolicySet, edit: AddStatement, request: Request) -> PolicySet:
    added = _policy(edit, request)
    match edit.kind:
        case "scp":
            return replace(policies, scps=_at_level(policies.scps, edit.level, added))
        case "rcp":
            return replace(policies, rcps=_at_level(policies.rcps, edit.level, added))
        case "identity":
            return replace(policies, identity=(*policies.identity, added))
        case "boundary":
            return replace(policies, boundaries=(*policies.boundaries, added))
        case "session":
            return replace(policies, sessions=(*policies.sessions, added))
        case "endpoint":
            return replace(policies, endpoints=(*policies.endpoints, added))
        case "resource":
            before = policies.resource
            if before is not None:
                added = replace(before, statements=(*before.statements, *added.statements))
            return replace(policies, resource=added)


def _at_level(
    levels: tuple[tuple[Policy, ...], ...], level: int | None, added: Policy
) -> tuple[tuple[Policy, ...], ...]:
    return tuple(
        (*policies, added) if number == level else policies for number, policies in enumerate(levels, start=1)
    )


def _policy(edit: AddStatement, request: Request) -> Policy:
    """A policy that speaks of exactly the action and resource of a request, in plain texts."""
    version: Version = "2008-10-17" if "${" in request.resource else "2012-10-17"
    statement = Statement(
        number=1,
        sid=None,
        effect=edit.effect,
        actions=_one(request.action),
        resources=_one(request.resource),
        principals=_principals(request.principal) if edit.kind == "resource" else None,
        conditions=(),
        place=_HERE,
    )
    return Policy(name=ADDED, file=ADDED, version=version, statements=(statement,), place=_HERE)


def _one(text: str) -> Patterns:
    return Patterns((Text(text, _HERE),), negated=False, place=_HERE)


def _principals(principal: str) -> Principals:
    caller = caller_of(principal)
    text = Text(principal, _HERE)
    if caller.kind == "anonymous":
        pattern = PrincipalPattern("*", text)
    elif caller.is_identity:
        pattern = PrincipalPattern("AWS", text)
    else:
        pattern = PrincipalPattern("Service" if caller.kind == "service" else "Federated", text)
    return Principals((pattern,), negated=False, place=_HERE)
