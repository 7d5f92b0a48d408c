"""What was verified, for people at a terminal."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.core.verification import Result

_MARKS: Final = {"passed": "ok     ", "failed": "FAILED ", "unknown": "unknown"}


def verified_lines(results: Sequence[Result], *, every: bool = False) -> Iterator[str]:
    """Each check with what failed or is unknown of it; with `every`, what passed as well."""
    for name, group in itertools.groupby(results, key=lambda one: one.check):
        told = list(group)
        good = sum(one.status == "passed" for one in told)
        yield f"{name}: {told[0].title} ({good} of {len(told)})"
        shown = [one for one in told if every or one.status != "passed"]
        for one in shown:
            place = " ".join(part for part in (one.account, one.region, one.of) if part)
            yield f"  {_MARKS[one.status]} {place}{': ' if one.detail else ''}{one.detail}"
        yield from (f"  hint: {hint}" for hint in dict.fromkeys(one.hint for one in shown if one.hint))
    counts = [sum(one.status == status for one in results) for status in _MARKS]
    yield f"{counts[0]} passed, {counts[1]} failed, {counts[2]} unknown"
