"""Where each page is opened in tests: those whose path has parts, by an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.web.deployments import PLAN
from tests.web.records import RESEARCH

if TYPE_CHECKING:
    from craton.web.page import Page

EXAMPLES: Final = {
    "account": f"/accounts/{RESEARCH}",
    "allowed": f"/accounts/{RESEARCH}/allowed",
    "event": "/events/e0000000-0000-4000-8000-000000000000",
    "onboarding": f"/accounts/{RESEARCH}/onboarding",
    "panel": "/panels/usage.calls_by_model",
    "plan": f"/plans/{PLAN.digest[:16]}",
    "policy": "/policies/approved_regions",
    "table": "/tables/usage_daily",
}


def has_example(page: Page) -> bool:
    """Whether a path is known at which the page is found."""
    return "{" not in EXAMPLES.get(page.name, page.path)


def path_of(page: Page) -> str:
    """A path at which the page is found.

    Raises: LookupError where a page with parts in its path has no example yet.
    """
    if not has_example(page):
        raise LookupError(f"`{page.name}` needs an example of its path")
    return EXAMPLES.get(page.name, page.path)
