"""Cost."""

from __future__ import annotations

from craton.web.page import Page

page = Page(
    title="Cost",
    about="What it is estimated to cost, and who pays: tokens times the price in force at each call.",
    order=30,
    icon="M8 1.5v13M11 4.5H6.5a2 2 0 0 0 0 4h3a2 2 0 0 1 0 4H5",
)
