"""Principals."""

from __future__ import annotations

from craton.web.page import Page

page = Page(
    title="Principals",
    about="Who calls: roles, people and keys.",
    order=50,
    icon="M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14a5.5 5.5 0 0 1 11 0",
)
