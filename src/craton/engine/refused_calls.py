"""Calls of Bedrock that were refused, one by one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.engine.narrowing import narrowed

if TYPE_CHECKING:
    from craton.core.filters import Filters
    from craton.engine.board import Present

MOST: Final = 100
"""So many are listed, the latest first."""

_LATEST: Final = f"""
SELECT event_id, event_time, account_id, coalesce(person, role, principal_arn) AS principal, event_name,
  coalesce(model_base, model_id) AS model, error_code
FROM api_event
WHERE event_source LIKE 'bedrock%' AND error_code IN ('AccessDenied', 'AccessDeniedException')
ORDER BY event_time DESC, event_id
LIMIT {MOST + 1}
"""  # noqa: S608 - a number of our own


class RefusedCall(Struct, frozen=True):
    """One event. Times are naive UTC; what is None is not recorded."""

    event_id: str
    event_time: dt.datetime
    account_id: str
    principal: str | None
    event_name: str
    model: str | None
    error_code: str


class RefusedCalls(Struct, frozen=True):
    """The latest, and whether there are more; the filters that could not be followed."""

    calls: tuple[RefusedCall, ...]
    more: bool
    not_filtered_by: tuple[str, ...]


def refused_calls(present: Present, filters: Filters) -> RefusedCalls:
    """The latest refused calls under the filters."""
    asked = narrowed(_LATEST, ("api_event",), present.columns, filters, filters.days(present.today))
    found = present.query(asked.sql, asked.parameters)
    calls = tuple(RefusedCall(*row) for row in found.rows)
    return RefusedCalls(calls[:MOST], len(calls) > MOST, asked.not_filtered_by)
