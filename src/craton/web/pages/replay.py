"""Replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.pages import account_names
from craton.engine.policy_catalog import policy_catalog
from craton.engine.recorded_calls import FIELDS, SPANS, asked_replay, first_question, replay_choices
from craton.views.replay_bars import bars
from craton.views.replay_text import CSV_NAMES, csv_rows
from craton.web.page import Page, with_query
from craton.web.policy_words import finding_json, policy_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import CsvRows, Visit

SHOWN = 12
"""So many accounts, principals and models are shown; the JSON twin has all of them."""

LONGEST_ADDRESS = 6_000
"""So long may the address of an answer become; a longer candidate is left out of it. Units: characters."""


def of_replay(visit: Visit) -> Mapping[str, Any]:
    """The form as it stands, and what becomes of the recorded calls; an example where nothing was said."""
    present = visit.present
    said = {name: value for name, value in visit.said().items() if name in FIELDS}
    can_ask = present.manifest is not None and "api_event" in present.snapshot.freshness
    first = first_question(present) if not said and can_ask else {}
    found = asked_replay(present, first or said, visit.now) if said or first else None
    pairs = [(name, value) for name, value in found.said.items() if value] if found else []
    address = with_query(visit.path, pairs)
    return {
        "offered": replay_choices(present),
        "spans": SPANS,
        "said": dict(found.said) if found else dict.fromkeys(FIELDS, ""),
        "problems": dict(found.faults) if found else {},
        "example": bool(first),
        "can_ask": can_ask,
        "names": account_names(present),
        "pages": policy_pages(policy_catalog(present)),
        "shown": SHOWN,
        "bars": bars(found.summary.days) if found and found.summary else None,
        "csv": with_query(visit.page.csv_twin, pairs) if len(address) <= LONGEST_ADDRESS else None,
        "address": address if len(address) <= LONGEST_ADDRESS else None,
        "faults": {name or "replay": [one.message, one.hint] for name, one in found.faults.items()}
        if found
        else {},
        "replay": found.summary if found else None,
        "findings": [finding_json(one) for one in found.findings] if found else [],
    }


def rows(data: Mapping[str, Any]) -> CsvRows:
    """A row for each account, principal, model and day."""
    found = data["replay"]
    return CSV_NAMES, csv_rows(found) if found else []


page = Page(
    title="Replay",
    about="What other policies would have made of every call that CloudTrail recorded: who would be denied, "
    "who would be let in, and what is not known.",
    order=76,
    icon="M3 8a5 5 0 1 1 1.6 3.7M3 4.5V8h3.5M8 5.5V8l2 1.5",
    data=of_replay,
    told=("faults", "replay", "findings"),
    rows=rows,
    filtered=False,
    asks=True,
    fields=FIELDS,
)
