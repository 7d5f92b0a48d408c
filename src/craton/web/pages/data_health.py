"""Data health."""

from __future__ import annotations

from craton.web.page import Page

page = Page(
    title="Data health",
    about="What was read, what could not be, and what the figures leave out.",
    order=80,
    icon="M1.5 8.5h3l2-5.5 3 10 2-4.5h3",
)
