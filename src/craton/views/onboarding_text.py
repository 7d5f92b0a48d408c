"""Checklists of accounts, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from craton.core.plural import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.planner.onboarding import Checklist

_WORDS: Final = {"not_needed": "not needed"}
_WIDTH: Final = len("not needed")


def checklist_lines(found: Iterable[Checklist]) -> Iterator[str]:
    """Each account with its steps, how many of those in environments are done, and how many need nothing."""
    done = count = exempt = 0
    for one in found:
        exempt += one.needs_none
        count += not one.needs_none
        done += one.is_done and not one.needs_none
        where = f" ({one.organizational_unit})" if one.organizational_unit else ""
        yield f"{one.account} {one.name}{where}: {one.environment or 'no environment'}"
        for step in one.steps:
            state = _WORDS.get(step.state, step.state)
            yield f"  {state:<{_WIDTH}}  {step.title}{f': {step.detail}' if step.detail else ''}"
    if count or not exempt:
        have = "has the rules of its" if count == 1 else "have the rules of their"
        yield f"{done:,} of {plural(count, 'account')} {have} environment"
    if exempt:
        yield f"{plural(exempt, 'account')} {'needs' if exempt == 1 else 'need'} no rules of an environment"


def checklists_as_json(found: Iterable[Checklist]) -> str:
    """The same for programs."""
    told = [{**msgspec.to_builtins(one), "is_done": one.is_done} for one in found]
    return msgspec.json.format(msgspec.json.encode(told)).decode()
