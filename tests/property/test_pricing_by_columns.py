"""The price of many rows at once is the price of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from craton.core.model_reference import LIST_PRICED
from craton.core.price import PriceOverride, Usage, estimate
from craton.lake.pricing import priced
from craton.registry.prices import price_table

COUNTS = tuple(Usage.__struct_fields__)
DEAL = PriceOverride(
    model="amazon.nova-*", valid_from=date(2026, 9, 1), discount_percent=Decimal("7.5"), region="us-west-2"
)
PRICES = price_table([DEAL])

# Small, around the limits of context bands, and too large for 64 bits of picodollars; seldom unknown.
counts = st.sampled_from((0, 1, 7, 99_999, 100_001, 200_001, 272_001, 400_000, 2**51, None))
rows = st.fixed_dictionaries(
    {
        "model_base": st.sampled_from(
            (
                "anthropic.claude-sonnet-4-6",
                "anthropic.claude-haiku-5-5",
                "anthropic.claude-haiku-5-5",
                "amazon.nova-pro-v1:0",
                "amazon.titan-embed-text-v2:0",
                "openai.gpt-5.6-sol",
                "stability.sd3-5-large-v1:0",
                "nobody.knows-v1",
                None,
            )
        ),
        "model_kind": st.sampled_from(
            ("foundation_model", "foundation_model", "inference_profile", "custom_model")
        ),
        "geo_scope": st.sampled_from(("in_region", "geo", "global", None)),
        "region": st.sampled_from(("us-east-1", "us-west-2", "eu-west-1", None)),
        "service_tier": st.sampled_from((None, None, "default", "flex", "reserved")),
        "body_logged": st.booleans(),
        "day": st.dates(date(2025, 11, 1), date(2026, 12, 1)),
        **dict.fromkeys(COUNTS, counts),
        "output_images": st.sampled_from((None, None, None, 0, 2)),
    }
)
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("model_base", "model_kind", "geo_scope", "region", "service_tier")]
    + [("body_logged", pa.bool_()), ("day", pa.date32())]
    + [(name, pa.int64()) for name in COUNTS]
)


def one(row: dict[str, Any]) -> tuple[Decimal | None, str]:
    tier = "default" if row["service_tier"] is None and row["body_logged"] else row["service_tier"]
    base = row["model_base"] if row["model_kind"] in LIST_PRICED else None
    rates = PRICES.rates(base, row["geo_scope"], row["region"], tier, row["day"])
    found = estimate(rates, Usage(**{name: row[name] for name in COUNTS}))
    return found.cost, found.status


@settings(deadline=None)
@given(st.lists(rows, max_size=40))
def test_rows_priced_together_are_priced_as_each_alone(given_rows: list[dict[str, Any]]) -> None:
    columns = priced(pa.Table.from_pylist(given_rows, schema=SCHEMA), PRICES)
    together = zip(columns["estimated_cost"].to_pylist(), columns["price_status"].to_pylist(), strict=True)
    assert list(together) == [one(row) for row in given_rows]
