from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from craton.core.errors import DataError
from craton.core.price import (
    Band,
    Estimate,
    LoggedMeter,
    Price,
    PriceOverride,
    PriceTable,
    Rates,
    UnloggedMeter,
    Usage,
    estimate,
    in_picodollars,
)
from craton.core.price_place import regional_places

MODEL = "anthropic.claude-sonnet-4-6"
SEEN = date(2026, 8, 1)
DAY = date(2026, 9, 1)


def price(usd_per_million: str, meter: LoggedMeter | UnloggedMeter = "input", **changes: Any) -> Price:
    given: dict[str, Any] = {
        "model": MODEL,
        "geo_scope": "in_region",
        "region": "*",
        "tier": "standard",
        "over_input_tokens": 0,
        "seen_from": SEEN,
    }
    return Price(**given | changes, meter=meter, picodollars=in_picodollars(Decimal(usd_per_million)))


def rates(prices: list[Price], overrides: tuple[PriceOverride, ...] = (), **asked: Any) -> Rates | None:
    given: dict[str, Any] = {"geo_scope": "in_region", "region": "us-east-1", "tier": "default", "day": DAY}
    return PriceTable(prices, overrides).rates(MODEL, **given | asked)


def input_rate(prices: list[Price], overrides: tuple[PriceOverride, ...] = (), **asked: Any) -> int | None:
    found = rates(prices, overrides, **asked)
    return found.bands[0].input if found else None


def test_a_rate_per_million_becomes_whole_picodollars_per_token() -> None:
    assert in_picodollars(Decimal("3.3")) == 3_300_000
    assert in_picodollars(Decimal("0.00875")) == 8_750
    assert in_picodollars(Decimal("0.000001")) == 1


def test_a_rate_finer_than_a_picodollar_is_refused() -> None:
    with pytest.raises(DataError, match="finer than a picodollar"):
        in_picodollars(Decimal("0.0000005"))


def test_a_call_costs_each_count_times_its_rate() -> None:
    found = rates(
        [
            price("3.3"),
            price("16.5", "output"),
            price("0.33", "cache_read"),
            price("4.125", "cache_write_5m"),
            price("6.6", "cache_write_1h"),
        ]
    )
    usage = Usage(
        input_tokens=1000,
        output_tokens=100,
        cache_read_input_tokens=10_000,
        cache_creation_input_tokens=2000,
        cache_creation_1h_input_tokens=500,
    )
    # 3300 + 1650 + 3300 + 1500 * 4.125 + 500 * 6.6, in millionths of a dollar
    assert estimate(found, usage) == Estimate(cost=Decimal("0.0177375"), status="priced")


def test_a_zero_cost_is_a_cost_and_not_unknown() -> None:
    found = rates([price("3"), price("15", "output")])
    assert estimate(found, Usage(input_tokens=0, output_tokens=0)) == Estimate(
        cost=Decimal(0), status="priced"
    )


def test_a_model_without_a_price_is_unpriced_and_never_free() -> None:
    table = PriceTable([price("3")])
    assert table.rates("some.other", "in_region", "us-east-1", None, DAY) is None
    assert table.rates(None, "in_region", "us-east-1", None, DAY) is None
    assert table.rates(MODEL, None, "us-east-1", None, DAY) is None
    assert estimate(None, Usage(input_tokens=1, output_tokens=1)) == Estimate(cost=None, status="unpriced")


@pytest.mark.parametrize(
    "usage",
    [
        Usage(),
        Usage(input_tokens=5),
        Usage(output_tokens=5),
        Usage(input_tokens=5, output_tokens=5, output_images=1),
        Usage(input_tokens=5, output_tokens=5, cache_read_input_tokens=1),
        Usage(input_tokens=5, output_tokens=5, cache_creation_input_tokens=1),
        Usage(input_tokens=5, output_tokens=5, cache_creation_1h_input_tokens=1),
    ],
)
def test_a_billed_count_that_is_missing_or_a_count_without_a_rate_is_unpriced(usage: Usage) -> None:
    assert estimate(rates([price("3"), price("15", "output")]), usage).status == "unpriced"


def test_an_embedding_needs_no_output_count() -> None:
    found = rates([price("0.02")])
    assert estimate(found, Usage(input_tokens=1_000_000)) == Estimate(cost=Decimal("0.02"), status="priced")
    assert estimate(found, Usage(input_tokens=5, output_tokens=0)).status == "priced"
    assert estimate(found, Usage(input_tokens=5, output_tokens=1)).status == "unpriced"


