from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from tests.unit.kinds.rehearsed import HOME, HUB, document, intent

from craton.kinds.lake_tables import hive_type
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.kinds.rehearsed import Rehearsed


@pytest.mark.parametrize(
    ("duckdb", "hive"),
    [
        ("VARCHAR", "string"),
        ("BIGINT", "bigint"),
        ("VARCHAR[]", "array<string>"),
        ("MAP(VARCHAR, BIGINT)", "map<string,bigint>"),
        ("DECIMAL(38,12)", "decimal(38,12)"),
    ],
)
def test_types_are_those_of_the_data_catalog(duckdb: str, hive: str) -> None:
    assert hive_type(duckdb) == hive


@pytest.mark.slow
def test_every_table_of_the_lake_is_in_the_catalog_with_its_columns_and_days(hub: Rehearsed) -> None:
    told = hub.client("glue", HUB).get_tables(DatabaseName="craton")["TableList"]
    assert {one["Name"] for one in told} == set(tables())
    place = f"s3://craton-bedrock-results-{HUB}-{HOME}/lake/tables"
    for one in told:
        table = tables()[one["Name"]]
        names = [column["Name"] for column in one["StorageDescriptor"]["Columns"]]
        assert names == [column.name for column in table.columns]
        assert one["StorageDescriptor"]["Location"] == f"{place}/{table.name}/"
        if table.day_of:
            template = one["Parameters"]["storage.location.template"]
            assert template == f"{place}/{table.name}/day=${{day}}/"
            assert [key["Name"] for key in one["PartitionKeys"]] == ["day"]


@pytest.mark.slow
def test_results_of_queries_are_encrypted_and_go_after_a_month(hub: Rehearsed) -> None:
    told = hub.client("athena", HUB).get_work_group(WorkGroup="craton-bedrock")["WorkGroup"]["Configuration"]
    assert told["EnforceWorkGroupConfiguration"] is True
    assert told["ResultConfiguration"]["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
    bucket = told["ResultConfiguration"]["OutputLocation"].split("/")[2]
    rules = hub.client("s3", HUB).get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    days = {str(one["Filter"].get("Prefix")): one.get("Expiration", {}).get("Days") for one in rules}
    assert days["results/"] == 30
    assert "lake/" not in days


def test_days_begin_before_bedrock_did(tmp_path: Path) -> None:
    made = document(intent(tmp_path), "hub")["Resources"]["InvocationTable"]["Properties"]
    first = made["TableInput"]["Parameters"]["projection.day.range"].partition(",")[0]
    assert dt.date.fromisoformat(first) <= dt.date(2023, 4, 13)
