"""What AWS limits, as `content/reference/quotas.csv` holds it: where AWS changes a limit, a line changes."""

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

QuotaStanding = Literal["within", "warn", "over"]


class Quota(Struct, frozen=True, kw_only=True):
    """One limit. Above `warn_above` something still fits, but not by every page or in every tool.

    `adjustable_to` is what AWS raises it to on request, None where it does not.
    Units: `unit`.
    """

    name: str
    limit: int
    warn_above: int | None
    unit: str
    adjustable_to: int | None
    meaning: str
    source: str
    retrieved: date

    def standing(self, amount: int) -> QuotaStanding:
        """How an amount stands to the limit."""
        if amount > self.limit:
            return "over"
        return "warn" if self.warn_above is not None and amount > self.warn_above else "within"


def quota(name: str) -> Quota:
    """The limit of that name. Raises: KeyError where there is none, DataError where the file is damaged."""
    return quotas()[name]


@functools.cache
def quotas() -> Mapping[str, Quota]:
    """Every limit by name.

    Raises: DataError where the file is damaged.
    """
    file = resources.files("craton") / "content" / "reference" / "quotas.csv"
    try:
        found = [
            Quota(
                name=row["quota"],
                limit=int(row["limit"]),
                warn_above=int(row["warn_above"]) if row["warn_above"] else None,
                unit=row["unit"],
                adjustable_to=int(row["adjustable_to"]) if row["adjustable_to"] else None,
                meaning=row["meaning"],
                source=row["source"],
                retrieved=date.fromisoformat(row["retrieved"]),
            )
            for row in csv.DictReader(file.read_text("utf-8").splitlines())
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"`{file.name}` is no table of quotas: {error}") from error
    return MappingProxyType({one.name: one for one in found})
