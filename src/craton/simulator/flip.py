"""The smallest change that makes another decision out of a decision."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from craton.core.quoting import ticked
from craton.simulator.authorizer import Authorizer
from craton.simulator.change import (
    KIND_WORDS,
    AddPattern,
    AddStatement,
    AddValue,
    Change,
    Edit,
    RemoveStatement,
    SetKey,
    applied,
)
from craton.simulator.condition import criterion
from craton.simulator.masks import StatementMasks, lowered
from craton.simulator.nearby import nearby
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from craton.simulator.decision import Decision, Outcome
    from craton.simulator.policy_set import Attached
    from craton.simulator.request import Request

TRIALS: Final = 500
"""How many values of context keys are tried."""

DENIED: Final[tuple[Outcome, ...]] = ("explicit_deny", "implicit_deny")
NOBODY: Final = "000000000000"
"""An account, where it does not matter which."""


def smallest_change(
    authorizer: Authorizer, request: Request, *, changeable: Container[str] | None = None
) -> Change:
    """A change after which the request is decided otherwise, and none that needs fewer edits of its kind.

    It is empty where no policy and no key can change the decision, as with `sts:GetCallerIdentity`.
    What is denied is allowed afterwards, what is allowed is denied, what is unknown is settled. A change of
    the request alone comes first where it will do for a denial; then the fewest statements, one edit for each
    that denies and for each kind or level that does not allow.

    `changeable`: the context keys, in lower case, that whoever is denied can send otherwise; by default all.
    """
    decision = authorizer.decide(request)
    search = _Search(authorizer, request)
    match decision.outcome:
        case "allowed":
            return search.to_denied(decision)
        case "unknown":
            return search.to_settled(decision)
        case _:
            return search.by_one_key(("allowed",), changeable) or search.to_allowed()


class _Search:
    def __init__(self, authorizer: Authorizer, request: Request) -> None:
        self._authorizer = authorizer
        self._request = request
        self._attached = authorizer.masks.statements

    def by_one_key(self, wanted: Container[Outcome], among: Container[str] | None = None) -> Change | None:
        """One other value of one context key that some condition asks about, or None.

        `among`: the keys that may be changed, in lower case.
        """
        for edit in islice(self._keys(), TRIALS):
            if among is None or edit.key.lower() in among:
                _, request = applied(Change((edit,)), self._authorizer.policies, self._request)
                if self._authorizer.decide(request).outcome in wanted:
                    return Change((edit,))
        return None

    def _keys(self) -> Iterator[SetKey]:
        """Values to try, each once: those of statements that speak of the action and the resource at all."""
        masks = self._authorizer.masks
        near = masks.actions[self._request.action] & masks.resources[self._request.resource]
        seen: set[SetKey] = set()
        for number, one in enumerate(self._attached):
            for condition in one.statement.conditions if near >> number & 1 else ():
                asked = criterion(condition, one.policy.version)
                held = lowered(self._request)
                for values in nearby(asked, held):
                    edit = SetKey(condition.key.text, values)
                    if edit not in seen and condition.key.text:
                        seen.add(edit)
                        yield edit

    def to_denied(self, decision: Decision) -> Change:
        """Leaves out the one statement that allows, or changes one key, or adds a statement that denies."""
        speaking = self._authorizer.masks.matching(self._request).certain
        for position, one in enumerate(self._authorizer.statements):
            if speaking >> position & 1 and one in decision.statements:
                change = Change((self._removal(position),))
                if _outcome(change, self._authorizer, self._request) in DENIED:
                    return change
        way = self._authorizer.way(self._request)
        if not way.in_force:
            return Change(())
        denial = AddStatement("Deny", "identity" if way.is_identity else "resource")
        return self.by_one_key(DENIED) or Change((denial,))

    def to_settled(self, decision: Decision) -> Change:
        """Says what one of the unknown keys holds, or else what each of them does."""
        unknown = {key.lower() for key in self._request.unknown_keys}
        settled: tuple[Outcome, ...] = ("allowed", *DENIED)
        return self.by_one_key(settled, among=unknown) or Change(
            tuple(SetKey(key, None) for key in decision.unknown_keys)
        )

    def to_allowed(self) -> Change:
        """One edit for each statement that denies, and for each kind of policy that does not allow."""
        way = self._authorizer.way(self._request)
        certain, possible = self._authorizer.masks.matching(self._request)
        edits: list[Edit] = []
        allowing = 0
        for position, one in enumerate(self._authorizer.statements):
            if one.effect == "Allow":
                allowing |= certain & way.applies & 1 << position
            elif possible & way.applies & 1 << position:
                edits.append(self._exception(position))
        missing = self._authorizer.missing(allowing, way)
        edits.extend(AddStatement("Allow", level.kind, level.number) for level in missing)
        return Change(tuple(edits))

    def _exception(self, position: int) -> Edit:
        """The edit after which a denying statement no longer speaks of the request."""
        attached = self._attached[position]
        for edit in self._exceptions(position):
            if not _speaks(attached, edit, self._request):
                return edit
        return self._removal(position)

    def _exceptions(self, position: int) -> Iterator[AddPattern | AddValue]:
        one = self._attached[position]
        label = label_of(one)
        resources = one.statement.resources
        if resources and resources.negated and self._request.resource != "*":
            yield AddPattern(position, label, "NotResource", self._request.resource)
        context = lowered(self._request)
        for number, condition in enumerate(one.statement.conditions):
            held = context.get(condition.key.text.lower())
            if criterion(condition, one.policy.version).operator.negated and isinstance(held, tuple):
                yield from (AddValue(position, label, number, condition.key.text, value) for value in held)
        if one.statement.actions.negated:
            yield AddPattern(position, label, "NotAction", self._request.action)

    def _removal(self, position: int) -> RemoveStatement:
        return RemoveStatement(position, label_of(self._attached[position]))


def label_of(one: Attached) -> str:
    """What a statement is called in a change: its Sid or number, its policy and level."""
    level = f" at level {one.level}" if one.level else ""
    return f"{ticked(one.statement.label)} of {KIND_WORDS[one.kind]} {ticked(one.policy.name)}{level}"


def _speaks(attached: Attached, edit: AddPattern | AddValue, request: Request) -> bool:
    """Whether a statement still speaks of the request after an edit of its own, or may do so."""
    alone = replace(attached.policy, statements=(replace(attached.statement, principals=None),))
    there = replace(edit, position=0)
    policies, _ = applied(Change((there,)), PolicySet(account=NOBODY, identity=(alone,)), request)
    return bool(StatementMasks(policies).matching(request).possible)


def _outcome(change: Change, authorizer: Authorizer, request: Request) -> Outcome:
    policies, changed = applied(change, authorizer.policies, request)
    return Authorizer(policies).decide(changed).outcome
