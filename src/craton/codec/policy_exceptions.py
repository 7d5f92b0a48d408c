"""Exceptions that lapse by themselves: a deny statement, and from a day on another one for who was exempt.

    Deny … unless the principal is P                    for as long as anything is exempt
    Deny … if the principal is P, from the day on       what makes the exception lapse, with no one's doing

Nothing is removed when the day comes, so nothing can be forgotten; the second statement begins to hold.
Source: "AWS global condition context keys", aws:CurrentTime and aws:PrincipalArn,
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.codec.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.codec.policy_template import Exemption
    from craton.core.diagnostic import Place

PRINCIPAL: Final = "aws:PrincipalArn"
TIME: Final = "aws:CurrentTime"

_IS: Final = ("ArnLike", "ArnEquals", "StringLike")
"""Operators that compare alike here: where a statement uses one on the principal already, another is free."""


class _Lapse(Struct, frozen=True):
    until: date
    principals: tuple[str, ...]


def with_exceptions(
    statement: MappingNode, sid: str, exemptions: Sequence[Exemption]
) -> Iterator[MappingNode]:
    """The statement, held to none of the exempt principals, and for each day one that holds again.

    An allow statement has no exceptions: it stands as it is.
    """
    lapses = _lapses(sid, exemptions)
    if not lapses or _text_of(statement, "Effect") != "Deny":
        yield statement
        return
    every = tuple(principal for lapse in lapses for principal in lapse.principals)
    yield _held_to(statement, excluded=every)
    for lapse in lapses:
        # A principal of two exceptions is exempt until the later of the two days.
        later = tuple(p for other in lapses if other.until > lapse.until for p in other.principals)
        yield _held_to(statement, excluded=later, lapse=lapse)


def _lapses(sid: str, exemptions: Sequence[Exemption]) -> list[_Lapse]:
    by_day: dict[date, list[str]] = {}
    for exemption in exemptions:
        if not exemption.statements or sid in exemption.statements:
            by_day.setdefault(exemption.until, []).extend(exemption.principals)
    return [_Lapse(day, tuple(dict.fromkeys(principals))) for day, principals in sorted(by_day.items())]


def _held_to(
    statement: MappingNode, *, excluded: tuple[str, ...], lapse: _Lapse | None = None
) -> MappingNode:
    place = statement.place
    held = next((entry.value for entry in statement.entries if entry.key.text == "Condition"), None)
    condition = held if isinstance(held, MappingNode) else MappingNode((), place)
    if excluded:
        condition = _with(condition, "ArnNotLike", PRINCIPAL, excluded, place)
    entries = [entry for entry in statement.entries if entry.key.text != "Condition"]
    if lapse is not None:
        free = next(name for name in _IS if not _has(condition, name, PRINCIPAL))
        condition = _with(condition, free, PRINCIPAL, lapse.principals, place)
        since = (f"{lapse.until.isoformat()}T00:00:00Z",)
        condition = _with(condition, "DateGreaterThanEquals", TIME, since, place)
        sid = _text_of(statement, "Sid")
        entries = [
            Entry(entry.key, _scalar(f"{sid}From{lapse.until:%Y%m%d}", place))
            if entry.key.text == "Sid"
            else entry
            for entry in entries
        ]
    return MappingNode((*entries, Entry(_scalar("Condition", place), condition)), place)


def _with(
    condition: MappingNode, operator: str, key: str, values: tuple[str, ...], place: Place
) -> MappingNode:
    """The condition with further values of an operator's key; of negated ones, none of all must fit."""
    entries = {entry.key.text: entry for entry in condition.entries}
    held = entries[operator].value if operator in entries else MappingNode((), place)
    keys = {entry.key.text: entry for entry in held.entries} if isinstance(held, MappingNode) else {}
    before = _items(keys[key].value) if key in keys else ()
    items: tuple[Node, ...] = (*before, *(_scalar(value, place) for value in values))
    keys[key] = Entry(_scalar(key, place), SequenceNode(items, place))
    entries[operator] = Entry(_scalar(operator, place), MappingNode(tuple(keys.values()), place))
    return MappingNode(tuple(entries.values()), condition.place)


def _has(condition: MappingNode, operator: str, key: str) -> bool:
    return any(
        entry.key.text == operator
        and isinstance(entry.value, MappingNode)
        and any(inner.key.text.casefold() == key.casefold() for inner in entry.value.entries)
        for entry in condition.entries
    )


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else (node,)


def _text_of(statement: MappingNode, key: str) -> str:
    value = next((entry.value for entry in statement.entries if entry.key.text == key), None)
    return value.text if isinstance(value, ScalarNode) else ""


def _scalar(text: str, place: Place) -> ScalarNode:
    return ScalarNode(text, plain=False, place=place)
