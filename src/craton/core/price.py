"""What a model call costs: dated rates by model, scope, Region, tier and meter, and estimates from counts.

Money is counted in whole picodollars (1e-12 USD): every published rate per token is a whole number of them,
so that sums are exact and fit 64 bits. How gaps and doubts are handled: docs/concepts/prices.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args

from msgspec import Struct

from craton.core.errors import DataError
from craton.core.model_reference import GeoScope
from craton.core.price_place import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable

LoggedMeter = Literal["input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "image"]
UnloggedMeter = Literal[
    "query", "input_image", "input_video_second", "input_audio_second", "input_audio", "output_audio"
]
PriceStatus = Literal["priced", "overridden", "assumed_date", "assumed_tier", "assumed_ttl", "unpriced"]
PRICE_STATUSES: Final[tuple[PriceStatus, ...]] = get_args(PriceStatus)
"""From the surest to the least sure."""

LOGGED_METERS: Final[tuple[LoggedMeter, ...]] = (
    "input",
    "output",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "image",
)
"""What invocation logs count, besides images in tokens. `cache_write_5m` is the rate of a cache write of the
model's default time to live, which is five minutes for most and thirty for some."""

PICODOLLARS: Final = 10**12
"""Picodollars in one USD."""

_NO_TIER_OF_A_CALL: Final = frozenset({"standard", "batch"})
"""Tiers that leave no doubt when a logged call names none: batch jobs are never in the invocation log."""


class Price(Struct, frozen=True):
    """One rate. `region` is a Region, a geography (`eu`) or `*` for every Region of the `aws` partition.

    It holds for requests of more than `over_input_tokens` input tokens, cached ones included, from
    `valid_from` up to but without `valid_to`; of two that hold, the one that began later counts. A
    `valid_from` of None is an unknown start: the rate is known to have been in force on `seen_from`, and is
    assumed for the days before.

    Units: `picodollars` per token, image, second or query.
    """

    model: str
    geo_scope: GeoScope
    region: str
    tier: str
    meter: LoggedMeter | UnloggedMeter
    over_input_tokens: int
    picodollars: int
    seen_from: date
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the rate holds on that UTC day, as far as is known."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_to is None or day < self.valid_to)

    def start_is_assumed(self, day: date) -> bool:
        """Whether the rate is applied to a day before anybody is known to have seen it."""
        return self.valid_from is None and day < self.seen_from


class PriceOverride(Struct, frozen=True, kw_only=True):
    """What an organization pays instead of the list price, by its contract.

    `model` is a base model id, or a pattern with `*`. Either `discount_percent` is taken off every rate, or
    `usd_per_million` replaces the rates of the meters it names, in every context band, and leaves the others.
    `valid_to` is the first day on which it holds no more. A `geo_scope`, `region` or `tier` of None means
    any; own rates without a tier are rates of the standard tier.
    """

    model: str
    valid_from: date
    valid_to: date | None = None
    geo_scope: GeoScope | None = None
    region: str | None = None
    tier: str | None = None
    discount_percent: Decimal | None = None
    usd_per_million: Mapping[LoggedMeter, Decimal] = MappingProxyType({})

    def __post_init__(self) -> None:
        """Raises: ValueError where it is not one of discount and own rates, or the numbers cannot be."""
        if (self.discount_percent is None) == (not self.usd_per_million):
            raise ValueError("a price override is either a discount or own rates")
        if self.discount_percent is not None and not 0 <= self.discount_percent <= 100:  # noqa: PLR2004 - percent
            raise ValueError("a discount is from 0 to 100 percent")
        if any(rate < 0 for rate in self.usd_per_million.values()):
            raise ValueError("a rate is not negative")

    def applies(self, model: str, geo_scope: GeoScope, region: str | None, tier: str, day: date) -> bool:
        """Whether calls of this kind are paid by it."""
        own_tier = self.tier or ("standard" if self.usd_per_million else tier)
        return (
            fnmatchcase(model, self.model)
            and self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
            and self.geo_scope in (None, geo_scope)
            and self.region in (None, region)
            and own_tier == tier
        )

    @property
    def precision(self) -> tuple[bool, int, bool, bool, bool, date, str]:
        """Orders overrides: what names its calls most precisely comes last and wins, then what began last."""
        return (
            "*" not in self.model,
            len(self.model),
            self.region is not None,
            self.geo_scope is not None,
            self.tier is not None,
            self.valid_from,
            repr(self),
        )