def test_images_are_priced_by_count() -> None:
    found = rates([price("40000", "image")])
    assert estimate(found, Usage(output_images=3)) == Estimate(cost=Decimal("0.12"), status="priced")
    assert estimate(found, Usage()).status == "unpriced"


def test_a_model_that_bills_what_no_log_counts_has_no_rates() -> None:
    assert rates([price("0.8"), price("60", "input_image")]) is None


def test_the_band_counts_cached_tokens_and_prices_the_whole_request() -> None:
    found = rates(
        [
            price("3"),
            price("6", over_input_tokens=200_000),
            price("0.3", "cache_read"),
            price("0.6", "cache_read", over_input_tokens=200_000),
        ]
    )
    at_the_limit = Usage(input_tokens=100_000, cache_read_input_tokens=100_000)
    above = Usage(input_tokens=100_001, cache_read_input_tokens=100_000)
    assert estimate(found, at_the_limit).cost == Decimal("0.33")
    assert estimate(found, above).cost == Decimal("0.660006")


def test_writes_count_for_the_band() -> None:
    found = rates(
        [
            price("1"),
            price("2", over_input_tokens=100),
            price("1", "cache_write_5m"),
            price("2", "cache_write_5m", over_input_tokens=100),
        ]
    )
    assert estimate(found, Usage(input_tokens=50, cache_creation_input_tokens=51)).cost == Decimal("0.000202")


def test_a_band_that_lacks_a_meter_does_not_borrow_it_from_the_band_below() -> None:
    found = rates([price("3"), price("6", over_input_tokens=10), price("0.3", "cache_read")])
    assert estimate(found, Usage(input_tokens=5, cache_read_input_tokens=5)).status == "priced"
    assert estimate(found, Usage(input_tokens=5, cache_read_input_tokens=6)).status == "unpriced"


def test_a_region_of_its_own_goes_before_its_geography_and_that_before_everywhere() -> None:
    prices = [price("1"), price("2", region="eu"), price("3", region="eu-west-2")]
    assert input_rate(prices, region="eu-west-2") == 3_000_000
    assert input_rate(prices, region="eu-west-1") == 2_000_000
    assert input_rate(prices, region="us-east-1") == 1_000_000
    assert input_rate(prices, region=None) == 1_000_000


def test_a_narrower_geography_goes_before_a_wider_one() -> None:
    prices = [price("1", region="apac"), price("2", region="jp")]
    assert input_rate(prices, region="ap-northeast-1") == 2_000_000
    assert input_rate(prices, region="ap-southeast-1") == 1_000_000


def test_the_scopes_in_region_and_geo_stand_in_for_each_other_but_not_for_global() -> None:
    geo = [price("3.3", geo_scope="geo", region="us")]
    assert input_rate(geo) == 3_300_000
    assert input_rate([price("3.3")], geo_scope="geo") == 3_300_000
    assert input_rate(geo, geo_scope="global") is None
    assert input_rate([price("3", geo_scope="global")]) is None


def test_the_price_of_an_asian_profile_says_nothing_of_one_asian_region() -> None:
    profile = [price("1", geo_scope="geo", region="apac")]
    assert input_rate(profile, geo_scope="geo", region="ap-southeast-1") == 1_000_000
    assert input_rate(profile, region="ap-southeast-1") is None


def test_london_has_no_part_in_the_prices_of_the_european_union() -> None:
    assert input_rate([price("1", region="eu")], region="eu-west-2") is None
    assert input_rate([price("1")], region="eu-west-2") == 1_000_000


def test_a_scope_of_its_own_goes_before_its_stand_in() -> None:
    own, other = price("1", geo_scope="in_region"), price("2", geo_scope="geo", region="us-east-1")
    assert input_rate([own, other]) == 1_000_000
    assert input_rate([own, other], geo_scope="geo") == 2_000_000


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-iso-east-1"])
def test_prices_of_the_commercial_partition_do_not_leak_into_others(region: str) -> None:
    assert input_rate([price("1"), price("1", region="us"), price("1", region="eu")], region=region) is None


def test_govcloud_has_prices_of_its_own() -> None:
    assert input_rate([price("1"), price("1.2", region="us-gov")], region="us-gov-west-1") == 1_200_000
    assert regional_places("us-gov-east-1") == ("us-gov-east-1", "us-gov")


