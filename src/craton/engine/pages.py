"""What pages show beside their panels: how far the data can be trusted, what to filter by, whose accounts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.filters import DIMENSIONS, NONE, Days
from craton.core.organization import up_from
from craton.engine.narrowing import narrowed

if TYPE_CHECKING:
    from craton.core.filters import Filters
    from craton.engine.board import Present

_PRICED: Final = "SELECT sum(calls - errors - unpriced_calls), sum(calls - errors) FROM usage_daily"
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

    `data_up_to` is the time of the newest record by source, in naive UTC; `priced` are the calls that have a
    price among the successful ones; `covered` are the calls that the invocation log has among those that
    CloudTrail saw.
    """

    version: int
    days: Days
    data_up_to: Mapping[str, dt.datetime]
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
    return Standing(
        version=present.version,
        days=filters.days(present.today),
        data_up_to=present.snapshot.freshness,
        priced=_share(present, _PRICED, "usage_daily", filters),
        covered=_share(present, _COVERED, "coverage", filters),
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


def _share(present: Present, sql: str, relation: str, filters: Filters) -> Share:
    asked = narrowed(sql, (relation,), present.columns, filters, filters.days(present.today))
    part, whole = present.query(asked.sql, asked.parameters).rows[0]
    return Share(int(part or 0), int(whole or 0), asked.not_filtered_by)
