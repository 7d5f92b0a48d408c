"""The price of every row at once: `craton.core.price.estimate`, by columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from craton.core.model_reference import LIST_PRICED
from craton.core.price import LOGGED_METERS, Usage, estimate
from craton.lake.distinct import Distinct

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.core.price import PriceTable, Rates

USD: Final = pa.decimal128(38, 12)
_COUNTS: Final = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation_1h_input_tokens",
    "output_images",
)
_LISTED: Final = pa.array(sorted(LIST_PRICED))
_ZERO = pa.scalar(0, pa.int64())


def priced(table: pa.Table, prices: PriceTable) -> dict[str, pa.Array]:
    """`estimated_cost` and `price_status` of each row.

    The table must have the counts, `model_base`, `model_kind`, `geo_scope`, `region`, `service_tier`,
    `body_logged` and `day`. A request whose body was logged and names no tier asked for the default one;
    without the body it is unknown. Custom and provisioned models have no list price, even where their base is
    known.
    """
    tier = pc.if_else(
        pc.and_(pc.is_null(table["service_tier"]), table["body_logged"]), "default", table["service_tier"]
    )
    listed = pc.if_else(pc.is_in(table["model_kind"], _LISTED), table["model_base"], None)
    parts = (listed, table["geo_scope"], table["region"], tier, table["day"])
    kinds = Distinct([_whole(part) for part in parts])
    deepest = 0
    found: list[Rates | None] = []
    for kind in kinds.combinations:
        found.append(prices.rates(*kind))
        deepest = max(deepest, len(found[-1].bands) if found[-1] is not None else 0)
    spread = kinds.spread(
        found,
        {
            "status": (lambda one: None if one is None else one.status, pa.string()),
            "ttl_matters": (lambda one: one is not None and one.ttl_matters, pa.bool_()),
            **_band_columns(deepest),
        },
    )
    counts = {name: _whole(table[name]) for name in _COUNTS}
    try:
        total = _total(spread, counts, deepest)
    except pa.ArrowInvalid:
        return _one_by_one(kinds.of_each_row(found), counts)
    written = pc.fill_null(counts["cache_creation_input_tokens"], _ZERO)
    guessed = pc.and_(
        spread["ttl_matters"],
        pc.and_(pc.greater(written, _ZERO), pc.is_null(counts["cache_creation_1h_input_tokens"])),
    )
    status = pc.if_else(guessed, "assumed_ttl", spread["status"])
    return {
        "estimated_cost": _usd(total),
        "price_status": pc.if_else(pc.is_valid(total), status, "unpriced"),
    }


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _band_columns(deepest: int) -> dict[str, tuple[Callable[[Rates | None], int | None], pa.DataType]]:
    """For each band and meter, its rate; and where the band begins."""
    columns: dict[str, tuple[Callable[[Rates | None], int | None], pa.DataType]] = {}
    for depth in range(deepest):
        for field in ("over_input_tokens", *LOGGED_METERS):
            columns[f"{field}_{depth}"] = (partial(_of_band, depth=depth, field=field), pa.int64())
    return columns


def _of_band(rates: Rates | None, *, depth: int, field: str) -> int | None:
    if rates is None or depth >= len(rates.bands):
        return None
    value: int | None = getattr(rates.bands[depth], field)
    return value


def _total(spread: dict[str, pa.Array], counts: dict[str, pa.Array], deepest: int) -> pa.Array:
    """The cost in picodollars; NULL where unpriced.

    Raises: pa.ArrowInvalid where it does not fit 64 bits.
    """
    size = len(spread["status"])
    if not deepest:
        return pa.nulls(size, pa.int64())
    cached = pc.fill_null(counts["cache_read_input_tokens"], _ZERO)
    kept_1h = pc.fill_null(counts["cache_creation_1h_input_tokens"], _ZERO)
    written = pc.max_element_wise(pc.fill_null(counts["cache_creation_input_tokens"], _ZERO), kept_1h)
    asked = pc.add_checked(pc.fill_null(counts["input_tokens"], _ZERO), pc.add_checked(cached, written))
    band = {meter: spread[f"{meter}_0"] for meter in LOGGED_METERS}
    for depth in range(1, deepest):
        deeper = pc.fill_null(pc.greater(asked, spread[f"over_input_tokens_{depth}"]), False)
        band = {meter: pc.if_else(deeper, spread[f"{meter}_{depth}"], rate) for meter, rate in band.items()}
    charges = [
        _charge(band["input"], counts["input_tokens"]),
        _charge(band["output"], counts["output_tokens"]),
        _charge(band["image"], counts["output_images"]),
        _charge(band["cache_read"], cached),
        _charge(band["cache_write_5m"], pc.subtract(written, kept_1h)),
        _charge(band["cache_write_1h"], kept_1h),
    ]
    total = charges[0]
    for charge in charges[1:]:
        total = pc.add_checked(total, charge)
    return pc.if_else(pc.is_valid(spread["status"]), total, pa.scalar(None, pa.int64()))


def _charge(rate: pa.Array, count: pa.Array) -> pa.Array:
    """Rate times count; without a rate, nothing for nothing, and unknown for anything."""
    free = pc.if_else(pc.equal(pc.fill_null(count, _ZERO), _ZERO), _ZERO, pa.scalar(None, pa.int64()))
    return pc.if_else(pc.is_valid(rate), pc.multiply_checked(rate, count), free)


def _usd(picodollars: pa.Array) -> pa.Array:
    """The same amount in USD, exactly: the bits of a decimal with twelve places."""
    wide = picodollars.cast(pa.decimal128(38, 0))
    return pa.Array.from_buffers(USD, len(wide), wide.buffers(), wide.null_count)


def _one_by_one(rates: list[Rates | None], counts: dict[str, pa.Array]) -> dict[str, pa.Array]:
    names = list(counts)
    rows = zip(*(counts[name].to_pylist() for name in names), strict=True)
    estimates = [
        estimate(rate, Usage(**dict(zip(names, row, strict=True))))
        for rate, row in zip(rates, rows, strict=True)
    ]
    return {
        "estimated_cost": pa.array([one.cost for one in estimates], USD),
        "price_status": pa.array([one.status for one in estimates], pa.string()),
    }
