"""One account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.core.errors import UserError
from craton.engine.pages import accounts
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def of_account(visit: Visit) -> Mapping[str, Any]:
    """What is known of the account.

    Raises: UserError where neither the manifest nor a record names it.
    """
    wanted = visit.parts["account_id"]
    for entry in accounts(visit.present):
        if entry.id == wanted:
            return {"title": entry.name or entry.id, "account": entry}
    raise UserError("there is no such account", hint="the page Accounts lists those that are known")


page = Page(
    title="Account",
    about="What this account uses, who calls from it, and what of it is logged.",
    path="/accounts/{account_id}",
    pins={"account": "account_id"},
    data=of_account,
)
