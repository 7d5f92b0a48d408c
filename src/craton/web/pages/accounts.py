"""Accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.pages import accounts
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def silent(visit: Visit) -> Mapping[str, Any]:
    """Accounts of the manifest that the lake has no record of at all."""
    return {"silent": [entry for entry in accounts(visit.present) if not entry.seen]}


page = Page(
    title="Accounts",
    about="Every account: what it uses, and whether its calls are logged.",
    order=70,
    icon="M8 1.5 14.5 5 8 8.5 1.5 5zM1.5 8 8 11.5 14.5 8M1.5 11 8 14.5 14.5 11",
    data=silent,
)
