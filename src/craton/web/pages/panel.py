"""One panel alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.web.cards import card
from craton.web.page import Page, discovered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def of_panel(visit: Visit) -> Mapping[str, Any]:
    """The panel as a card, with its query.

    Raises: UserError where there is none.
    """
    found = card(visit, visit.parts["panel_id"], alone=True)
    header = found.figure.panel.header
    home = next((page for page in discovered() if page.name == header.page and not page.pins), None)
    return {"title": header.title, "card": found, "home": home, "sql": found.figure.panel.sql}


page = Page(
    title="Panel",
    about="One panel.",
    path="/panels/{panel_id}",
    data=of_panel,
    told=("sql",),
)
