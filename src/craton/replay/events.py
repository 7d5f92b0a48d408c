"""Single events of the lake."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.replay.calls import CALLS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.lake.session import Session

_NEAR: Final = 8
"""How many letters of an event's id may be wrong for another to be meant."""


class RecordedEvent(Struct, frozen=True, kw_only=True):
    """What the record says of the call. Times are naive UTC."""

    event_id: str
    event_time: dt.datetime
    account_id: str
    region: str | None
    event_source: str
    event_name: str
    principal_arn: str | None
    model_id: str | None
    error_code: str | None
    error_message: str | None


def recorded_event(session: Session, event_id: str) -> RecordedEvent | None:
    """The event of that id, or None."""
    columns = ", ".join(RecordedEvent.__struct_fields__)
    found = session.query(
        f"SELECT {columns} FROM api_event WHERE event_id = $id ORDER BY event_time LIMIT 1", {"id": event_id}
    )
    return RecordedEvent(**dict(zip(found.names, found.rows[0], strict=True))) if found.rows else None


def nearest_event(session: Session, event_id: str) -> str | None:
    """The id of an event that was probably meant, or None."""
    found = session.query(
        "SELECT event_id FROM api_event WHERE levenshtein(event_id, $id) <= $near "
        "ORDER BY levenshtein(event_id, $id), event_id LIMIT 1",
        {"id": event_id, "near": _NEAR},
    ).rows
    return str(found[0][0]) if found else None


def call_of(session: Session) -> Mapping[str, Any] | None:
    """The one call of the relation of calls, by column; None where the event is no call."""
    found = session.query(f"SELECT * FROM {CALLS}")
    return dict(zip(found.names, found.rows[0], strict=True)) if found.rows else None
