"""Which statements of a policy set speak of a request, as bits.

A statement speaks of a request where its actions, its principals, its resources and each of its conditions
do. For every one of these components the answer of all statements at once is a whole number with one bit a
statement, and is remembered by that component alone; a request is the `&` of its components. What cannot be
told has two numbers: the statements that speak of it for certain, and those that possibly do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypeVar

from craton.core.policy import WITH_VARIABLES
from craton.simulator.caller import caller_of, grant
from craton.simulator.condition import Criterion, criterion
from craton.simulator.logic import Truth, any_of, opposite
from craton.simulator.wildcard import ARN_PARTS, EVERYTHING, Glob, Template, Unknown, Values, glob, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from craton.core.policy import Patterns, Version
    from craton.simulator.caller import Caller
    from craton.simulator.policy_set import Attached, PolicySet
    from craton.simulator.request import Request

REMEMBERED: Final = 100_000
"""How many answers of one component are kept; past that it starts over, so that memory stays bounded."""

K = TypeVar("K")
V = TypeVar("V")


class Matching(NamedTuple):
    """Statements as bits: those that speak of a request for certain, and those that possibly do."""

    certain: int
    possible: int


class Reach(NamedTuple):
    """The statements that name a caller, and of those of a resource policy, how far they reach."""

    caller: Caller
    named: int
    direct: int
    role: int


class Remembered(dict[K, V]):
    """Answers by what was asked for, each found once."""

    def __init__(self, find: Callable[[K], V]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: K) -> V:
        if len(self) >= REMEMBERED:
            self.clear()
        found = self[key] = self._find(key)
        return found


class KeyGroup:
    """The conditions that look at the same context keys, and the statements that hold them.

    `keys` are in lower case. `bits` are the statements with such a condition; the others are never
    excluded. Where `of_resource`, the statements' resources hold variables, and the first of the values
    asked for is the resource.
    """

    def __init__(self, keys: tuple[str, ...], *, of_resource: bool = False) -> None:
        self.keys = keys
        self.of_resource = of_resource
        self.bits = 0
        self.masks: dict[tuple[str | Values, ...], Matching] = Remembered(self._found)
        self._tests: list[tuple[Callable[[Mapping[str, Values], str], Truth], int]] = []

    def add(self, test: Callable[[Mapping[str, Values], str], Truth], bit: int) -> None:
        """From now on the statement of `bit` speaks only of requests for which `test` is true."""
        self._tests.append((test, bit))
        self.bits |= bit

    def _found(self, asked: tuple[str | Values, ...]) -> Matching:
        resource = str(asked[0]) if self.of_resource else ""
        held = dict(zip(self.keys, asked[1:] if self.of_resource else asked, strict=True))
        certain = possible = ~0
        for test, bit in self._tests:
            truth = test(held, resource)  # type: ignore[arg-type]  # only the first may be a plain text
            if not truth:
                certain &= ~bit
            if truth is False:
                possible &= ~bit
        return Matching(certain, possible)


class StatementMasks:
    """The statements of a policy set, numbered, and for each request the exact set of those that speak of it.

    Bit `n` of every number stands for `statements[n]`. `actions`, `resources` and `principals` answer for
    one component, given as the request spells it; resources with variables are excluded by none but their
    `groups`. Raises: UserError, where a condition has an operator that does not exist.
    """

    def __init__(self, policies: PolicySet) -> None:
        self.statements = tuple(policies.attached())
        self._bounded = bool(policies.boundaries)
        bits = [(1 << number, one) for number, one in enumerate(self.statements)]
        self._naming = [(bit, one) for bit, one in bits if one.statement.principals or one.kind == "resource"]
        self._unnamed = sum(bit for bit, _ in bits) - sum(bit for bit, _ in self._naming)
        self._of_resource = sum(bit for bit, one in bits if one.kind == "resource")
        self._actions = _Element(_action_globs(self.statements), str.lower)
        self._resources = _Element(_resource_globs(self.statements), str)
        self.actions: dict[str, int] = Remembered(self._actions.mask)
        self.resources: dict[str, int] = Remembered(self._resources.mask)
        self.principals: dict[str, Reach] = Remembered(self._reach)
        self.groups = tuple(_groups(self.statements))

    def matching(self, request: Request) -> Matching:
        """The statements that speak of a request: each of their elements and conditions does."""
        certain = (
            self.actions[request.action]
            & self.resources[request.resource]
            & self.principals[request.principal].named
        )
        possible = certain
        if not certain:
            return Matching(0, 0)
        context = lowered(request)
        for group in self.groups:
            if possible & group.bits:
                found = group.masks[_asked(group, request, context)]
                certain &= found.certain
                possible &= found.possible
        return Matching(certain, possible)

    def undecided_keys(self, request: Request, bits: int) -> tuple[str, ...]:
        """The unknown keys, as the request spells them, that leave open whether statements speak of it."""
        context = lowered(request)
        keys = {
            key
            for group in self.groups
            if group.bits & bits & ~group.masks[_asked(group, request, context)].certain
            for key in group.keys
        }
        return tuple(sorted(key for key in request.unknown_keys if key.lower() in keys))

    def _reach(self, principal: str) -> Reach:
        caller = caller_of(principal)
        named, direct, role = self._unnamed, 0, 0
        for bit, one in self._naming:
            found = grant(one.statement.principals, one.statement.effect, caller, bounded=self._bounded)
            if found is not None:
                named |= bit
                direct |= bit if found == "direct" else 0
                role |= bit if found == "role" else 0
        return Reach(caller, named, direct & self._of_resource, role & self._of_resource)


def _lower(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key.lower() for key in keys)


_LOWER: Final[dict[tuple[str, ...], tuple[str, ...]]] = Remembered(_lower)
"""Requests of one source spell the same keys in the same order."""


def lowered(request: Request) -> dict[str, Values]:
    """What a request says of each context key, by keys in lower case."""
    context: dict[str, Values] = dict(
        zip(_LOWER[tuple(request.context)], request.context.values(), strict=True)
    )
    for key in request.unknown_keys:
        context[key.lower()] = Unknown.UNKNOWN
    return context


def _asked(group: KeyGroup, request: Request, context: dict[str, Values]) -> tuple[str | Values, ...]:
    values = tuple([context.get(key) for key in group.keys])
    return (request.resource, *values) if group.of_resource else values


_Named: TypeAlias = tuple[int, bool, tuple[Glob, ...] | None]
"""The bit of a statement, whether its element is negated, and its patterns; None where every text will do."""


class _Element:
    """The patterns of one element of all statements, each held against a text once."""

    def __init__(self, named: Iterator[_Named], spelled: Callable[[str], str]) -> None:
        self._spelled = spelled
        self._open = 0
        self._negated = 0
        by_glob: dict[Glob, int] = {}
        for bit, negated, found in named:
            self._open |= bit if found is None else 0
            self._negated |= bit if negated else 0
            for one in found or ():
                by_glob[one] = by_glob.get(one, 0) | bit
        self._always = by_glob.pop(EVERYTHING, 0)
        self._exact = {one.chunks[0].text: bits for one, bits in by_glob.items() if one.is_text}
        self._wild = [(one.start, one, bits) for one, bits in by_glob.items() if not one.is_text]

    def mask(self, text: str) -> int:
        """The statements whose element speaks of the text."""
        spelled = self._spelled(text)
        found = self._always | self._exact.get(spelled, 0)
        for start, one, bits in self._wild:
            if bits & ~found and spelled.startswith(start) and one.matches(spelled):
                found |= bits
        return (found ^ self._negated) | self._open


def _action_globs(statements: tuple[Attached, ...]) -> Iterator[_Named]:
    """Source: "IAM JSON policy elements: Action": actions are case-insensitive, and hold no variables."""
    for number, one in enumerate(statements):
        patterns = one.statement.actions
        parts = (template(text.text.lower(), wildcards=True, variables=False) for text in patterns.patterns)
        yield 1 << number, patterns.negated, tuple(_glob(one) for one in parts)


def _glob(held: Template) -> Glob:
    filled = held.filled({})
    return glob(filled[0] if filled else ())


def _resource_globs(statements: tuple[Attached, ...]) -> Iterator[_Named]:
    """Those without variables; the others are left open here, and asked for in groups."""
    for number, one in enumerate(statements):
        patterns = one.statement.resources
        parts = _resource_templates(patterns, one.policy.version)
        if patterns is None or any(part.keys for part in parts):
            yield 1 << number, False, None
        else:
            yield 1 << number, patterns.negated, tuple(_glob(part) for part in parts)


def _resource_templates(patterns: Patterns | None, version: Version) -> tuple[Template, ...]:
    if patterns is None:
        return ()
    return tuple(resource_template(text.text, version) for text in patterns.patterns)


def resource_template(text: str, version: Version) -> Template:
    """A text of a Resource element, taken apart. Variables stand only after its fifth colon.

    Source: "IAM policy elements: Variables and tags", docs.aws.amazon.com/IAM/latest/UserGuide/
    reference_policies_variables.html#policy-vars-resourceelement, retrieved 2026-11-26.
    """
    pieces = text.split(":", ARN_PARTS - 1)
    if version != WITH_VARIABLES or len(pieces) < ARN_PARTS:
        return template(text, wildcards=True, variables=False)
    before = text[: len(text) - len(pieces[-1])]
    head = template(before, wildcards=True, variables=False)
    tail = template(pieces[-1], wildcards=True, variables=True)
    return Template(head.parts + tail.parts, tail.keys)


def _groups(statements: tuple[Attached, ...]) -> Iterator[KeyGroup]:
    groups: dict[tuple[bool, tuple[str, ...]], KeyGroup] = {}
    tests: dict[tuple[bool, tuple[str, ...]], dict[object, int]] = {}
    makers: dict[object, Callable[[Mapping[str, Values], str], Truth]] = {}
    for number, one in enumerate(statements):
        version = one.policy.version
        for condition in one.statement.conditions:
            asked = criterion(condition, version)
            held = tests.setdefault((False, asked.keys), {})
            held[asked] = held.get(asked, 0) | 1 << number
            makers[asked] = _of_context(asked)
        patterns = one.statement.resources
        parts = _resource_templates(patterns, version)
        keys = tuple(dict.fromkeys(key for part in parts for key in part.keys))
        if patterns is not None and keys:
            named = (parts, patterns.negated)
            held = tests.setdefault((True, keys), {})
            held[named] = held.get(named, 0) | 1 << number
            makers[named] = _of_resource(parts, negated=patterns.negated)
    for (of_resource, keys), held in tests.items():
        group = groups.setdefault((of_resource, keys), KeyGroup(keys, of_resource=of_resource))
        for name, bits in held.items():
            group.add(makers[name], bits)
    yield from groups.values()


def _of_context(asked: Criterion) -> Callable[[Mapping[str, Values], str], Truth]:
    return lambda values, _: asked.truth(values)


def _of_resource(
    parts: tuple[Template, ...], *, negated: bool
) -> Callable[[Mapping[str, Values], str], Truth]:
    def test(values: Mapping[str, Values], resource: str) -> Truth:
        found = any_of(_fits(part, values, resource) for part in parts)
        return opposite(found) if negated else found

    return test


def _fits(part: Template, values: Mapping[str, Values], resource: str) -> Truth:
    filled = part.filled(values)
    if filled is None or not glob(filled[0]).matches(resource):
        return False
    return None if filled[1] else True
