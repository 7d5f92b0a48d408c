"""Usage."""

from __future__ import annotations

from craton.web.page import Page

page = Page(
    title="Usage",
    about="What is called, how much, when and where.",
    order=20,
    icon="M2 14h12M4 11V7M8 11V3M12 11V5",
)
