"""Overview."""

from __future__ import annotations

from craton.web.page import Page

page = Page(
    title="Overview",
    about="The organization at a glance: what Bedrock costs, who calls it, and what nobody logs.",
    path="/",
    order=10,
    icon="M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z",
)
