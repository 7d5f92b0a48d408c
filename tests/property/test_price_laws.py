"""Laws of estimates that hold for any table and any usage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from craton.core.price import (
    LOGGED_METERS,
    Band,
    LoggedMeter,
    Price,
    PriceOverride,
    PriceTable,
    Rates,
    Usage,
    estimate,
)

if TYPE_CHECKING:
    from random import Random

MODEL = "a.model"
DAY = date(2026, 9, 1)
RATE = st.integers(min_value=0, max_value=10**9)
COUNT = st.integers(min_value=0, max_value=10**7)

flat_bands = st.builds(Band, st.just(0), RATE, RATE, RATE, RATE, RATE, RATE)
usages = st.builds(
    Usage,
    input_tokens=COUNT,
    output_tokens=COUNT,
    cache_read_input_tokens=COUNT,
    cache_creation_input_tokens=COUNT,
    cache_creation_1h_input_tokens=st.just(0),
    output_images=COUNT,
)


@st.composite
def rising_rates(draw: st.DrawFn) -> Rates:
    """Rates whose later bands are never cheaper, as those of every source."""
    limits = sorted(draw(st.sets(st.integers(1, 10**7), max_size=3)))
    band = draw(flat_bands)
    bands = [band]
    for limit in limits:
        rates = [rate + draw(RATE) for rate in msgspec.structs.astuple(bands[-1])[1:]]
        bands.append(Band(limit, *rates))
    return Rates(bands=tuple(bands))


def plus(left: Usage, right: Usage) -> Usage:
    pairs = zip(msgspec.structs.astuple(left), msgspec.structs.astuple(right), strict=True)
    return Usage(**dict(zip(Usage.__struct_fields__, (a + b for a, b in pairs), strict=True)))


def cost(rates: Rates, usage: Usage) -> Decimal:
    found = estimate(rates, usage).cost
    assert found is not None
    return found


@given(flat_bands, usages, usages)
def test_within_a_band_two_calls_cost_what_their_sum_costs(band: Band, one: Usage, other: Usage) -> None:
    rates = Rates(bands=(band,))
    assert cost(rates, one) + cost(rates, other) == cost(rates, plus(one, other))


@given(rising_rates(), usages, usages)
def test_more_of_anything_never_costs_less(rates: Rates, usage: Usage, more: Usage) -> None:
    assert cost(rates, plus(usage, more)) >= cost(rates, usage)


@given(rising_rates(), usages)
def test_a_cost_fits_the_column_of_the_table(rates: Rates, usage: Usage) -> None:
    digits = cost(rates, usage).as_tuple()
    assert digits.exponent == -12
    assert len(digits.digits) <= 38


@given(
    st.dictionaries(
        st.sampled_from(LOGGED_METERS), st.integers(0, 10**7).map(lambda n: n * 10_000), min_size=1
    ),
    st.integers(0, 10_000),
    usages,
)
def test_a_discount_is_exact(rates: dict[LoggedMeter, int], hundredths: int, usage: Usage) -> None:
    prices = [Price(MODEL, "in_region", "*", "standard", m, 0, rate, DAY) for m, rate in rates.items()]
    percent = Decimal(hundredths) / 100
    deal = PriceOverride(model=MODEL, valid_from=DAY, discount_percent=percent)
    listed = estimate(PriceTable(prices).rates(MODEL, "in_region", None, None, DAY), usage).cost
    paid = estimate(PriceTable(prices, [deal]).rates(MODEL, "in_region", None, None, DAY), usage).cost
    assert paid == (None if listed is None else listed * (1 - percent / 100))


@st.composite
def tables(draw: st.DrawFn) -> list[Price]:
    """Prices as a source could state them: each thing once, over scopes, places, tiers, bands and days."""
    starts = st.one_of(st.none(), st.dates(date(2026, 8, 1), date(2026, 10, 1)))
    things = draw(
        st.sets(
            st.tuples(
                st.sampled_from(("in_region", "geo", "global")),
                st.sampled_from(("*", "us", "us-east-1")),
                st.sampled_from(("standard", "flex")),
                st.sampled_from(LOGGED_METERS),
                st.sampled_from((0, 200_000)),
                starts,
            ),
            max_size=12,
        )
    )
    ordered = sorted(things, key=repr)
    return [
        Price(
            MODEL, scope, place, tier, meter, over, draw(RATE), draw(st.dates(date(2026, 8, 1), DAY)), start
        )
        for scope, place, tier, meter, over, start in ordered
    ]


overrides = st.lists(
    st.builds(
        PriceOverride,
        model=st.sampled_from((MODEL, "a.*", "*")),
        valid_from=st.dates(date(2026, 8, 1), date(2026, 10, 1)),
        region=st.sampled_from((None, "us-east-1")),
        discount_percent=st.integers(0, 100).map(Decimal),
    ),
    max_size=4,
)


@given(tables(), overrides, st.randoms(use_true_random=False), st.sampled_from((None, "flex", "default")))
def test_the_order_of_rows_is_irrelevant(
    prices: list[Price], deals: list[PriceOverride], random: Random, tier: str | None
) -> None:
    shuffled, reshuffled = list(prices), list(deals)
    random.shuffle(shuffled)
    random.shuffle(reshuffled)
    one, other = PriceTable(prices, deals), PriceTable(shuffled, reshuffled)
    for scope in ("in_region", "geo", "global"):
        kind = (MODEL, scope, "us-east-1", tier, DAY)
        assert one.rates(*kind) == other.rates(*kind)  # type: ignore[arg-type]


@given(tables())
def test_bands_ascend(prices: list[Price]) -> None:
    rates = PriceTable(prices).rates(MODEL, "in_region", "us-east-1", None, DAY)
    if rates is not None:
        assert all(low.over_input_tokens < high.over_input_tokens for low, high in pairwise(rates.bands))