def test_a_rate_without_a_known_start_is_assumed_for_days_before_it_was_seen() -> None:
    prices = [price("3")]
    on_the_day, before = rates(prices, day=SEEN), rates(prices, day=date(2026, 7, 31))
    assert on_the_day is not None
    assert before is not None
    assert (on_the_day.status, before.status) == ("priced", "assumed_date")
    assert on_the_day.bands == before.bands


def test_the_rate_in_force_on_the_day_of_the_call_is_used() -> None:
    cut = date(2026, 8, 21)
    prices = [price("5", valid_to=cut), price("4", valid_from=cut)]
    assert input_rate(prices, day=date(2026, 8, 20)) == 5_000_000
    assert input_rate(prices, day=cut) == 4_000_000
    after = rates(prices, day=cut)
    assert after is not None
    assert not after.assumed_date


def test_of_two_rates_that_hold_the_one_that_began_later_counts() -> None:
    began = [price("5"), price("4", valid_from=date(2026, 8, 1)), price("3", valid_from=date(2026, 7, 1))]
    assert input_rate(began) == 4_000_000
    assert input_rate(began[::-1]) == 4_000_000


def test_a_rate_with_a_known_start_is_not_applied_before_it() -> None:
    assert rates([price("4", valid_from=date(2026, 8, 21))], day=date(2026, 8, 20)) is None


def test_a_rate_that_ended_is_not_applied_after_it() -> None:
    assert rates([price("4", valid_to=date(2026, 8, 21))], day=date(2026, 8, 21)) is None


def test_an_unnamed_tier_is_assumed_to_be_standard_only_where_there_is_a_choice() -> None:
    standard, flex, batch = price("1"), price("0.5", tier="flex"), price("0.5", tier="batch")
    one, two, with_batch = (
        rates(prices, tier=None) for prices in ([standard], [standard, flex], [standard, batch])
    )
    assert one is not None
    assert two is not None
    assert with_batch is not None
    assert (one.status, two.status, with_batch.status) == ("priced", "assumed_tier", "priced")
    assert two.bands[0].input == 1_000_000


def test_a_named_tier_has_its_own_rate_or_none() -> None:
    prices = [price("1"), price("0.5", tier="flex")]
    assert input_rate(prices, tier="flex") == 500_000
    assert input_rate(prices, tier="default") == 1_000_000
    assert input_rate(prices, tier="standard") == 1_000_000
    assert rates(prices, tier="priority") is None
    assert rates(prices, tier="reserved") is None


def test_a_cache_write_of_unknown_time_to_live_is_assumed_to_be_short_where_the_hour_costs_more() -> None:
    found = rates([price("1"), price("1.25", "cache_write_5m"), price("2", "cache_write_1h")])
    unknown = Usage(input_tokens=0, cache_creation_input_tokens=1_000_000)
    known = Usage(input_tokens=0, cache_creation_input_tokens=1_000_000, cache_creation_1h_input_tokens=0)
    assert estimate(found, unknown) == Estimate(cost=Decimal("1.25"), status="assumed_ttl")
    assert estimate(found, known) == Estimate(cost=Decimal("1.25"), status="priced")
    assert estimate(found, Usage(input_tokens=1)).status == "priced"


def test_a_cache_write_is_sure_where_the_hour_costs_the_same_or_does_not_exist() -> None:
    usage = Usage(input_tokens=0, cache_creation_input_tokens=10)
    same = rates([price("1"), price("1.25", "cache_write_5m"), price("1.25", "cache_write_1h")])
    only = rates([price("1"), price("1.25", "cache_write_5m")])
    assert estimate(same, usage).status == "priced"
    assert estimate(only, usage).status == "priced"


def test_a_row_has_the_status_of_its_least_sure_part() -> None:
    everything = Rates(
        bands=(Band(0, input=1, cache_write_5m=1, cache_write_1h=2),),
        ttl_matters=True,
        assumed_date=True,
        assumed_tier=True,
        overridden=True,
    )
    written = Usage(input_tokens=1, cache_creation_input_tokens=1)
    assert estimate(everything, Usage()).status == "unpriced"
    assert estimate(everything, written).status == "assumed_ttl"
    assert estimate(everything, Usage(input_tokens=1)).status == "assumed_tier"
    dated = Rates(bands=everything.bands, assumed_date=True, overridden=True)
    assert estimate(dated, Usage(input_tokens=1)).status == "assumed_date"
    paid = Rates(bands=everything.bands, overridden=True)
    assert estimate(paid, Usage(input_tokens=1)).status == "overridden"


