"""A policy's statement as a sentence: who may not do what on which resources, and under which conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.quoting import listed, ticked
from craton.simulator.comparison import operator

if TYPE_CHECKING:
    from craton.core.policy import Condition, Patterns, Principals, Statement
    from craton.simulator.comparison import Operator

_ONE: Final = {
    "StringEquals": ("is", "is not"),
    "StringEqualsIgnoreCase": ("is, in any case,", "is not, in any case,"),
    "StringLike": ("is like", "is not like"),
    "ArnEquals": ("is like", "is not like"),
    "ArnLike": ("is like", "is not like"),
    "NumericEquals": ("is", "is not"),
    "NumericLessThan": ("is less than", ""),
    "NumericLessThanEquals": ("is at most", ""),
    "NumericGreaterThan": ("is more than", ""),
    "NumericGreaterThanEquals": ("is at least", ""),
    "DateEquals": ("is", "is not"),
    "DateLessThan": ("is before", ""),
    "DateLessThanEquals": ("is not after", ""),
    "DateGreaterThan": ("is after", ""),
    "DateGreaterThanEquals": ("is not before", ""),
    "Bool": ("is", ""),
    "BinaryEquals": ("is", ""),
    "IpAddress": ("lies in", "does not lie in"),
}
"""How one value compares, and how it does not, by the name of the operator that is not negated."""

_MANY: Final = {"is": ("is one of", "is none of"), "is like": ("is like one of", "is like none of")}


class Phrase(Struct, frozen=True):
    """Words, and the names that follow them; nothing follows where the words say all."""

    words: str
    names: tuple[str, ...] = ()
    after: str = ""
    joint: str = "or"

    def __str__(self) -> str:
        return f"{self.words} {listed(self.names, self.joint)}".strip() + self.after


class Requirement(Struct, frozen=True):
    """A condition: the key that it looks at, and what must be true of it."""

    key: str
    before: str
    phrase: Phrase

    def __str__(self) -> str:
        return f"{self.before}{ticked(self.key)} {self.phrase}"


class Sentence(Struct, frozen=True, kw_only=True):
    """What a statement says. All of `conditions` must be true at once."""

    verb: str
    actions: Phrase
    resources: Phrase
    principals: Phrase | None
    conditions: tuple[Requirement, ...]

    def __str__(self) -> str:
        parts = [f"{self.verb} {self.actions}", str(self.resources)]
        if self.principals is not None:
            parts.append(str(self.principals))
        if self.conditions:
            parts.append("where " + ", and ".join(str(one) for one in self.conditions))
        return " ".join(parts)


def sentence(statement: Statement) -> Sentence:
    """The statement in words."""
    return Sentence(
        verb="denies" if statement.effect == "Deny" else "allows",
        actions=_actions(statement.actions),
        resources=_resources(statement.resources),
        principals=_principals(statement.principals),
        conditions=tuple(_requirement(one) for one in statement.conditions),
    )


def _texts(patterns: Patterns) -> tuple[str, ...]:
    return tuple(one.text for one in patterns.patterns)


def _actions(patterns: Patterns) -> Phrase:
    names = _texts(patterns)
    if patterns.negated:
        return Phrase("every action but", names, joint="and")
    return Phrase("every action") if "*" in names else Phrase("", names, joint="and")


def _resources(patterns: Patterns | None) -> Phrase:
    if patterns is None or (not patterns.negated and "*" in _texts(patterns)):
        return Phrase("on every resource")
    return Phrase("on every resource but" if patterns.negated else "on", _texts(patterns))


def _principals(principals: Principals | None) -> Phrase | None:
    if principals is None:
        return None
    names = tuple(one.pattern.text for one in principals.principals)
    if principals.negated:
        return Phrase("to everybody but", names)
    return Phrase("to everybody") if "*" in names else Phrase("to", names)


def _requirement(condition: Condition) -> Requirement:
    found = operator(condition.operator.text)
    values = tuple(one.text for one in condition.values)
    if found is None:
        return Requirement(condition.key.text, "", Phrase(f"{condition.operator.text}:", values))
    if found.asks_presence:
        absent = all(value.lower() == "true" for value in values)
        return Requirement(condition.key.text, "", Phrase("is absent" if absent else "is there"))
    before = {"any": "some value of ", "all": "every value of "}.get(found.quantifier or "", "")
    return Requirement(
        condition.key.text, before, Phrase(_comparison(found, len(values)), values, _or_absent(found))
    )


def _comparison(found: Operator, count: int) -> str:
    plain = found.name.replace("Not", "", 1) if found.negated else found.name
    yes, no = _ONE.get(plain, (f"fits {plain}", f"does not fit {plain}"))
    if count > 1 and yes in _MANY:
        return _MANY[yes][1 if found.negated else 0]
    return no if found.negated else yes


def _or_absent(found: Operator) -> str:
    """What an absent key makes of the condition, where it makes it true."""
    if found.quantifier == "all":
        return ", or it has none"
    if found.quantifier is None and (found.negated or found.if_exists):
        return ", or is absent"
    return ", or it has none" if found.if_exists else ""
