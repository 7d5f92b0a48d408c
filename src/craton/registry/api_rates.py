"""How often AWS's API may be asked, as `content/reference/api_rates.csv` holds it.

Where AWS tells no rate, the file has one of our own, marked `assumed`: of a service, or of all of them.
"""

from __future__ import annotations

import csv
import functools
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

ANY: Final = "*"
"""Every service, or every operation of one."""


class ApiRate(Struct, frozen=True, kw_only=True):
    """So often some operations may be called together, by one account in one Region.

    Units: `per_second` calls over time, `burst` calls at once.
    """

    service: str
    operations: tuple[str, ...]
    per_second: float
    burst: int
    basis: Literal["documented", "assumed"]
    source: str
    retrieved: date


@functools.cache
def api_rate(service: str, operation: str) -> ApiRate:
    """The rate of an operation: its own, else that of its service, else that of all services.

    Raises: DataError where the file is damaged.
    """
    wanted = ((service, operation), (service, ANY), (ANY, ANY))
    rates = {(one.service, name): one for one in api_rates() for name in one.operations}
    return next(rates[key] for key in wanted if key in rates)


@functools.cache
def api_rates() -> tuple[ApiRate, ...]:
    """Every rate, in the order of the file.

    Raises: DataError where the file is damaged, or has no rate of all services.
    """
    file = resources.files("craton") / "content" / "reference" / "api_rates.csv"
    try:
        found = tuple(_read(file.read_text("utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"`{file.name}` is no table of rates: {error}") from error
    if not any(one.service == ANY for one in found):
        raise DataError(f"`{file.name}` has no rate of all services")
    return found


def _read(text: str) -> Iterator[ApiRate]:
    for row in csv.DictReader(text.splitlines()):
        basis = row["basis"]
        if basis not in ("documented", "assumed"):
            raise ValueError(f"`{basis}` is no basis")
        yield ApiRate(
            service=row["service"],
            operations=tuple(row["operations"].split()),
            per_second=float(row["per_second"]),
            burst=int(row["burst"]),
            basis="documented" if basis == "documented" else "assumed",
            source=row["source"],
            retrieved=date.fromisoformat(row["retrieved"]),
        )
