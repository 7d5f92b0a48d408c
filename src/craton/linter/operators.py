"""Condition operators, taken apart: what each one compares, and what it says where its key is absent.

Source: "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or values",
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
reference_policies_condition-logic-multiple-context-keys-or-values.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from craton.registry.iam import ConditionType

Quantifier: TypeAlias = Literal["ForAllValues", "ForAnyValue"]

FAMILIES: Final[dict[str, ConditionType | None]] = {
    "StringEquals": "String",
    "StringNotEquals": "String",
    "StringEqualsIgnoreCase": "String",
    "StringNotEqualsIgnoreCase": "String",
    "StringLike": "String",
    "StringNotLike": "String",
    "NumericEquals": "Numeric",
    "NumericNotEquals": "Numeric",
    "NumericLessThan": "Numeric",
    "NumericLessThanEquals": "Numeric",
    "NumericGreaterThan": "Numeric",
    "NumericGreaterThanEquals": "Numeric",
    "DateEquals": "Date",
    "DateNotEquals": "Date",
    "DateLessThan": "Date",
    "DateLessThanEquals": "Date",
    "DateGreaterThan": "Date",
    "DateGreaterThanEquals": "Date",
    "Bool": "Bool",
    "BinaryEquals": "Binary",
    "IpAddress": "IPAddress",
    "NotIpAddress": "IPAddress",
    "ArnEquals": "ARN",
    "ArnLike": "ARN",
    "ArnNotEquals": "ARN",
    "ArnNotLike": "ARN",
    "Null": None,
}
"""Every operator, and what it compares; `Null` compares nothing."""

_IF_EXISTS: Final = "IfExists"


class Operator(Struct, frozen=True):
    """An operator without its quantifier and its `IfExists`, which stand beside it."""

    name: str
    quantifier: Quantifier | None
    if_exists: bool

    @property
    def compares(self) -> ConditionType | None:
        """The type of value that it compares; None for `Null`."""
        return FAMILIES[self.name]

    @property
    def negated(self) -> bool:
        """Whether it holds where no value matches."""
        return "Not" in self.name

    @property
    def is_literal(self) -> bool:
        """Whether `*` and `?` mean themselves."""
        return self.name.startswith(("StringEquals", "StringNotEquals"))

    def written_as(self, name: str) -> str:
        """Another operator with the same quantifier and the same `IfExists`."""
        before = f"{self.quantifier}:" if self.quantifier else ""
        return f"{before}{name}{_IF_EXISTS if self.if_exists else ''}"

    def holds_when_absent(self, values: tuple[str, ...]) -> bool:
        """What it says about a request without its key."""
        if self.name == "Null":
            return "true" in (value.lower() for value in values)
        if self.if_exists or self.quantifier == "ForAllValues":
            return True
        return self.negated and self.quantifier is None


@functools.cache
def operator_of(text: str) -> Operator | None:
    """The operator as it was written, None where there is none of that name."""
    before, colon, rest = text.partition(":")
    if colon and before not in ("ForAllValues", "ForAnyValue"):
        return None
    quantifier: Quantifier | None = None
    if colon:
        quantifier = "ForAllValues" if before == "ForAllValues" else "ForAnyValue"
    name = rest if colon else before
    if_exists = name.endswith(_IF_EXISTS)
    name = name.removesuffix(_IF_EXISTS)
    if name not in FAMILIES or (if_exists and name == "Null"):
        return None
    return Operator(name, quantifier, if_exists)
