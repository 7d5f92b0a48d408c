"""One plan."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from craton.engine.plan_reading import ReadChange, read_plan
from craton.engine.rollout import PHASES as ORDER
from craton.views.apply_text import RESULTS
from craton.views.effect_text import effect_text
from craton.web.deployment_words import PHASES, PURPOSES, who
from craton.web.page import Page, with_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import CsvRows, Visit

MARKS: Final = {"create": "+", "update": "~", "delete": "-", "unknown": "?", "no-op": "="}
ACTIONS: Final = ("create", "update", "delete", "unknown")
FILTERS: Final = ("phase", "action", "risk")


def of_plan(visit: Visit) -> Mapping[str, Any]:
    """A plan with its changes, of which the query may choose some.

    Raises: UserError where the lake knows of no such plan.
    """
    found = read_plan(visit.present, visit.parts["plan"])
    said = visit.said()
    chosen = {name: said.get(name, "") for name in FILTERS}
    shown = [one for one in found.changes if one.change.is_open and _fits(one, chosen)]
    counts = Counter(one.action for one in found.plan.changes)
    return {
        "title": f"Plan {found.plan.digest[:8]}",
        "found": found,
        "plan": found.plan,
        "recorded": replace(found.plan, changes=()),
        "applies": found.applies,
        "damaged": found.damaged,
        "changes": [_told(one) for one in shown],
        "phases": [(phase, [one for one in shown if one.change.phase == phase]) for phase in ORDER],
        "counts": counts,
        "actions": [one for one in ACTIONS if counts[one]],
        "risks": [
            one for one in ("high", "medium", "low") if any(c.risk == one for c in found.plan.open_changes)
        ],
        "chosen": chosen,
        "marks": MARKS,
        "phase_words": PHASES,
        "purposes": PURPOSES,
        "results": RESULTS,
        "who": who,
        "effect_text": effect_text,
        "switched": lambda name, value: _switched(visit, chosen, name, value),
        "effect": found.plan.effect,
    }


def _fits(one: ReadChange, chosen: Mapping[str, str]) -> bool:
    return all(getattr(one.change, name) == value for name, value in chosen.items() if value)


def _switched(visit: Visit, chosen: Mapping[str, str], name: str, value: str) -> str:
    """The address with that choice made, or taken back where it is made."""
    others = {key: one for key, one in chosen.items() if one and key != name}
    if chosen[name] != value:
        others[name] = value
    return with_query(visit.path, [*visit.filters.pairs(), *sorted(others.items())])


def _told(one: ReadChange) -> dict[str, Any]:
    """A change for programs."""
    change = one.change
    return {
        **{name: getattr(change, name) for name in _NAMES},
        "before": change.before,
        "after": change.after,
        "effect": change.effect,
        "result": one.outcome.result if one.outcome else None,
        "result_detail": one.outcome.detail if one.outcome else None,
    }


_NAMES: Final = ("phase", "address", "account", "region", "action", "because", "risk", "needs", "unknown")


def rows(data: Mapping[str, Any]) -> CsvRows:
    """A row for each change that is shown."""
    names = (
        *("phase", "address", "account", "region", "action", "because", "risk", "unknown", "result"),
        *("newly_denied", "newly_allowed"),
    )
    return names, [
        (
            *(one[name] for name in names[:-2]),
            one["effect"].newly_denied if one["effect"] and one["effect"].state == "replayed" else None,
            one["effect"].newly_allowed if one["effect"] and one["effect"].state == "replayed" else None,
        )
        for one in data["changes"]
    ]


page = Page(
    title="Plan",
    about="What one plan would change: phase by phase, why, how risky, and what it makes of recorded calls.",
    path="/plans/{plan}",
    data=of_plan,
    told=("recorded", "changes", "applies", "effect", "damaged"),
    rows=rows,
    filtered=False,
    tells_of_deployments=True,
    fields=FILTERS,
)
