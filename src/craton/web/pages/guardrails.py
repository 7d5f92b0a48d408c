"""Guardrails."""

from __future__ import annotations

from craton.web.page import Page

page = Page(
    title="Guardrails",
    about="What guardrails found and did, and which calls have none.",
    order=60,
    icon="M8 1.5 13.5 3.5v4c0 3.5-2.3 5.8-5.5 7-3.2-1.2-5.5-3.5-5.5-7v-4zM5.5 8l2 2 3.5-3.5",
)
