"""Refused calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.pages import account_names
from craton.engine.refused_calls import RefusedCall, refused_calls
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import CsvRows, Visit


def of_refused(visit: Visit) -> Mapping[str, Any]:
    """The latest calls that were refused."""
    return {
        "refused": refused_calls(visit.present, visit.filters),
        "names": account_names(visit.present),
    }


def rows(data: Mapping[str, Any]) -> CsvRows:
    """A row for each call."""
    calls = data["refused"].calls
    names = RefusedCall.__struct_fields__
    return names, [tuple(getattr(one, name) for name in names) for one in calls]


page = Page(
    title="Refused calls",
    about="Calls of Bedrock that IAM, an SCP or another policy refused, one by one: each leads to why.",
    path="/refused",
    data=of_refused,
    told=("refused",),
    rows=rows,
)
