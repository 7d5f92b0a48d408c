"""Tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.catalog import catalog
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def all_tables(visit: Visit) -> Mapping[str, Any]:
    """Every table and mart."""
    return {"tables": catalog(visit.present)}


page = Page(
    title="Tables",
    about="What the lake holds: each table and mart, what one row is, and what its columns mean. "
    "`craton sql` asks them anything.",
    order=90,
    icon="M2 3h12v10H2zM2 6.5h12M2 10h12M6.5 3v10",
    data=all_tables,
    filtered=False,
)
