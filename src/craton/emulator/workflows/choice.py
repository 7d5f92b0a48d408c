"""The rules of a Choice state.

Source: "Choice workflow state", docs.aws.amazon.com/step-functions/latest/dg/state-choice.html, retrieved
2026-11-26.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.workflows.failure import NO_CHOICE, RUNTIME, StateFailure
from craton.emulator.workflows.paths import NothingThereError, at
from craton.emulator.workflows.payload import found_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
_KINDS: Final = ("String", "Numeric", "Timestamp", "Boolean")
COMPARISONS: Final = frozenset(
    {
        *(f"{kind}{order}{end}" for kind in _KINDS[:3] for order in _ORDERS for end in ("", "Path")),
        *("BooleanEquals", "BooleanEqualsPath", "StringMatches"),
        *("IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"),
    }
)
_COMPARISON: Final = re.compile(r"(String|Numeric|Timestamp|Boolean)([A-Za-z]+?)(Path)?")


def chosen(state: Mapping[str, Any], held: Any, context: Mapping[str, Any]) -> str:
    """The state that follows: of the first rule that holds, or the default. Raises: StateFailure."""
    for rule in state["Choices"]:
        if holds(rule, held, context):
            return str(rule["Next"])
    if "Default" in state:
        return str(state["Default"])
    raise StateFailure(NO_CHOICE, "Failed to choose a next state: no rule holds and there is no default.")


def holds(rule: Mapping[str, Any], held: Any, context: Mapping[str, Any]) -> bool:
    """Whether a rule holds. Raises: StateFailure where its variable is not there."""
    if "And" in rule:
        return all(holds(one, held, context) for one in rule["And"])
    if "Or" in rule:
        return any(holds(one, held, context) for one in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], held, context)
    name = next(one for one in rule if one in COMPARISONS)
    variable, wanted = str(rule["Variable"]), rule[name]
    if name == "IsPresent":
        return _is_present(variable, held, context) is bool(wanted)
    value = found_at(variable, held, context, RUNTIME)
    if name.startswith("Is"):
        return _TESTS[name](value) is bool(wanted)
    if name == "StringMatches":
        return isinstance(value, str) and _like(str(wanted), value)
    found = _COMPARISON.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} is no comparison")
    kind, order, by_path = found.groups()
    other = found_at(str(wanted), held, context, RUNTIME) if by_path else wanted
    left, right = _as(kind, value), _as(kind, other)
    return left is not None and right is not None and _ORDERS[order](left, right)


def _is_present(path: str, held: Any, context: Mapping[str, Any]) -> bool:
    try:
        at(path, context if path.startswith("$$") else held)
    except NothingThereError:
        return False
    return True


def _as(kind: str, value: Any) -> Any:
    """A value as one of a kind; None where it is not of it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "String":
            return value if isinstance(value, str) else None
        case "Numeric":
            return value if is_number else None
        case "Boolean":
            return value if isinstance(value, bool) else None
        case _:
            return _moment(value)


def _moment(value: Any) -> dt.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _like(pattern: str, value: str) -> bool:
    """Whether a text is like a pattern, in which `*` is anything, and a backslash takes that away."""
    parts = re.split(r"(\\\*|\\\\|\*)", pattern)
    whole = {"*": ".*", "\\*": r"\*", "\\\\": r"\\"}
    return (
        re.fullmatch("".join(whole.get(one, re.escape(one)) for one in parts), value, re.DOTALL) is not None
    )


_TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _as("Numeric", value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: _moment(value) is not None,
}
