"""What the organization policies of both sides make of a request, once it is known which statements speak."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from craton.registry.iam import iam_reference
from craton.replay.organization import SIDES
from craton.simulator.authorizer import Authorizer, Level
from craton.simulator.decision import Decision
from craton.simulator.gates import allowing_all
from craton.simulator.masks import Matching
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.replay.organization import AccountLevels, Side, StatementBook
    from craton.simulator.authorizer import Way

CallerKind = Literal["identity", "linked", "outside"]
"""A principal of an account, a service-linked role, or whoever is neither."""

_HERE, _THERE = "000000000001", "000000000002"
_CALLERS: dict[str, str] = {
    "identity": f"arn:aws:iam::{_HERE}:role/any",
    "linked": f"arn:aws:iam::{_HERE}:role/aws-service-role/any.amazonaws.com/any",
    "outside": "any.amazonaws.com",
}


class Court(NamedTuple):
    """What decides requests alike beside the statements that speak of them.

    `scps` is the account whose SCPs meet the caller, `rcps` the one whose RCPs meet the resource; None for
    nobody's. `within` where both are one account. `reached` is a prefix that RCPs reach, or do not.
    """

    caller: CallerKind
    scps: str | None
    rcps: str | None
    within: bool
    reached: bool


class Ruling(Struct, frozen=True):
    """What becomes of a request today and with the candidates.

    `same` where the difference between both sides cannot matter to it, even if it is not known what becomes
    of it. `lacks` are the kinds and levels of each side at which nothing allows, where that denies.
    """

    today: Decision
    candidate: Decision
    same: bool
    lacks: tuple[tuple[Level, ...], tuple[Level, ...]] = ((), ())

    def of(self, side: Side) -> Decision:
        """The decision of one side."""
        return self.today if side == "today" else self.candidate

    def lacking(self, side: Side) -> tuple[Level, ...]:
        """Where nothing allows on one side, if that is what denies."""
        return self.lacks[SIDES.index(side)]


class _Bench(NamedTuple):
    """A decider, its way, and for each of its statements its number in the book; None for those beside it."""

    authorizer: Authorizer
    way: Way
    numbers: tuple[int | None, ...]


class Courts:
    """Decides by what the accounts have above them; the principal's own policies are taken to allow all."""

    def __init__(self, book: StatementBook, accounts: dict[str, AccountLevels]) -> None:
        self._book = book
        self._accounts = accounts
        self._benches: dict[object, _Bench] = {}

    def ruling(self, court: Court, matching: Matching, undecided: Callable[[int], tuple[str, ...]]) -> Ruling:
        """What becomes of requests of which those statements of the book speak.

        `undecided` names the unknown keys by the bits of the book's statements.
        """
        decisions: list[Decision] = []
        marks: list[object] = []
        lacks: list[tuple[Level, ...]] = []
        for side in SIDES:
            bench = self._bench(court, side)
            own = Matching(_mapped(matching.certain, bench), _mapped(matching.possible, bench))
            told = functools.partial(_told, undecided, bench)
            decision = bench.authorizer.decided(own, bench.way, told)
            decisions.append(decision)
            marks.append(_mark(own, bench))
            denied = decision.outcome == "implicit_deny"
            lacks.append(bench.authorizer.missing(own.possible, bench.way) if denied else ())
        return Ruling(decisions[0], decisions[1], marks[0] == marks[1], (lacks[0], lacks[1]))

    def policies(self, court: Court, side: Side) -> PolicySet:
        """The organization policies that decide there."""
        return self._bench(court, side).authorizer.policies

    def _bench(self, court: Court, side: Side) -> _Bench:
        scps = self._accounts[court.scps] if court.scps is not None else None
        rcps = self._accounts[court.rcps] if court.rcps is not None else None
        above = tuple(tuple(map(id, one.scps)) for one in scps.of(side)) if scps else ()
        below = tuple(tuple(map(id, one.rcps)) for one in rcps.of(side)) if rcps else ()
        management = bool(scps and scps.is_management)
        key = (court.caller, above, below, management, court.within, court.reached)
        if key not in self._benches:
            policies = PolicySet(
                account=_HERE,
                resource_account=_HERE if court.within else _THERE,
                management_account=management,
                scps=tuple(level.scps for level in scps.of(side)) if scps else (),
                rcps=tuple(level.rcps for level in rcps.of(side)) if rcps and court.reached else (),
                identity=(allowing_all("open"),),
                resource=allowing_all("open"),
            )
            authorizer = Authorizer(policies)
            numbers = tuple(
                self._book.numbers.get((one.kind, one.policy, one.statement.number))
                for one in authorizer.masks.statements
            )
            way = authorizer.way(
                Request(principal=_CALLERS[court.caller], action="s3:GetObject", resource="*")
            )
            self._benches[key] = _Bench(authorizer, way, numbers)
        return self._benches[key]


def reached_by_rcps(action: str) -> bool:
    """Whether RCPs meet requests of the action's service."""
    service = iam_reference().service(action.partition(":")[0])
    return service is None or service.reached_by_rcps


def _mapped(bits: int, bench: _Bench) -> int:
    """The bits of a bench's own statements: those of the book that speak, and all that stand beside it."""
    return sum(
        1 << place for place, number in enumerate(bench.numbers) if number is None or bits >> number & 1
    )


def _told(undecided: Callable[[int], tuple[str, ...]], bench: _Bench, bits: int) -> tuple[str, ...]:
    """The keys that leave a bench's own statements open."""
    found = 0
    for place, number in enumerate(bench.numbers):
        if number is not None and bits >> place & 1:
            found |= 1 << number
    return undecided(found)


def _mark(own: Matching, bench: _Bench) -> object:
    """All that the outcome can depend on: the denials, and for each level what allows there."""
    denials: set[tuple[int | None, bool]] = set()
    allowing: dict[tuple[str, int | None], set[int | None] | None] = {}
    for place, one in enumerate(bench.authorizer.statements):
        number = bench.numbers[place]
        if number is None or not bench.way.applies >> place & 1:
            continue
        certain, possible = own.certain >> place & 1, own.possible >> place & 1
        if one.effect == "Deny":
            if possible:
                denials.add((number, bool(certain)))
            continue
        level = allowing.setdefault((one.kind, one.level), set())
        if certain:
            allowing[one.kind, one.level] = None
        elif possible and level is not None:
            level.add(number)
    kept = {level: None if found is None else frozenset(found) for level, found in allowing.items()}
    return frozenset(denials), frozenset(kept.items())
