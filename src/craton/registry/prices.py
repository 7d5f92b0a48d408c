"""The price table and the ends of models, as `content/reference` holds them."""

from __future__ import annotations

import csv
import functools
from datetime import date
from decimal import Decimal
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from craton.core.errors import DataError
from craton.core.price import Price, PriceOverride, PriceTable, in_picodollars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.model_reference import GeoScope
    from craton.core.price import LoggedMeter, UnloggedMeter


def price_table(overrides: Iterable[PriceOverride] = ()) -> PriceTable:
    """The list prices of the package, and what the organization pays instead.

    Raises: DataError where the file of prices is damaged.
    """
    paid_instead = tuple(overrides)
    return PriceTable(_list_prices(), paid_instead) if paid_instead else _without_overrides()


@functools.cache
def _without_overrides() -> PriceTable:
    return PriceTable(_list_prices())


@functools.cache
def model_ends() -> Mapping[str, date]:
    """The day on which each model ends or ended, by base id; a model that is not there has no known end.

    Raises: DataError where the file is damaged.
    """
    return MappingProxyType(
        {row["model"]: date.fromisoformat(row["end_of_life"]) for row in _rows("model_lifecycle.csv")}
    )


@functools.cache
def _list_prices() -> tuple[Price, ...]:
    day = functools.cache(date.fromisoformat)
    rate = functools.cache(lambda text: in_picodollars(Decimal(text)))
    try:
        return tuple(
            Price(
                model=row["model"],
                geo_scope=cast("GeoScope", row["geo_scope"]),
                region=row["region"],
                tier=row["tier"],
                meter=cast("LoggedMeter | UnloggedMeter", row["meter"]),
                over_input_tokens=int(row["over_input_tokens"]),
                picodollars=rate(row["usd_per_million"]),
                seen_from=day(row["seen_from"]),
                valid_from=day(row["valid_from"]) if row["valid_from"] else None,
                valid_to=day(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in _rows("prices.csv")
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise DataError(f"`prices.csv` is no price table: {error}") from error


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (resources.files("craton") / "content" / "reference" / name).read_text("utf-8")
    return iter(csv.DictReader(text.splitlines()))