class Band(Struct, frozen=True):
    """The rates of requests with more than `over_input_tokens` input tokens; None where none is known.

    Units: picodollars per token or image.
    """

    over_input_tokens: int
    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write_5m: int | None = None
    cache_write_1h: int | None = None
    image: int | None = None


class Rates(Struct, frozen=True):
    """The rates of one kind of call on one day.

    `bands` ascend; the last one whose `over_input_tokens` the request exceeds prices all of its tokens.
    `ttl_matters` where cache writes of one hour cost something else, so that a write of unknown time to live
    is a guess. The flags say what had to be assumed.
    """

    bands: tuple[Band, ...]
    ttl_matters: bool = False
    assumed_date: bool = False
    assumed_tier: bool = False
    overridden: bool = False

    def band(self, total_input_tokens: int) -> Band:
        """The band of a request with so many input tokens, cached ones included."""
        found = self.bands[0]
        for band in self.bands[1:]:
            if total_input_tokens > band.over_input_tokens:
                found = band
        return found

    @property
    def status(self) -> PriceStatus:
        """How sure the rates are, token counts aside: the least sure of what applies."""
        if self.assumed_tier:
            return "assumed_tier"
        if self.assumed_date:
            return "assumed_date"
        return "overridden" if self.overridden else "priced"