def test_a_discount_comes_off_every_rate_and_says_so() -> None:
    deal = PriceOverride(model="anthropic.*", valid_from=date(2026, 9, 1), discount_percent=Decimal("12.5"))
    prices = [price("3"), price("6", over_input_tokens=200_000), price("15", "output")]
    found = rates(prices, (deal,))
    assert found == Rates(
        bands=(Band(0, input=2_625_000, output=13_125_000), Band(200_000, input=5_250_000)), overridden=True
    )
    assert found.status == "overridden"
    assert input_rate(prices, (deal,), day=date(2026, 8, 31)) == 3_000_000


def test_own_rates_replace_the_meters_they_name_and_end_on_their_day() -> None:
    deal = PriceOverride(
        model=MODEL,
        valid_from=date(2026, 9, 1),
        valid_to=date(2026, 10, 1),
        usd_per_million={"input": Decimal("2.5")},
    )
    prices = [price("3"), price("15", "output"), price("1", tier="flex")]
    found = rates(prices, (deal,))
    assert found is not None
    assert found.bands == (Band(0, input=2_500_000, output=15_000_000),)
    assert input_rate(prices, (deal,), tier="flex") == 1_000_000
    assert input_rate(prices, (deal,), day=date(2026, 10, 1)) == 3_000_000


def test_own_rates_price_a_model_that_no_source_prices() -> None:
    deal = PriceOverride(
        model=MODEL, valid_from=DAY, usd_per_million={"input": Decimal(1), "output": Decimal(2)}
    )
    found = rates([], (deal,))
    assert estimate(found, Usage(input_tokens=1_000_000, output_tokens=0)) == Estimate(
        cost=Decimal(1), status="overridden"
    )


def test_own_rates_are_not_of_an_assumed_date() -> None:
    deal = PriceOverride(model=MODEL, valid_from=date(2026, 1, 1), usd_per_million={"input": Decimal(1)})
    before = rates([price("3"), price("15", "output")], (deal,), day=date(2026, 2, 1))
    assert before is not None
    assert before.status == "assumed_date"
    alone = rates([price("3")], (deal,), day=date(2026, 2, 1))
    assert alone is not None
    assert alone.status == "overridden"


def test_the_most_precise_override_wins() -> None:
    def deal(model: str, percent: int, **more: Any) -> PriceOverride:
        return PriceOverride(model=model, valid_from=DAY, discount_percent=Decimal(percent), **more)

    prices = [price("1")]
    everything, provider, model = deal("*", 10), deal("anthropic.*", 20), deal(MODEL, 30)
    regional = deal(MODEL, 40, region="us-east-1")
    assert input_rate(prices, (everything,)) == 900_000
    assert input_rate(prices, (provider, everything)) == 800_000
    assert input_rate(prices, (everything, model, provider)) == 700_000
    assert input_rate(prices, (regional, model)) == 600_000
    assert input_rate(prices, (regional, model), region="us-west-2") == 700_000


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "either"),
        ({"discount_percent": Decimal(5), "usd_per_million": {"input": Decimal(1)}}, "either"),
        ({"discount_percent": Decimal(101)}, "0 to 100"),
        ({"discount_percent": Decimal(-1)}, "0 to 100"),
        ({"usd_per_million": {"input": Decimal(-1)}}, "not negative"),
    ],
)
def test_an_override_that_cannot_be_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        PriceOverride(model=MODEL, valid_from=DAY, **wrong)


def test_an_override_decodes_from_plain_values() -> None:
    plain = {"model": "anthropic.*", "valid_from": "2026-09-01", "usd_per_million": {"input": "2.5"}}
    assert msgspec.convert(plain, PriceOverride, strict=False) == PriceOverride(
        model="anthropic.*", valid_from=DAY, usd_per_million={"input": Decimal("2.5")}
    )


def test_two_prices_for_the_same_thing_are_refused() -> None:
    with pytest.raises(DataError, match="two prices"):
        PriceTable([price("1"), price("2")])


def test_a_table_names_its_models_and_goes_to_another_process() -> None:
    table = PriceTable([price("1")])
    again: PriceTable = pickle.loads(pickle.dumps(table))  # noqa: S301 - our own bytes
    assert again.models == {MODEL}
    assert again.rates(MODEL, "in_region", "us-east-1", None, DAY) == rates([price("1")], tier=None)
