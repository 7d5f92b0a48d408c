"""Models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.model_ends import ending_models
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def ending(visit: Visit) -> Mapping[str, Any]:
    """The models in use that AWS is retiring."""
    return {"ending": ending_models(visit.present, visit.filters)}


page = Page(
    title="Models",
    about="How each model is used, how fast it answers, and how it fails.",
    order=40,
    icon="M8 1.5 14 5v6l-6 3.5L2 11V5zM2 5l6 3.5L14 5M8 8.5v6",
    data=ending,
)
