"""One recorded event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.pages import account_names
from craton.engine.policy_catalog import policy_catalog
from craton.engine.recorded_calls import explained_event
from craton.views.call_lanes import lanes
from craton.web.page import Page
from craton.web.policy_words import policy_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def of_event(visit: Visit) -> Mapping[str, Any]:
    """Why the call of the event came out as it did.

    Raises: UserError where there is no manifest or no such event.
    """
    found = explained_event(visit.present, visit.parts["event_id"])
    names = account_names(visit.present)
    return {
        "title": f"{found.event.event_name} in {names.get(found.event.account_id, found.event.account_id)}",
        "explained": found,
        "lanes": lanes(found.legs, names),
        "names": names,
        "pages": policy_pages(policy_catalog(visit.present)),
    }


page = Page(
    title="Event",
    about="Why one recorded call came out as it did: by what AWS said, and by the policies of today.",
    path="/events/{event_id}",
    data=of_event,
    told=("explained",),
    filtered=False,
)
