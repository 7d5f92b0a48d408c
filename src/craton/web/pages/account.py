"""One account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.core.errors import UserError
from craton.core.quoting import ticked
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
    known = accounts(visit.present)
    for entry in known:
        if entry.id == wanted:
            return {"title": entry.name or entry.id, "account": entry}
    hint = "the page Accounts lists those that are known"
    if not known:
        hint = (
            "bring records in with `craton ingest`, or serve with `--manifest craton.yaml`, which lists some"
        )
    message = f"account {ticked(wanted)} is not known: no record names it, and no manifest lists it"
    raise UserError(message, hint=hint)


page = Page(
    title="Account",
    about="What this account uses, who calls from it, and what of it is logged.",
    path="/accounts/{account_id}",
    pins={"account": "account_id"},
    data=of_account,
)
