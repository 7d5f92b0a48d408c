"""Models in use that AWS is retiring: those in their legacy state, and those past their end of life."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.engine.narrowing import narrowed
from craton.registry.lifecycle import ModelState, model_lifecycles

if TYPE_CHECKING:
    from craton.core.filters import Filters
    from craton.engine.board import Present

_CALLED: Final = """
SELECT model_base, sum(calls), sum(errors), count(DISTINCT account_id), max(last_event_time)
FROM usage_daily
WHERE model_base IS NOT NULL
GROUP BY model_base
"""


class EndingModel(Struct, frozen=True):
    """A model that was called and that AWS is retiring; `last_call` is in naive UTC."""

    model: str
    state: ModelState
    legacy_from: date | None
    end_of_life: date
    calls: int
    failed_calls: int
    accounts: int
    last_call: datetime


def ending_models(present: Present, filters: Filters) -> tuple[EndingModel, ...]:
    """The models called under these filters that are no longer active where the data ends, by their end."""
    asked = narrowed(_CALLED, ("usage_daily",), present.columns, filters, filters.days(present.today))
    known = model_lifecycles()
    found = [
        EndingModel(
            model=model,
            state=known[model].state_on(present.today),
            legacy_from=known[model].legacy_from,
            end_of_life=known[model].end_of_life,
            calls=int(calls),
            failed_calls=int(errors),
            accounts=accounts,
            last_call=last_call,
        )
        for model, calls, errors, accounts, last_call in present.query(asked.sql, asked.parameters).rows
        if model in known and known[model].state_on(present.today) != "active"
    ]
    return tuple(sorted(found, key=lambda one: (one.end_of_life, one.model)))
