"""Which foundation models there are, and whether they still answer."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from craton.core.model_reference import parse
from craton.registry.inference import inference_profiles
from craton.registry.lifecycle import model_lifecycles
from craton.registry.prices import price_table

if TYPE_CHECKING:
    import datetime as dt

    from craton.registry.lifecycle import ModelState


@functools.cache
def foundation_models() -> tuple[str, ...]:
    """The ids of every model that AWS prices, routes to, or tells the end of.

    In which Regions a model can be called is not told by these sources.
    """
    known = {
        *price_table().models,
        *model_lifecycles(),
        *(one.model for one in inference_profiles().values()),
    }
    return tuple(sorted(one for one in known if parse(one).kind == "foundation_model"))


_NO_TEXT: Final = ("embed", "rerank", "stability.", "-sonic", "-canvas", "-reel", "titan-image")
"""In the ids of models that make no text: vectors, ranks, pictures, speech."""


def writes_text(model: str) -> bool:
    """Whether a model answers in text, as far as its id tells."""
    return not any(part in model for part in _NO_TEXT)


def state_of(model: str, day: dt.date) -> ModelState:
    """The state of a model on a day; one whose end nobody told is active."""
    told = model_lifecycles().get(model)
    return "active" if told is None else told.state_on(day)
