from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from craton.core.model_reference import parse
from craton.core.price import LOGGED_METERS, PriceOverride, Usage, estimate, in_picodollars
from craton.registry.prices import model_ends, price_table

if TYPE_CHECKING:
    from pathlib import Path

    from craton.core.model_reference import GeoScope
    from craton.core.price import Rates

CHECKED = date(2026, 11, 20)

# Every chat id on which the two sources disagree: who is right, in USD per million, input and output.
# The Region is one from which the id can be called.
DISAGREEMENTS = {
    # genai-prices has the regional rate; litellm has the global one under an id without geography
    "anthropic.claude-fable-5": ("us-east-1", "11", "55"),
    "anthropic.claude-fable-5-1": ("us-east-1", "11", "55"),
    "anthropic.claude-haiku-4-5-20251001-v1:0": ("us-east-1", "1.1", "5.5"),
    "anthropic.claude-haiku-5-5": ("us-east-1", "0.11", "0.55"),
    "anthropic.claude-opus-4-5-20251101-v1:0": ("us-east-1", "5.5", "27.5"),
    "anthropic.claude-opus-4-6-v1": ("us-east-1", "5.5", "27.5"),
    "anthropic.claude-opus-4-7": ("us-east-1", "5.5", "27.5"),
    "anthropic.claude-opus-4-8": ("us-east-1", "5.5", "27.5"),
    "anthropic.claude-opus-5": ("us-east-1", "5.5", "27.5"),
    "anthropic.claude-opus-5-5": ("us-east-1", "4.4", "22"),
    "anthropic.claude-sonnet-4-5-20250929-v1:0": ("us-east-1", "3.3", "16.5"),
    "anthropic.claude-sonnet-4-6": ("us-east-1", "3.3", "16.5"),
    "anthropic.claude-sonnet-5": ("us-east-1", "2.2", "11"),
    "anthropic.claude-sonnet-5-5": ("us-east-1", "2.2", "11"),
    "openai.gpt-6-luna": ("us-east-1", "0.11", "0.55"),
    "openai.gpt-6-sol": ("us-east-1", "2.2", "11"),
    # litellm has a key for the geography
    "apac.amazon.nova-lite-v1:0": ("ap-southeast-1", "0.063", "0.252"),
    "apac.amazon.nova-micro-v1:0": ("ap-southeast-1", "0.037", "0.148"),
    "apac.amazon.nova-pro-v1:0": ("ap-southeast-1", "0.84", "3.36"),
    "eu.amazon.nova-2-lite-v1:0": ("eu-central-1", "0.429", "3.597"),
    "eu.amazon.nova-lite-v1:0": ("eu-central-1", "0.078", "0.312"),
    "eu.amazon.nova-micro-v1:0": ("eu-central-1", "0.046", "0.184"),
    "eu.amazon.nova-pro-v1:0": ("eu-central-1", "1.05", "4.2"),
    "eu.meta.llama3-2-1b-instruct-v1:0": ("eu-central-1", "0.13", "0.13"),
    "eu.meta.llama3-2-3b-instruct-v1:0": ("eu-central-1", "0.19", "0.19"),
    "jp.amazon.nova-2-lite-v1:0": ("ap-northeast-1", "0.396", "3.311"),
    "us-gov.anthropic.claude-haiku-5-5": ("us-gov-west-1", "0.12", "0.6"),
    "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0": ("us-gov-west-1", "3.6", "18"),
    "us-gov.anthropic.claude-sonnet-5": ("us-gov-west-1", "2.4", "12"),
    "us-gov.anthropic.claude-sonnet-5-5": ("us-gov-west-1", "2.4", "12"),
    "us-gov.nvidia.nemotron-nano-3-30b": ("us-gov-west-1", "0.072", "0.288"),
    "us-gov.nvidia.nemotron-nano-9b-v2": ("us-gov-west-1", "0.072", "0.276"),
    "us-gov.nvidia.nemotron-super-3-120b": ("us-gov-west-1", "0.18", "0.78"),
    "us-gov.openai.gpt-oss-120b-1:0": ("us-gov-west-1", "0.18", "0.72"),
    "us-gov.openai.gpt-oss-20b-1:0": ("us-gov-west-1", "0.084", "0.36"),
    # an alias of litellm's that AWS does not know
    "claude-sonnet-4-5-20250929-v1:0": ("us-east-1", None, None),
}


