"""What was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.engine.deployment_history import Happening, history
from craton.views.apply_text import RESULTS
from craton.web.deployment_words import PURPOSES, who
from craton.web.page import Page, with_query

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.engine.deployment_history import Ending
    from craton.web.page import CsvRows, Visit

ENDINGS: Final[Mapping[Ending, str]] = {
    "whole": "applied",
    "partial": "applied in part",
    "open": "begun, and no end is known",
    "planned": "planned, not applied",
    "overtaken": "planned, and overtaken by an apply",
}
SIGNS: Final[Mapping[Ending, str]] = {
    "whole": "done",
    "partial": "failed",
    "open": "unknown",
    "planned": "behind",
    "overtaken": "skipped",
}
MOST: Final = 200
"""So many are on the page, the newest first; the twins have all."""


def of_history(visit: Visit) -> Mapping[str, Any]:
    """What was applied and planned, of which the query may choose some by their end and by who did it."""
    known = history(visit.present)
    whole = known.happenings
    said = visit.said()
    ending, by = said.get("ending", ""), said.get("by", "")
    found = [one for one in whole if (not ending or one.ending == ending) and (not by or who(one.by) == by)]
    return {
        "whole": whole,
        "damaged": known.damaged,
        "happenings": found,
        "shown": found[:MOST],
        "endings": [one for one in ENDINGS if any(each.ending == one for each in whole)],
        "people": sorted({who(one.by) for one in whole}),
        "chosen": {"ending": ending, "by": by},
        "words": ENDINGS,
        "signs": SIGNS,
        "purposes": PURPOSES,
        "results": RESULTS,
        "who": who,
        "took": took,
        "switched": lambda name, value: _switched(visit, {"ending": ending, "by": by}, name, value),
    }


def _switched(visit: Visit, chosen: Mapping[str, str], name: str, value: str) -> str:
    others = {key: one for key, one in chosen.items() if one and key != name}
    if chosen[name] != value:
        others[name] = value
    return with_query(visit.path, [*visit.filters.pairs(), *sorted(others.items())])


def took(span: dt.timedelta) -> str:
    """How long something took, in its largest units."""
    seconds = round(span.total_seconds())
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def rows(data: Mapping[str, Any]) -> CsvRows:
    """A row for each."""
    names = (
        *("at", "ended", "number", "ending", "by", "why", "plan", "purpose", "commit", "planned", "done"),
        "left",
    )
    return names, [_row(one, names) for one in data["happenings"]]


def _row(one: Happening, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in names)


page = Page(
    title="History",
    about="Every apply with who did it and why, and every plan that waits for one.",
    order=74,
    icon="M8 4v4l2.8 1.8M2.2 6.2A6 6 0 1 1 2 8M2 3v3.4h3.4",
    data=of_history,
    told=("happenings", "damaged"),
    rows=rows,
    filtered=False,
    tells_of_deployments=True,
    fields=("ending", "by"),
)
