"""Which models the ids and patterns of an environment stand for, and what their answers cost."""

from __future__ import annotations

import functools
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from craton.registry.inference import inference_profiles
from craton.registry.lifecycle import model_lifecycles
from craton.registry.prices import price_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from craton.core.model_reference import GeoScope

_SCOPES: Final[tuple[GeoScope, ...]] = ("in_region", "geo", "global")


@functools.cache
def known_models() -> frozenset[str]:
    """The base ids of all models that have a price or a profile."""
    return price_table().models | {profile.model for profile in inference_profiles().values()}


def is_approved(model: str, approved: Sequence[str]) -> bool:
    """Whether an id or pattern of the list stands for the model."""
    return any(fnmatchcase(model, one) for one in approved)


def is_pattern(approved: str) -> bool:
    """Whether it stands for more than the model of that id."""
    return "*" in approved or "?" in approved


def current_models(approved: Sequence[str], day: date) -> tuple[str, ...]:
    """The known models that are approved and have not ended, in the order of the list."""
    found = [
        model
        for one in approved
        for model in ([one] if not is_pattern(one) else sorted(known_models()))
        if is_approved(model, (one,)) and not has_ended(model, day)
    ]
    return tuple(dict.fromkeys(found))


def has_ended(model: str, day: date) -> bool:
    """Whether the model is known to be past its end of life."""
    lifecycle = model_lifecycles().get(model)
    return lifecycle is not None and lifecycle.state_on(day) == "end_of_life"


def price_of_answers(model: str, region: str, day: date) -> int | None:
    """What a token of output costs in a Region at the least; None of models that do not answer in text.

    Units: picodollars.
    """
    table = price_table()
    found = [
        band.output
        for scope in _SCOPES
        if (rates := table.rates(model, scope, region, "standard", day)) is not None
        for band in rates.bands[:1]
        if band.output is not None
    ]
    return min(found, default=None)


def newest_of_families(models: Iterable[str]) -> tuple[str, ...]:
    """Of models that differ in numbers alone, the one with the highest version; in the order of ids."""
    newest: dict[str, tuple[tuple[int, ...], str]] = {}
    for model in models:
        family, version = _family(model)
        newest[family] = max(newest.get(family, ((), "")), (version, model))
    return tuple(sorted(model for _, model in newest.values()))


def first_model(approved: Sequence[str], routed: Mapping[str, bool], region: str, day: date) -> str | None:
    """The model to begin with, of those that can be called; None where none of them answers in text.

    It is of the first approval that has one: of models that a profile routes before others, and of the
    newest the cheapest. `routed` says of each model that can be called whether a profile routes it.
    """
    for one in approved:
        prices = {
            model: price
            for model in current_models((one,), day)
            if model in routed and (price := price_of_answers(model, region, day)) is not None
        }
        newest = newest_of_families([model for model in prices if routed[model]] or prices)
        if newest:
            return min(newest, key=lambda model: (prices[model], model))
    return None


def _family(model: str) -> tuple[str, tuple[int, ...]]:
    """The model's name without its numbers, and those of its version."""
    plain = re.sub(r"(-\d{8})?(-v\d+)?(:\d+)?$", "", model)
    version = tuple(
        int(one) for one in re.findall(r"(?<![a-z\d])\d{1,2}(?![\da-z])|(?<=[a-z])\d(?!\d)", plain)
    )
    return re.sub(r"[-\d.]+", "-", plain).strip("-"), version
