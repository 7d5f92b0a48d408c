"""What pages show beside their panels: how far the data can be trusted, what to filter by, whose accounts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.core.filters import DIMENSIONS, NONE, Days
from craton.core.organization import up_from
from craton.core.price import PRICE_STATUSES, PriceStatus
from craton.engine.narrowing import narrowed

if TYPE_CHECKING:
    from craton.core.filters import Filters
    from craton.engine.board import Present

_STATUSES: Final = (
    "SELECT price_status, sum(calls) FROM data_quality_daily WHERE NOT failed GROUP BY price_status"
)
_COVERED: Final = (
    "SELECT sum(calls_seen - calls_missing), sum(calls_seen) FROM coverage WHERE calls_seen IS NOT NULL"
)
_USED: Final = f"SELECT DISTINCT {', '.join(DIMENSIONS.values())} FROM usage_daily"  # noqa: S608 - own names
_PLACES: Final = """
WITH seen AS (
  SELECT account_id, environment, organizational_unit, day FROM usage_daily
  UNION ALL
  SELECT account_id, environment, organizational_unit, day FROM coverage
  UNION ALL
  SELECT account_id, environment, organizational_unit, day FROM api_daily
  UNION ALL
  SELECT account_id, environment, organizational_unit, day FROM metric_daily
)
SELECT account_id, environment, organizational_unit
FROM seen
GROUP BY account_id, environment, organizational_unit
ORDER BY
  organizational_unit IS NOT NULL,
  max(day),
  environment DESC NULLS FIRST,
  organizational_unit DESC NULLS FIRST
"""
"""The places of every account, the one that it was last known to be in last."""


class Share(Struct, frozen=True):
    """A part of a whole, and the active filters that it is not narrowed by."""

    part: int
    whole: int
    not_filtered_by: tuple[str, ...]

    @property
    def percent(self) -> float | None:
        """The share in percent; None where there is no whole, which is unknown and not 0."""
        return 100 * self.part / self.whole if self.whole else None


class Standing(Struct, frozen=True):
    """How far a page's figures can be trusted.

    `data_up_to` is the time of the newest record by source, in naive UTC; `price_status` counts successful
    calls by how sure their price is, where there are any, and `priced` are those that have one; `covered` are
    the calls that the invocation log has among those that CloudTrail saw.
    """

    version: int
    days: Days
    data_up_to: Mapping[str, dt.datetime]
    price_status: Mapping[PriceStatus, int]
    priced: Share
    covered: Share


class Choice(Struct, frozen=True, order=True):
    """A value that a dimension can be filtered by, and the name that people know it by."""

    value: str
    name: str = ""


class AccountEntry(Struct, frozen=True, order=True):
    """An account that the manifest names or that the lake has records of.

    What is None is not known; `seen` is whether the lake has records of it.
    """

    id: str
    name: str | None
    organizational_unit: str | None
    environment: str | None
    status: str | None
    seen: bool


def standing(present: Present, filters: Filters) -> Standing:
    """How far the figures under these filters can be trusted."""
    statuses, unfiltered = _asked(present, _STATUSES, "data_quality_daily", filters)
    calls: dict[PriceStatus, int] = {status: int(count) for status, count in statuses}
    counted = sum(calls.values())
    covered, not_covered_by = _asked(present, _COVERED, "coverage", filters)
    logged, seen = covered[0]
    return Standing(
        version=present.version,
        days=filters.days(present.today),
        data_up_to=present.snapshot.freshness,
        price_status={status: calls[status] for status in PRICE_STATUSES if status in calls},
        priced=Share(counted - calls.get("unpriced", 0), counted, unfiltered),
        covered=Share(int(logged or 0), int(seen or 0), not_covered_by),
    )


def accounts(present: Present) -> tuple[AccountEntry, ...]:
    """Every account that is known, those without any record included, by id."""
    return present.once(_accounts)


def account_names(present: Present) -> dict[str, str]:
    """The name that people know an account by, by id; with the id where two accounts share it."""
    return present.once(_account_names)


def choices(present: Present) -> dict[str, tuple[Choice, ...]]:
    """The values that each dimension can be filtered by, `NONE` last where rows have none.

    An organizational unit can be chosen for all that stand below it.
    """
    return present.once(_choices)


def _account_names(present: Present) -> dict[str, str]:
    named = {entry.id: entry.name for entry in accounts(present) if entry.name}
    times = Counter(named.values())
    return {key: name if times[name] == 1 else f"{name} {key}" for key, name in named.items()}


def _accounts(present: Present) -> tuple[AccountEntry, ...]:
    found = {
        account_id: AccountEntry(
            id=account_id,
            name=None,
            organizational_unit=unit,
            environment=environment,
            status=None,
            seen=True,
        )
        for account_id, environment, unit in present.query(_PLACES, {}).rows
    }
    manifest = present.manifest
    for account in manifest.organization.accounts if manifest else ():
        found[account.id] = AccountEntry(
            id=account.id,
            name=account.name,
            organizational_unit=account.ou,
            environment=manifest.environment_of(account.id, account.ou) if manifest else None,
            status=account.status,
            seen=account.id in found,
        )
    return tuple(sorted(found.values(), key=lambda entry: entry.id))


def _choices(present: Present) -> dict[str, tuple[Choice, ...]]:
    known = accounts(present)
    values: dict[str, set[str | None]] = {dimension: set() for dimension in DIMENSIONS}
    for row in present.query(_USED, {}).rows:
        for dimension, value in zip(DIMENSIONS, row, strict=True):
            values[dimension].add(value)
    for entry in known:
        values["account"].add(entry.id)
        values["environment"].add(entry.environment)
        values["ou"].add(entry.organizational_unit)
    values["ou"] |= {unit for path in values["ou"] if path for unit in up_from(path)}
    names = {entry.id: entry.name or "" for entry in known}
    return {
        dimension: (
            *sorted(Choice(value, names.get(value, "")) for value in found if value is not None),
            *([Choice(NONE)] if None in found else []),
        )
        for dimension, found in values.items()
    }


def _asked(
    present: Present, sql: str, relation: str, filters: Filters
) -> tuple[list[tuple[Any, ...]], tuple[str, ...]]:
    """The rows under the filters, and the active filters that they are not narrowed by."""
    asked = narrowed(sql, (relation,), present.columns, filters, filters.days(present.today))
    return present.query(asked.sql, asked.parameters).rows, asked.not_filtered_by
