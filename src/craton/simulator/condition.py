"""One line of a Condition element, ready to be held against requests.

Source: "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys",
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
reference_policies_condition-single-vs-multi-valued-context-keys.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.core.errors import UserError
from craton.core.policy import WITH_VARIABLES
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.simulator.comparison import OPERATORS, Operator, literal, operator
from craton.simulator.logic import Truth, all_of, any_of, opposite
from craton.simulator.wildcard import Plain, Template, Unknown, Values, glob, template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from craton.core.policy import Condition, Version


class Criterion(Struct, frozen=True):
    """What must hold of one context key. `keys` are all that it looks at, those of its variables included."""

    operator: Operator
    key: str
    wanted: tuple[Template, ...]
    keys: tuple[str, ...]

    def truth(self, values: Mapping[str, Values]) -> Truth:
        """Whether it holds, where `values` says of each of `keys` what the request holds; None: unknown.

        A key that is absent fits no value, so that a negated operator holds; `IfExists` and ForAllValues
        hold, ForAnyValue does not. Several values of a policy are alternatives; of a negated operator, none
        may fit. Values that are all empty texts are, for the set operators, no values.
        """
        held = values[self.key]
        if held is Unknown.UNKNOWN:
            return None
        if self.operator.asks_presence:
            absent = "false" if held else "true"
            return any(literal(one.parts).lower() == absent for one in self.wanted)
        quantified = self.operator.quantifier
        if not held:
            return (
                self.operator.if_exists or quantified == "all" or (self.operator.negated and not quantified)
            )
        if quantified and not any(held):
            return quantified == "all"
        return self._compared(held, values)

    def _compared(self, held: tuple[str, ...], values: Mapping[str, Values]) -> Truth:
        tests = [
            _loosely(parts) if loose else self.operator.test(parts)
            for parts, loose in filter(None, (one.filled(values) for one in self.wanted))
        ]
        fits = [any_of(test(value) for test in tests) for value in held]
        if not self.operator.quantifier:
            found = any_of(fits)
            return opposite(found) if self.operator.negated else found
        if self.operator.negated:
            fits = [opposite(one) for one in fits]
        return all_of(fits) if self.operator.quantifier == "all" else any_of(fits)


def _loosely(parts: tuple[Plain, ...]) -> Callable[[str], Truth]:
    """The test of a value with an unknown in it: what even `*` in its place does not fit, fits in no case."""
    wide = glob(part.lower() if isinstance(part, str) else part for part in parts)
    return lambda value: None if wide.matches(value.lower()) else False


def criterion(condition: Condition, version: Version) -> Criterion:
    """The condition, ready to be asked. Raises: UserError, where there is no such operator."""
    found = operator(condition.operator.text)
    if found is None:
        message = (
            f"{condition.operator.place}: there is no condition operator {ticked(condition.operator.text)}"
        )
        raise UserError(message, hint=did_you_mean(condition.operator.text, OPERATORS))
    variables = found.variables and version == WITH_VARIABLES
    wanted = tuple(
        template(value.text, wildcards=found.wildcards, variables=variables) for value in condition.values
    )
    key = condition.key.text.lower()
    return Criterion(
        found, key, wanted, tuple(dict.fromkeys((key, *(k for one in wanted for k in one.keys))))
    )
