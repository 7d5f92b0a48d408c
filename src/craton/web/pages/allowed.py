"""What may be used in one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.core.errors import UserError
from craton.engine.allowances import allowances
from craton.engine.answers import Answers
from craton.engine.pages import account_names
from craton.engine.sample_call import sample_call
from craton.web.allowance_rows import allowed_rows
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.engine.allowances import Allowances
    from craton.engine.board import Present
    from craton.engine.sample_call import SampleCall
    from craton.web.page import CsvRows, Visit


def of_account(visit: Visit) -> Mapping[str, Any]:
    """Every known way to a model from the account.

    Raises: UserError where there is no manifest, or it has no such account.
    """
    found = _found(visit.present, visit)
    names = account_names(visit.present)
    return {
        "title": f"What may be used in {names.get(found.account, found.name)}",
        "allowed": found,
        "sample": _sample(visit, found),
        "table": allowed_rows(found.ways),
    }


def _found(present: Present, visit: Visit) -> Allowances:
    manifest, path = present.manifest, present.manifest_path
    account = visit.parts["account_id"]
    if manifest is None or path is None:
        hint = "serve with `--manifest craton.yaml`, which says which policies are in force"
        raise UserError("what may be used is not known without a manifest", hint=hint)
    if account not in manifest.accounts_by_id():
        hint = "the page Policies lists the accounts of the manifest"
        raise UserError("the manifest has no such account", hint=hint)
    return present.once(_kept).of(account, lambda: allowances(manifest, path, account, now=visit.now))


def _sample(visit: Visit, found: Allowances) -> SampleCall | None:
    manifest = visit.present.manifest
    return sample_call(manifest, found, today=visit.now.date()) if manifest is not None else None


def _kept(_: Present) -> Answers[Allowances]:
    return Answers(lambda found: len(found.ways))


def rows(data: Mapping[str, Any]) -> CsvRows:
    """A row for each way to a model, with its answers and why they are not a plain yes."""
    cells = ("whole", "stream", "batch", "mantle")
    names = ("model", "approved", "route", "through", "region", *cells, "reasons")
    return names, [
        (
            *(way.model, way.approved, way.route, way.through, way.region),
            *(getattr(way, cell).answer for cell in cells),
            "; ".join(dict.fromkeys(reason for cell in cells if (reason := getattr(way, cell).reason))),
        )
        for way in data["allowed"].ways
    ]


page = Page(
    title="What may be used",
    about="Which models may be called from here, from which Regions and through what, by a role whose own "
    "policies allow it, code to begin with, and the statement behind each no.",
    path="/accounts/{account_id}/allowed",
    data=of_account,
    told=("allowed", "sample"),
    rows=rows,
    filtered=False,
)
