"""Craton's own tables for Amazon Athena, over what is laid of a lake into a bucket of the hub.

The rows of one state of a lake lie below `lake/tables/` as in the lake itself, and nothing else may lie
there: files of several states would be added up.

Source: docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html,
docs.aws.amazon.com/athena/latest/ug/data-types.html, and
docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.resource import ACCOUNT, Output, Resource, ref, sub
from craton.kinds.parts.hub import KEY_ARN
from craton.kinds.parts.kept_bucket import kept_bucket
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.intent import Intent
    from craton.registry.tables import Table

BUCKET: Final = "ResultsBucket"
DATABASE: Final = "LakeDatabase"
DATABASE_NAME: Final = "craton"
WORKGROUP_NAME: Final = "craton-bedrock"
TABLES: Final = "lake/tables/"
RESULTS: Final = "results/"

_FIRST_DAY: Final = "2023-04-01"
"""Bedrock was announced in that month; no record of it is older."""

_RESULT_DAYS: Final = 30
_MOST_SCANNED_BYTES: Final = 1 << 40
_PARQUET: Final = "org.apache.hadoop.hive.ql.io.parquet"
_FORMATS: Final[Mapping[str, Any]] = {
    "InputFormat": f"{_PARQUET}.MapredParquetInputFormat",
    "OutputFormat": f"{_PARQUET}.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": f"{_PARQUET}.serde.ParquetHiveSerDe"},
}
_HIVE: Final[Mapping[str, str]] = {"VARCHAR": "string"}
"""Types that Hive calls otherwise than in lower case."""


def hive_type(duckdb_type: str) -> str:
    """A type of a table's column as the data catalog has it."""
    if duckdb_type.endswith("[]"):
        return f"array<{hive_type(duckdb_type[:-2])}>"
    if found := re.fullmatch(r"MAP\((\w+), (\w+)\)", duckdb_type):
        return f"map<{hive_type(found[1])},{hive_type(found[2])}>"
    return _HIVE.get(duckdb_type, duckdb_type.lower())


def _resources(_: Intent) -> Iterator[Resource | Output]:
    yield from kept_bucket(
        BUCKET,
        "craton-bedrock-results-${AWS::AccountId}-${AWS::Region}",
        key=KEY_ARN,
        regions="home",
        statements=[],
        lifecycle=[
            {
                "Id": "results",
                "Status": "Enabled",
                "Prefix": RESULTS,
                "ExpirationInDays": _RESULT_DAYS,
            },
            {
                "Id": "former",
                "Status": "Enabled",
                "NoncurrentVersionExpiration": {"NoncurrentDays": _RESULT_DAYS},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            },
        ],
    )
    yield Resource(
        template="hub",
        id=DATABASE,
        type="AWS::Glue::Database",
        regions="home",
        properties={
            "CatalogId": ACCOUNT,
            "DatabaseInput": {"Name": DATABASE_NAME, "Description": "what Craton read of Bedrock's logs"},
        },
    )
    for table in tables().values():
        yield _table(table)
    yield Resource(
        template="hub",
        id="QueryWorkGroup",
        type="AWS::Athena::WorkGroup",
        regions="home",
        properties={
            "Name": WORKGROUP_NAME,
            "Description": "questions about the use of Bedrock",
            "WorkGroupConfiguration": {
                "EnforceWorkGroupConfiguration": True,
                "PublishCloudWatchMetricsEnabled": True,
                "BytesScannedCutoffPerQuery": _MOST_SCANNED_BYTES,
                "ResultConfiguration": {
                    "OutputLocation": sub(f"s3://${{{BUCKET}}}/{RESULTS}"),
                    "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": KEY_ARN},
                },
            },
        },
    )
    yield Output(
        template="hub",
        id="LakeLocation",
        regions="home",
        value=sub(f"s3://${{{BUCKET}}}/{TABLES}"),
        description="where the rows of one state of a lake are to lie",
    )


def _table(table: Table) -> Resource:
    place = f"s3://${{{BUCKET}}}/{TABLES}{table.name}/"
    columns = [{"Name": one.name, "Type": hive_type(one.type)} for one in table.columns]
    return Resource(
        template="hub",
        id="".join(part.title() for part in table.name.split("_")) + "Table",
        type="AWS::Glue::Table",
        regions="home",
        properties={
            "CatalogId": ACCOUNT,
            "DatabaseName": ref(DATABASE),
            "TableInput": {
                "Name": table.name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": _by_day(place) if table.day_of else None,
                "PartitionKeys": [{"Name": "day", "Type": "date"}] if table.day_of else None,
                "StorageDescriptor": {"Location": sub(place), "Columns": columns, **_FORMATS},
            },
        },
    )


def _by_day(place: str) -> dict[str, Any]:
    """Athena works out which days there are, so that nobody has to tell it of new ones."""
    return {
        "projection.enabled": "true",
        "projection.day.type": "date",
        "projection.day.format": "yyyy-MM-dd",
        "projection.day.range": f"{_FIRST_DAY},NOW",
        "storage.location.template": sub(place + "day=${!day}/"),
    }


KIND: Final = Kind(name="lake_tables", title="Tables for Athena", resources=_resources)
