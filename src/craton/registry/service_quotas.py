"""Quotas that the service Service Quotas tells, by its codes: `content/reference/service_quotas.csv`."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib import resources

from msgspec import Struct

from craton.core.errors import DataError


class ServiceQuota(Struct, frozen=True, kw_only=True):
    """A quota as AWS sets it for every account; `elsewhere` are the values of Regions that differ."""

    service: str
    code: str
    name: str
    value: float
    elsewhere: Mapping[str, float]
    adjustable: bool

    def value_in(self, region: str) -> float:
        """The value in a Region."""
        return self.elsewhere.get(region, self.value)


@functools.cache
def service_quotas() -> tuple[ServiceQuota, ...]:
    """Every quota, in the order of the file.

    Raises: DataError where the file is damaged.
    """
    file = resources.files("craton") / "content" / "reference" / "service_quotas.csv"
    try:
        return tuple(
            ServiceQuota(
                service=row["service"],
                code=row["code"],
                name=row["name"],
                value=float(row["value"]),
                elsewhere=_by_region(row["elsewhere"]),
                adjustable=row["adjustable"] == "yes",
            )
            for row in csv.DictReader(file.read_text("utf-8").splitlines())
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"`{file.name}` is no table of service quotas: {error}") from error


def _by_region(told: str) -> dict[str, float]:
    pairs = (one.partition("=") for one in told.split("|") if one)
    return {region: float(value) for region, _, value in pairs}
