"""Models."""

from __future__ import annotations

from craton.web.page import Page

page = Page(
    title="Models",
    about="How each model is used, how fast it answers, and how it fails.",
    order=40,
    icon="M8 1.5 14 5v6l-6 3.5L2 11V5zM2 5l6 3.5L14 5M8 8.5v6",
)
