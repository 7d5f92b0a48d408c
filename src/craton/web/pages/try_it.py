"""Try it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.pages import account_names
from craton.engine.policy_catalog import policy_catalog
from craton.engine.trying import FIELDS, tried
from craton.engine.trying_choices import trying_choices
from craton.views.call_lanes import lanes
from craton.web.page import Page, with_query
from craton.web.policy_words import finding_json, policy_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.engine.trying import TriedCall
    from craton.web.page import Visit

LONGEST_ADDRESS = 6_000
"""So long may the address of an answer become; a longer candidate is left out of it. Units: characters."""


def of_call(visit: Visit) -> Mapping[str, Any]:
    """The form as it stands, and what becomes of the call; the first example where nothing was said."""
    offered = trying_choices(visit.present)
    said = {name: value for name, value in visit.said().items() if name in FIELDS}
    # A link that names a policy or an account alone is completed by the first example.
    is_whole = any(said.get(name) for name in ("model_id", "region", "principal", "candidate"))
    shown = offered.examples[0] if offered.examples and not is_whole else None
    found = tried(visit.present, {**dict(shown.fields), **said} if shown else said, visit.now)
    if not said and shown is None:
        found = type(found)(said=found.said, faults={})
    names = account_names(visit.present)
    return {
        "offered": offered,
        "tried": found,
        "example": shown,
        "examples": [(one.title, with_query(visit.path, list(one.fields))) for one in offered.examples],
        "lanes": lanes(found.report.legs, names) if found.report else None,
        "names": names,
        "pages": policy_pages(policy_catalog(visit.present)),
        "address": _address(visit, found),
        "asked": dict(found.said),
        "faults": {name or "call": [one.message, one.hint] for name, one in found.faults.items()},
        "report": found.report,
        "without": found.without,
        "findings": [finding_json(one) for one in found.findings],
    }


def _address(visit: Visit, found: TriedCall) -> str | None:
    """Where this answer is found again, as far as it fits into an address."""
    pairs = [(name, value) for name, value in found.said.items() if value]
    whole = with_query(visit.path, pairs)
    return whole if len(whole) <= LONGEST_ADDRESS else None


page = Page(
    title="Try it",
    about="One call of Bedrock, decided authorisation by authorisation and level by level, "
    "before anybody makes it.",
    order=74,
    icon="M2 8h3M11 8h3M5 8a3 3 0 0 1 6 0 3 3 0 0 1-6 0zM8 2v1.5M8 12.5V14",
    data=of_call,
    told=("asked", "faults", "report", "without", "findings"),
    filtered=False,
    asks=True,
    fields=FIELDS,
)
