"""What must hold of Craton's own marts and panels beyond what each file proves of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from craton.codec.content_file import PAGES
from craton.registry.content import Content
from craton.registry.portable_sql import parse_query
from craton.registry.tables import tables

if TYPE_CHECKING:
    from craton.registry.content import Mart, Panel

CONTENT = Content.load()
MARTS = [pytest.param(mart, id=mart.id) for mart in CONTENT.marts.values()]
PANELS = [pytest.param(panel, id=panel.id) for panel in CONTENT.panels.values()]
RAW = {"invocation", "api_event", "metric"}


@pytest.mark.parametrize("panel", PANELS)
def test_panels_read_rollups_and_never_raw_rows(panel: Panel) -> None:
    assert not RAW & set(panel.reads)


@pytest.mark.parametrize("mart", MARTS)
def test_every_column_of_a_mart_is_explained(mart: Mart) -> None:
    query, _ = parse_query(mart)
    assert query is not None
    known = {"day"} | set(mart.header.columns)
    for name in mart.reads:
        if name in tables():
            known |= {column.name for column in tables()[name].columns}
        elif name in CONTENT.marts:
            known |= set(CONTENT.marts[name].header.columns)
            upstream = CONTENT.upstream(mart)
            known |= {c.name for m in upstream for t in m.reads if t in tables() for c in tables()[t].columns}
    assert set(query.outputs) <= known


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_can_be_filtered_by_account_and_environment(mart: Mart) -> None:
    query, _ = parse_query(mart)
    assert query is not None
    assert {"day", "account_id", "environment", "organizational_unit"} <= set(query.outputs)


@pytest.mark.parametrize("page", PAGES)
def test_no_two_panels_of_a_page_share_a_place(page: str) -> None:
    orders = [panel.header.order for panel in CONTENT.panels.values() if panel.header.page == page]
    assert orders
    assert len(orders) == len(set(orders))


@pytest.mark.parametrize("page", PAGES)
def test_no_two_panels_of_a_page_share_a_title(page: str) -> None:
    titles = [panel.header.title for panel in CONTENT.panels.values() if panel.header.page == page]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("panel", PANELS)
def test_a_measured_column_has_a_unit_unless_it_is_a_time(panel: Panel) -> None:
    if panel.header.y is not None and panel.id != "account.last_call":
        assert panel.header.unit_of(panel.header.y) is not None


def test_every_mart_is_read_by_a_panel_or_a_mart() -> None:
    read = {name for file in CONTENT.files() for name in file.reads}
    assert set(CONTENT.marts) - read == set()


def test_nothing_shipped_holds_what_must_never_be_shown() -> None:
    for file in CONTENT.files():
        assert "input_text" not in file.sql
        assert "output_text" not in file.sql
