"""How foundation models end, as `content/reference/model_lifecycle.csv` holds it."""

from __future__ import annotations

import csv
import functools
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from craton.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

ModelState = Literal["active", "legacy", "end_of_life"]


class ModelLifecycle(Struct, frozen=True, kw_only=True):
    """The days of one model's end; a day that its source does not tell is None.

    From `extended_access_from` on, only active users reach the model, at a price that its provider sets.
    Source: docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html, retrieved 2026-11-26.
    """

    model: str
    legacy_from: date | None
    extended_access_from: date | None
    end_of_life: date
    source: str
    checked: date

    def state_on(self, day: date) -> ModelState:
        """The state of the model on a day; `active` also where only its end is known and still to come."""
        if day >= self.end_of_life:
            return "end_of_life"
        return "legacy" if self.legacy_from is not None and day >= self.legacy_from else "active"


@functools.cache
def model_lifecycles() -> Mapping[str, ModelLifecycle]:
    """The lifecycle of every model whose end is known, by base id.

    Raises: DataError where the file is damaged.
    """
    file = resources.files("craton") / "content" / "reference" / "model_lifecycle.csv"
    try:
        found = [
            ModelLifecycle(
                model=row["model"],
                legacy_from=_day(row["legacy_from"]),
                extended_access_from=_day(row["extended_access_from"]),
                end_of_life=date.fromisoformat(row["end_of_life"]),
                source=row["source"],
                checked=date.fromisoformat(row["checked"]),
            )
            for row in csv.DictReader(file.read_text("utf-8").splitlines())
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"`{file.name}` is no table of lifecycles: {error}") from error
    return MappingProxyType({one.model: one for one in found})


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