def rates(model_id: str, region: str, day: date = CHECKED, tier: str | None = "default") -> Rates | None:
    reference = parse(model_id)
    return price_table().rates(reference.base, reference.geo_scope, region, tier, day)


@pytest.mark.parametrize("model_id", sorted(DISAGREEMENTS))
def test_where_the_sources_disagree_the_right_one_is_used(model_id: str) -> None:
    region, usd_in, usd_out = DISAGREEMENTS[model_id]
    found = rates(model_id, region)
    if usd_in is None or usd_out is None:
        assert found is None
    else:
        assert found is not None
        assert (found.bands[0].input, found.bands[0].output) == (
            in_picodollars(Decimal(usd_in)),
            in_picodollars(Decimal(usd_out)),
        )


def test_the_conflict_report_names_exactly_these_disagreements(repository: Path) -> None:
    report = (repository / "docs" / "reference" / "price-conflicts.md").read_text("utf-8")
    table = report.partition("## Disagreements")[2].partition("\n## ")[0]
    named = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")}
    assert named == set(DISAGREEMENTS)
    assert len(named) == 36
    assert "| disagreements that no rule decides | 0 |" in report


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-west-2", "ap-northeast-1", "ca-central-1"])
def test_claude_in_a_region_costs_ten_percent_more_than_global_claude(region: str) -> None:
    for model in ("anthropic.claude-sonnet-4-6", "anthropic.claude-opus-5-5", "anthropic.claude-haiku-5-5"):
        regional, worldwide = rates(model, region), rates(f"global.{model}", region)
        assert regional is not None
        assert worldwide is not None
        for here, anywhere in zip(regional.bands, worldwide.bands, strict=True):
            for meter in ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h"):
                assert getattr(here, meter) * 10 == getattr(anywhere, meter) * 11


def test_a_long_prompt_of_a_model_with_a_band_costs_more() -> None:
    found = rates("us.anthropic.claude-haiku-5-5", "us-east-1")
    short = estimate(found, Usage(input_tokens=100_000, output_tokens=0))
    long = estimate(found, Usage(input_tokens=100_001, output_tokens=0))
    assert short.cost == Decimal("0.011")
    assert long.cost == Decimal("0.05500055")


def test_a_price_cut_holds_from_its_day() -> None:
    before = rates("us.openai.gpt-5.6-sol", "us-east-1", date(2026, 8, 20))
    after = rates("us.openai.gpt-5.6-sol", "us-east-1", date(2026, 8, 21))
    assert before is not None
    assert after is not None
    assert (before.bands[0].input, after.bands[0].input) == (5_500_000, 4_400_000)
    assert (before.status, after.status) == ("priced", "priced")


def test_a_retired_model_keeps_its_last_price() -> None:
    found = rates("anthropic.claude-3-haiku-20240307-v1:0", "us-west-2", date(2026, 9, 1))
    assert found is not None
    assert (found.bands[0].input, found.bands[0].output, found.status) == (250_000, 1_250_000, "priced")


def test_a_day_before_anybody_saw_the_rate_is_marked() -> None:
    found = rates("anthropic.claude-sonnet-4-6", "us-east-1", date(2025, 1, 1))
    assert found is not None
    assert found.status == "assumed_date"


