"""The price script on small made-up wheels, and on the real ones where they are at hand."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

DAY = "2026-11-20"
WRITTEN = (
    "src/craton/content/reference/prices.csv",
    "src/craton/content/reference/price_sources.csv",
    "src/craton/content/reference/model_lifecycle.csv",
    "docs/reference/price-conflicts.md",
)


def chat(usd_in: float, usd_out: float, **more: Any) -> dict[str, Any]:
    return {
        "litellm_provider": "bedrock_converse",
        "mode": "chat",
        "input_cost_per_token": usd_in,
        "output_cost_per_token": usd_out,
    } | more


LITELLM: dict[str, Any] = {
    "gpt-elsewhere": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6},
    "acme.claude-9-v1:0": chat(3e-06, 1.5e-05, input_cost_per_token_batches=1.5e-06),
    "global.acme.claude-9-v1:0": chat(3e-06, 1.5e-05),
    "us.acme.claude-9-v1:0": chat(3.3e-06, 1.65e-05, cache_read_input_token_cost=3.3e-07),
    "eu.acme.claude-9-v1:0": chat(3.3e-06, 1.65e-05),
    "us-gov.acme.claude-9-v1:0": chat(3.6e-06, 1.8e-05),
    "acme.varied-v1": chat(1e-06, 2e-06),
    "bedrock/us-east-1/acme.varied-v1": chat(1e-06, 2e-06),
    "bedrock/eu-west-2/acme.varied-v1": chat(1.5e-06, 3e-06, deprecation_date="2027-01-01"),
    "eu.acme.lite-v1": chat(8e-08, 3e-07),
    "us.acme.lite-v1": chat(6e-08, 2.4e-07),
    "acme.old-v1": chat(1e-06, 1e-06, deprecation_date="2026-12-01"),
    "acme.embed-v1": chat(2e-08, 0.0) | {"mode": "embedding"},
    "acme.noisy-v1": {"litellm_provider": "bedrock", "mode": "chat", "input_cost_per_token": "NOISE"},
    "acme.long-v1": chat(1e-06, 1e-06, input_cost_per_token_above_200k_tokens=2e-06),
    "bedrock/claude_platform/claude-9": chat(3e-06, 1.5e-05),
    "claude-9-v1:0": chat(3e-06, 1.5e-05),
}

GENAI = """
providers: list[Provider] = [
    Provider(id='other', name='Other', api_pattern='x', models=[]),
    Provider(
        id='aws',
        models=[
            ModelInfo(
                id='global.acme.claude-9-v1:0',
                match=ClauseContains(contains='global.acme.claude-9'),
                prices=ModelPrice(input_mtok=Decimal('3'), output_mtok=Decimal('15')),
            ),
            ModelInfo(
                id='regional.acme.claude-9-v1:0',
                match=ClauseOr(
                    or_=[
                        ClauseStartsWith(starts_with='acme.claude-9'),
                        ClauseStartsWith(starts_with='claude-9'),
                        ClauseContains(contains='us.acme.claude-9'),
                        ClauseContains(contains='us-gov.acme.claude-9'),
                    ]
                ),
                prices=ModelPrice(
                    input_mtok=Decimal('3.3'), output_mtok=Decimal('16.5'), cache_write_1h_mtok=Decimal('6.6')
                ),
            ),
            ModelInfo(
                id='acme.lite-v1',
                match=ClauseContains(contains='acme.lite'),
                prices=ModelPrice(input_mtok=Decimal('0.06'), output_mtok=Decimal('0.24')),
            ),
            ModelInfo(
                id='regional.acme.new-v1',
                match=ClauseOr(
                    or_=[
                        ClauseEquals(equals='acme.new-v1'),
                        ClauseEquals(equals='us.acme.new-v1'),
                        ClauseEquals(equals='eu.acme.new-v1'),
                    ]
                ),
                prices=[
                    ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('5'), output_mtok=Decimal('6'))),
                    ConditionalPrice(
                        constraint=StartDateConstraint(start_date=datetime.date(2026, 8, 21)),
                        prices=ModelPrice(
                            input_mtok=TieredPrices(
                                base=Decimal('4'), tiers=[Tier(start=272000, price=Decimal('8'))]
                            ),
                            output_mtok=Decimal('5.0'),
                        ),
                    ),
                ],
            ),
        ],
    ),
]
"""


def wheels(folder: Path, litellm: dict[str, Any] | None = None) -> tuple[Path, Path]:
    folder.mkdir(parents=True)
    first, second = folder / "litellm-9.9.9-py3-none-any.whl", folder / "genai_prices-8.8.8-py3-none-any.whl"
    text = json.dumps(litellm or LITELLM).replace('"NOISE"', "3.0000000000000001e-06")
    with zipfile.ZipFile(first, "w") as archive:
        archive.writestr("litellm/model_prices_and_context_window_backup.json", text)
    with zipfile.ZipFile(second, "w") as archive:
        archive.writestr("genai_prices/data.py", GENAI)
    return first, second


def run(repository: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.build_prices", *map(str, arguments)]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)


def built(repository: Path, folder: Path, litellm: dict[str, Any] | None = None) -> Path:
    first, second = wheels(folder / "wheels", litellm)
    into = folder / "out"
    given = ("--litellm-wheel", first, "--genai-wheel", second, "--day", DAY, "--into", into)
    done = run(repository, *given)
    assert done.returncode == 0, done.stderr
    return into


@pytest.fixture(scope="module")
def table(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(repository, tmp_path_factory.mktemp("prices"))


@pytest.fixture(scope="module")
def rows(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((table / WRITTEN[0]).read_text("utf-8").splitlines()))


def places(rows: list[dict[str, str]], model: str, meter: str = "input") -> dict[tuple[str, str], str]:
    return {
        (row["geo_scope"], row["region"]): row["usd_per_million"]
        for row in rows
        if (row["model"], row["meter"], row["tier"]) == (model, meter, "standard")
        and row["over_input_tokens"] == "0"
        and not row["valid_to"]
    }


def test_an_id_without_geography_gets_the_regional_rate_and_not_the_global_one(
    rows: list[dict[str, str]],
) -> None:
    assert places(rows, "acme.claude-9-v1:0") == {
        ("in_region", "*"): "3.3",
        ("geo", "*"): "3.3",
        ("geo", "us-gov"): "3.6",
        ("global", "*"): "3",
    }
    rules = {row["geo_scope"]: row["rule"] for row in rows if row["model"] == "acme.claude-9-v1:0"}
    assert rules == {"in_region": "regional_rate", "geo": "one_source", "global": "agree"}


def test_the_global_batch_rate_of_such_an_id_is_not_taken_over(rows: list[dict[str, str]]) -> None:
    assert {row["tier"] for row in rows if row["model"] == "acme.claude-9-v1:0"} == {"standard"}


def test_a_meter_that_one_source_alone_has_is_kept(rows: list[dict[str, str]]) -> None:
    assert places(rows, "acme.claude-9-v1:0", "cache_write_1h")["in_region", "*"] == "6.6"
    assert places(rows, "acme.claude-9-v1:0", "cache_read")["in_region", "*"] == "0.33"


def test_a_rate_that_differs_by_region_holds_in_its_regions_only(rows: list[dict[str, str]]) -> None:
    assert places(rows, "acme.varied-v1") == {("in_region", "us"): "1", ("in_region", "eu-west-2"): "1.5"}


def test_the_key_of_a_geography_goes_before_a_source_that_names_none(rows: list[dict[str, str]]) -> None:
    assert places(rows, "acme.lite-v1") == {
        ("in_region", "us"): "0.06",
        ("geo", "us"): "0.06",
        ("geo", "eu"): "0.08",
    }


def test_a_dated_price_becomes_two_spans(rows: list[dict[str, str]]) -> None:
    spans = {
        (row["valid_from"], row["valid_to"], row["seen_from"]): row["usd_per_million"]
        for row in rows
        if row["model"] == "acme.new-v1" and row["geo_scope"] == "geo" and row["over_input_tokens"] == "0"
        if row["meter"] == "input"
    }
    assert spans == {("", "2026-08-21", "2026-08-20"): "5", ("2026-08-21", "", DAY): "4"}


def test_context_bands_of_both_sources_are_kept(rows: list[dict[str, str]]) -> None:
    bands = {
        row["model"]: (row["over_input_tokens"], row["usd_per_million"])
        for row in rows
        if row["over_input_tokens"] != "0"
    }
    assert bands == {"acme.long-v1": ("200000", "2"), "acme.new-v1": ("272000", "8")}


def test_a_rate_of_zero_is_no_rate(rows: list[dict[str, str]]) -> None:
    assert {row["meter"] for row in rows if row["model"] == "acme.embed-v1"} == {"input"}


def test_floating_point_noise_is_taken_off_and_reported(table: Path, rows: list[dict[str, str]]) -> None:
    assert places(rows, "acme.noisy-v1") == {("in_region", "us"): "3"}
    report = (table / WRITTEN[3]).read_text("utf-8")
    assert "`acme.noisy-v1` input_cost_per_token: 0.0000030000000000000001 is 0.000003" in report


def test_what_is_no_price_of_bedrock_is_left_out_and_named(table: Path, rows: list[dict[str, str]]) -> None:
    report = (table / WRITTEN[3]).read_text("utf-8")
    assert "| `bedrock/claude_platform/claude-9` | Claude Platform on AWS is another service |" in report
    assert "| `claude-9-v1:0` | an alias of litellm's, no id of AWS's |" in report
    assert not any("elsewhere" in row["model"] for row in rows)


def test_the_report_counts_and_names_the_disagreements(table: Path) -> None:
    report = (table / WRITTEN[3]).read_text("utf-8")
    assert "| of these, the sources disagree on | 4 |" in report
    disagreements = report.partition("## Disagreements")[2].partition("\n## ")[0]
    named = {line.split("`")[1] for line in disagreements.splitlines() if line.startswith("| `")}
    assert named == {"acme.claude-9-v1:0", "claude-9-v1:0", "eu.acme.lite-v1", "us-gov.acme.claude-9-v1:0"}


def test_a_model_ends_where_most_of_its_entries_say_so(table: Path) -> None:
    ends = list(csv.DictReader((table / WRITTEN[2]).read_text("utf-8").splitlines()))
    ours = {row["model"]: row["end_of_life"] for row in ends if row["model"].startswith("acme.")}
    assert ours == {"acme.old-v1": "2026-12-01"}


def test_the_same_wheels_give_the_same_bytes(repository: Path, table: Path, tmp_path: Path) -> None:
    again = built(repository, tmp_path)
    for name in WRITTEN:
        # Zip files carry the time of their making, so that the wheels' own hashes differ.
        if "price_sources" not in name:
            assert (again / name).read_bytes() == (table / name).read_bytes()


def test_the_order_of_a_source_does_not_matter(repository: Path, table: Path, tmp_path: Path) -> None:
    again = built(repository, tmp_path, dict(reversed(LITELLM.items())))
    assert (again / WRITTEN[0]).read_bytes() == (table / WRITTEN[0]).read_bytes()


def test_a_money_field_that_nobody_knows_stops_the_script(repository: Path, tmp_path: Path) -> None:
    first, second = wheels(tmp_path / "wheels", {"acme.x-v1": chat(1e-6, 1e-6, thought_cost_per_token=1e-6)})
    given = ("--litellm-wheel", first, "--genai-wheel", second, "--day", DAY, "--into", tmp_path)
    done = run(repository, *given)
    assert done.returncode != 0
    assert "new money field `thought_cost_per_token`" in done.stderr


def test_a_wheel_of_other_bytes_than_the_pinned_is_refused(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "litellm-1.109.1-py3-none-any.whl").write_bytes(b"something else")
    done = run(repository, "--wheels", tmp_path, "--into", tmp_path / "out")
    assert done.returncode != 0
    assert "is not the pinned wheel" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_committed_files_come_from_the_pinned_wheels(repository: Path, tmp_path: Path) -> None:
    folder = os.environ.get("CRATON_PRICE_WHEELS")
    if not folder:
        pytest.skip("CRATON_PRICE_WHEELS names no folder with the pinned wheels")
    done = run(repository, "--wheels", Path(folder), "--into", tmp_path)
    assert done.returncode == 0, done.stderr
    for name in WRITTEN:
        assert (tmp_path / name).read_bytes() == (repository / name).read_bytes()