class Usage(Struct, frozen=True, kw_only=True):
    """What one call used; None is unknown. `input_tokens` leaves cached tokens out, as the logs do.

    Logs write cache counts only where there is a cache, so that a missing one means none used.
    `cache_creation_1h_input_tokens` are those of `cache_creation_input_tokens` that are kept for an hour.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation_1h_input_tokens: int | None = None
    output_images: int | None = None


class Estimate(Struct, frozen=True):
    """What a call costs in USD by the rates known, and how sure that is. `cost` is None where unpriced."""

    cost: Decimal | None
    status: PriceStatus


UNPRICED: Final = Estimate(cost=None, status="unpriced")


def estimate(rates: Rates | None, usage: Usage) -> Estimate:
    """The cost of one call: each count times its rate.

    Unknown when: there are no rates, input or output tokens or images are billed but not counted, or
    something is counted that has no rate. A call that failed or was blocked before it was counted is unknown.
    """
    if rates is None:
        return UNPRICED
    cached = usage.cache_read_input_tokens or 0
    kept_1h = usage.cache_creation_1h_input_tokens or 0
    written = max(usage.cache_creation_input_tokens or 0, kept_1h)
    band = rates.band((usage.input_tokens or 0) + cached + written)
    charges = (
        _charge(band.input, usage.input_tokens),
        _charge(band.output, usage.output_tokens),
        _charge(band.image, usage.output_images),
        _charge(band.cache_read, cached),
        _charge(band.cache_write_5m, written - kept_1h),
        _charge(band.cache_write_1h, kept_1h),
    )
    total = 0
    for charge in charges:
        if charge is None:
            return UNPRICED
        total += charge
    ttl_is_assumed = rates.ttl_matters and written > 0 and usage.cache_creation_1h_input_tokens is None
    return Estimate(cost=Decimal(total).scaleb(-12), status="assumed_ttl" if ttl_is_assumed else rates.status)


def _charge(rate: int | None, count: int | None) -> int | None:
    if rate is None:
        return None if count else 0
    return None if count is None else rate * count


def in_picodollars(usd_per_million: Decimal) -> int:
    """Picodollars per unit of a rate in USD per million units.

    Raises: DataError where the rate is finer than a picodollar.
    """
    exact = usd_per_million.scaleb(6)
    if exact != exact.to_integral_value():
        raise DataError(f"`{usd_per_million}` USD per million is finer than a picodollar per unit")
    return int(exact)


class PriceTable:
    """Rates by kind of call and day, from list prices and what the organization pays instead.

    Neither the order of prices nor that of overrides matters.
    """

    def __init__(self, prices: Iterable[Price], overrides: Iterable[PriceOverride] = ()) -> None:
        """Raises: DataError where two prices are for the same thing from the same day on."""
        self._prices: dict[tuple[str, GeoScope, str], list[Price]] = {}
        self._overrides = sorted(overrides, key=lambda override: override.precision, reverse=True)
        self._known: dict[tuple[str, GeoScope, str | None, str | None, date], Rates | None] = {}
        seen = set()
        for price in prices:
            place = (price.model, price.geo_scope, price.region)
            identity = (place, price.tier, price.meter, price.over_input_tokens, price.valid_from)
            if identity in seen:
                raise DataError(
                    f"two prices of `{price.model}` for {price.meter} in {price.region}, {price.tier}"
                )
            seen.add(identity)
            self._prices.setdefault(place, []).append(price)

    @property
    def models(self) -> frozenset[str]:
        """The base ids of all models that have a price of any kind."""
        return frozenset(model for model, _, _ in self._prices)

    def rates(
        self,
        model_base: str | None,
        geo_scope: GeoScope | None,
        region: str | None,
        tier: str | None,
        day: date,
    ) -> Rates | None:
        """The rates of such calls on that UTC day; None where none is known for them.

        `region` is the Region that was called, which decides the price wherever the model ran. `tier` is the
        service tier that the caller asked for: `default` and `standard` are the same, None is unknown.

        Source: https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html ("the price
        is calculated based on the Region from which you call an inference profile"), retrieved 2026-11-24.
        Unknown when: the model bills something that no log counts, such as seconds of video.
        """
        if model_base is None or geo_scope is None:
            return None
        kind = (model_base, geo_scope, region, tier, day)
        if kind not in self._known:
            self._known[kind] = self._find(model_base, geo_scope, region, tier, day)
        return self._known[kind]

    def _find(
        self, model: str, geo_scope: GeoScope, region: str | None, asked_tier: str | None, day: date
    ) -> Rates | None:
        listed = self._listed(model, geo_scope, region, day)
        tier = "standard" if asked_tier is None or asked_tier == "default" else asked_tier
        prices = [price for price in listed if price.tier == tier]
        if any(price.meter not in LOGGED_METERS for price in prices):
            return None
        bands: dict[int, dict[str, int]] = {}
        for price in sorted(prices, key=lambda price: (price.over_input_tokens, price.meter)):
            bands.setdefault(price.over_input_tokens, {})[price.meter] = price.picodollars
        override = next((o for o in self._overrides if o.applies(model, geo_scope, region, tier, day)), None)
        if override is not None:
            bands = _overridden(bands, override)
        if not bands:
            return None
        return Rates(
            bands=tuple(Band(over, **rates) for over, rates in bands.items()),
            ttl_matters=any(
                rates.get("cache_write_1h") not in (None, rates.get("cache_write_5m"))
                for rates in bands.values()
            ),
            assumed_date=any(
                price.start_is_assumed(day)
                for price in prices
                if override is None or price.meter not in override.usd_per_million
            ),
            assumed_tier=asked_tier is None and any(p.tier not in _NO_TIER_OF_A_CALL for p in listed),
            overridden=override is not None,
        )

    def _listed(self, model: str, geo_scope: GeoScope, region: str | None, day: date) -> list[Price]:
        """The list prices of all tiers, of the narrowest place that has any on that day."""
        for scope, place in places_of(geo_scope, region):
            in_force = [p for p in self._prices.get((model, scope, place), ()) if p.in_force(day)]
            if in_force:
                by_start = sorted(in_force, key=lambda price: price.valid_from or date.min)
                return list({(p.tier, p.meter, p.over_input_tokens): p for p in by_start}.values())
        return []


def _overridden(bands: dict[int, dict[str, int]], override: PriceOverride) -> dict[int, dict[str, int]]:
    if override.discount_percent is None:
        own = {meter: in_picodollars(rate) for meter, rate in override.usd_per_million.items()}
        return {over: rates | own for over, rates in (bands or {0: {}}).items()}
    kept = 1 - override.discount_percent / 100
    return {
        over: {meter: _rounded(rate * kept) for meter, rate in rates.items()} for over, rates in bands.items()
    }


def _rounded(picodollars: Decimal) -> int:
    return int(picodollars.to_integral_value(ROUND_HALF_EVEN))
