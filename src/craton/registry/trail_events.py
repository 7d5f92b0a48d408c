"""The data events that CloudTrail has of Bedrock, as `content/reference/trail_*.csv` hold them; prices."""

from __future__ import annotations

import csv
import functools
from decimal import Decimal
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from craton.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping


class DataEventType(Struct, frozen=True, kw_only=True):
    """The type of resource by which advanced event selectors choose data events, and what these tell of."""

    family: str
    resource_type: str
    calls: str


@functools.cache
def data_event_types() -> tuple[DataEventType, ...]:
    """Every type, by family and name. Raises: DataError where the file is damaged."""
    try:
        found = [
            DataEventType(family=row["family"], resource_type=row["resource_type"], calls=row["calls"])
            for row in _rows("trail_data_events.csv")
        ]
    except KeyError as error:
        raise DataError(f"`trail_data_events.csv` lacks the column {error}") from error
    return tuple(sorted(found, key=lambda one: (one.family, one.resource_type)))


@functools.cache
def trail_prices() -> Mapping[str, Decimal]:
    """What events cost by their kind, `data` or `management`. Units: USD per 100,000 events."""
    rows = _rows("trail_prices.csv")
    return MappingProxyType({row["events"]: Decimal(row["usd_per_100000"]) for row in rows})


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files("craton") / "content" / "reference" / name
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))
