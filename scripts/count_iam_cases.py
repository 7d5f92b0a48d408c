"""Counts the IAM cases by operator, policy kind and source; says so, and fails where there are too few.

`python -m scripts.count_iam_cases`
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tests.cases.iam_case import IamCase, read_cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FEWEST_EACH: Final = 5
FEWEST: Final = 400
FEWEST_CITED: Final = 150

_STRINGS: Final = ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
_ORDERED: Final = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_ARNS: Final = ("Equals", "Like", "NotEquals", "NotLike")
_PLAIN: Final = (
    *(f"String{name}" for name in _STRINGS),
    *(f"{kind}{name}" for kind in ("Numeric", "Date") for name in _ORDERED),
    *("Bool", "BinaryEquals", "IpAddress", "NotIpAddress"),
    *(f"Arn{name}" for name in _ARNS),
)
OPERATORS: Final = ("Null", *_PLAIN, *(f"{name}IfExists" for name in _PLAIN))
"""Every operator that may stand alone.

Source: "IAM JSON policy elements: Condition operators",
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
retrieved 2026-11-26.
"""

SETS: Final = ("ForAllValues", "ForAnyValue")

KINDS: Final = {
    "scp": "scps",
    "rcp": "rcps",
    "identity": "identity_policies",
    "boundary": "permission_boundaries",
    "session": "session_policies",
    "endpoint": "endpoint_policies",
    "resource": "resource_policy",
}
"""Where a policy may stand, and which part of a case holds it."""


def counted(cases: Iterable[IamCase]) -> dict[str, Counter[str]]:
    """How many cases there are by operator, policy kind, decision and source; a case counts once for each."""
    operators, kinds, decisions, sources = (Counter[str]() for _ in range(4))
    for case in cases:
        operators.update(set(_operators(case.line)))
        kinds.update(kind for kind, part in KINDS.items() if case.line.get(part))
        decisions[case.decision] += 1
        sources["cited" if case.source else "assumed"] += 1
    return {"operator": operators, "policy kind": kinds, "decision": decisions, "source": sources}


def shortfalls(cases: tuple[IamCase, ...]) -> list[str]:
    """What there are too few of."""
    counts = counted(cases)
    spelled = {name for name in counts["operator"] if ":" in name}
    due = {"operator": {*OPERATORS, *SETS, *spelled}, "policy kind": set(KINDS)}
    few = [
        f"{counts[by][name]} of the {by} {name}, at least {FEWEST_EACH} are due"
        for by, names in due.items()
        for name in sorted(names)
        if counts[by][name] < FEWEST_EACH
    ]
    distinct = len({case.question for case in cases})
    if distinct < FEWEST:
        few.append(f"{distinct} distinct cases, at least {FEWEST} are due")
    if counts["source"]["cited"] < FEWEST_CITED:
        few.append(f"{counts['source']['cited']} cases cite AWS, at least {FEWEST_CITED} are due")
    return few


def _operators(part: Any) -> Iterator[str]:
    """Every operator in a case, as it is spelled, and the set operator that qualifies it."""
    if isinstance(part, dict):
        for operator in part.get("Condition", {}):
            yield operator
            if ":" in operator:
                yield operator.partition(":")[0]
    if isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _operators(one)


def main() -> int:
    """The counts go to standard output; 1, where there is too little of anything."""
    cases = read_cases()
    counts = counted(cases)
    table = {by: dict(sorted(counter.items())) for by, counter in counts.items()}
    table["distinct"] = {"cases": len({case.question for case in cases})}
    print(json.dumps(table, indent=2))
    few = shortfalls(cases)
    for line in few:
        print(line, file=sys.stderr)
    return 1 if few else 0


if __name__ == "__main__":
    sys.exit(main())