def test_a_rate_known_of_the_united_states_alone_prices_no_other_region() -> None:
    assert rates("amazon.titan-embed-text-v2:0", "us-west-2") is not None
    assert rates("amazon.titan-embed-text-v2:0", "eu-west-1") is None
    assert rates("mistral.voxtral-mini-3b-2507", "eu-west-2") is not None
    assert rates("mistral.voxtral-mini-3b-2507", "eu-west-1") is None


@pytest.mark.parametrize(
    "model_id",
    [
        "amazon.titan-embed-image-v1",
        "amazon.nova-2-multimodal-embeddings-v1:0",
        "cohere.rerank-v3-5:0",
        "twelvelabs.pegasus-1-2-v1:0",
        "amazon.nova-2-sonic-v1:0",
        "amazon.nova-canvas-v1:0",
        "amazon.titan-image-generator-v2:0",
    ],
)
def test_what_is_billed_by_more_than_logs_count_is_unpriced(model_id: str) -> None:
    assert rates(model_id, "us-east-1") is None


def test_images_of_one_price_are_priced() -> None:
    found = rates("stability.sd3-5-large-v1:0", "us-west-2")
    assert estimate(found, Usage(output_images=2)).cost == Decimal("0.16")


def test_the_organization_pays_what_it_agreed_on() -> None:
    deal = PriceOverride(model="anthropic.*", valid_from=date(2026, 9, 1), discount_percent=Decimal(20))
    found = price_table([deal]).rates("anthropic.claude-sonnet-4-6", "global", "us-east-1", None, CHECKED)
    assert found is not None
    assert (found.bands[0].input, found.status) == (2_400_000, "overridden")


def test_every_price_has_a_source_and_a_date_and_can_be_found_again(repository: Path) -> None:
    file = repository / "src" / "craton" / "content" / "reference" / "prices.csv"
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    table = price_table()
    scopes: dict[str, GeoScope] = {"in_region": "in_region", "geo": "geo", "global": "global"}
    assert len(rows) > 2000
    assert {row["source"] for row in rows} == {"litellm", "genai-prices", "genai-prices+litellm"}
    assert {row["rule"] for row in rows} == {"agree", "one_source", "regional_rate", "finer_key"}
    regions = {"*": "us-east-1", "us": "us-east-1", "eu": "eu-central-1", "apac": "ap-southeast-1"}
    regions |= {"jp": "ap-northeast-1", "us-gov": "us-gov-west-1"}
    for row in rows:
        assert date.fromisoformat(row["seen_from"]) <= date.fromisoformat(row["checked"]) <= CHECKED
        assert Decimal(row["usd_per_million"]) > 0
        assert "E" not in row["usd_per_million"]
        if row["meter"] not in LOGGED_METERS or row["valid_to"]:
            continue
        region = regions.get(row["region"], row["region"])
        found = table.rates(row["model"], scopes[row["geo_scope"]], region, row["tier"], CHECKED)
        if found is None:
            assert row["model"].startswith(("amazon.titan-embed-image", "amazon.nova", "twelvelabs"))
            continue
        band = next(b for b in found.bands if b.over_input_tokens == int(row["over_input_tokens"]))
        assert getattr(band, row["meter"]) == in_picodollars(Decimal(row["usd_per_million"]))


def test_every_wheel_that_was_read_is_named_with_its_hash(repository: Path) -> None:
    file = repository / "src" / "craton" / "content" / "reference" / "price_sources.csv"
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert {row["source"] for row in rows} == {"litellm", "genai-prices"}
    assert all(len(row["sha256"]) == 64 and row["licence"] == "MIT" for row in rows)


def test_models_that_ended_are_known() -> None:
    ends = model_ends()
    assert ends["anthropic.claude-3-haiku-20240307-v1:0"] == date(2026, 9, 10)
    assert ends["anthropic.claude-opus-4-1-20250805-v1:0"] == date(2027, 1, 8)
    assert "anthropic.claude-haiku-4-5-20251001-v1:0" not in ends
    assert all(parse(model).base == model for model in ends)
