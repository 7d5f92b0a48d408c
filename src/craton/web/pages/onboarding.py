"""How far one account is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.errors import UserError
from craton.engine.deployment_log import DeploymentLog
from craton.engine.pages import accounts
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.planner.onboarding import State
    from craton.web.page import CsvRows, Visit

STATES: Final[Mapping[State, str]] = {
    "done": "done",
    "waiting": "waiting",
    "failed": "failed",
    "unknown": "unknown",
    "not_needed": "not needed",
}


def of_onboarding(visit: Visit) -> Mapping[str, Any]:
    """The checklist of the account, as somebody saw it last.

    Raises: UserError where neither the manifest nor a record names the account.
    """
    wanted = visit.parts["account_id"]
    entry = next((one for one in accounts(visit.present) if one.id == wanted), None)
    log = DeploymentLog(visit.present.root)
    record = log.checklist_of(wanted) if wanted.isdecimal() else None
    if entry is None and record is None and not log.damaged:
        raise UserError("there is no such account", hint="the page Accounts lists those that are known")
    name = (record.name if record else None) or (entry.name if entry else None) or wanted
    return {
        "title": f"{name}: checklist",
        "name": name,
        "account": wanted,
        "checklist": record,
        "status": entry.status if entry else None,
        "steps": record.steps if record else (),
        "words": STATES,
        "damaged": log.damaged,
    }


def rows(data: Mapping[str, Any]) -> CsvRows:
    """A row for each step."""
    names = ("title", "state", "detail", "since")
    return names, [tuple(getattr(one, name) for name in names) for one in data["steps"]]


page = Page(
    title="Checklist",
    about="How far this account is on its way into its environment: each step, and since when.",
    path="/accounts/{account_id}/onboarding",
    data=of_onboarding,
    told=("account", "name", "status", "checklist", "damaged"),
    rows=rows,
    filtered=False,
    tells_of_deployments=True,
)
