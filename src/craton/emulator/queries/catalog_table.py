"""Tables of the data catalog whose rows lie in a bucket, read in the name of whoever asks.

Source: "Data types in Amazon Athena" and "Choose a SerDe for your data", docs.aws.amazon.com/athena/latest/
ug/data-types.html and …/supported-serdes.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

    from craton.emulator.credentials import Caller
    from craton.emulator.world import World

_READERS: Final = {
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe": "parquet",
    "org.openx.data.jsonserde.JsonSerDe": "json",
    "org.apache.hive.hcatalog.data.JsonSerDe": "json",
}
_TYPES: Final = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
_DECIMAL: Final = re.compile(r"decimal\((\d+), ?(\d+)\)")
_ARRAY: Final = re.compile(r"array<(.+)>")
_MAP: Final = re.compile(r"map<([a-z]+),(.+)>")


class FailedQueryError(Exception):
    """A query that cannot be answered: a table is not there, or not to be read, or does not fit it."""


def duckdb_type(hive: str) -> str:
    """A type of the catalog as DuckDB has it. Raises: NotEmulatedError."""
    told = hive.strip().lower()
    if told in _TYPES:
        return _TYPES[told]
    if found := _DECIMAL.fullmatch(told):
        return f"DECIMAL({found[1]}, {found[2]})"
    if found := _ARRAY.fullmatch(told):
        return f"{duckdb_type(found[1])}[]"
    if found := _MAP.fullmatch(told):
        return f"MAP({duckdb_type(found[1])}, {duckdb_type(found[2])})"
    raise NotEmulatedError(f"the type {hive} of a column")


class Reader:
    """Reads tables for one caller; what it reads from is copied into `folder`."""

    def __init__(self, world: World, region: str, caller: Caller, folder: Path) -> None:
        self._glue = world.inside.client("glue", region, caller)
        self._s3 = world.inside.client("s3", region, caller)
        self._folder = folder

    def create(self, connection: duckdb.DuckDBPyConnection, database: str, name: str) -> None:
        """The table is there for queries, with its rows.

        Raises: FailedQueryError, NotEmulatedError.
        """
        try:
            table = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
            files = self._copied(table["StorageDescriptor"]["Location"], f"{database}.{name}")
        except ClientError as error:
            raise FailedQueryError(f"{database}.{name}: {error.response['Error']['Message']}") from error
        if table.get("PartitionKeys"):
            raise NotEmulatedError("a query of a table with partitions")
        columns = {one["Name"]: duckdb_type(one["Type"]) for one in table["StorageDescriptor"]["Columns"]}
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        qualified = f'"{database}"."{name}"'
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{database}"')
        connection.execute(f"CREATE TABLE {qualified} ({listed})")
        if files:
            chosen = ", ".join(f'"{column}"' for column in columns)
            source = _source(table["StorageDescriptor"], files, columns)
            connection.execute(f"INSERT INTO {qualified} SELECT {chosen} FROM {source}")  # noqa: S608 - quoted

    def _copied(self, location: str, folder: str) -> list[str]:
        """Copies of every object at a location, but for those that Athena takes for hidden."""
        place = urlsplit(location)
        prefix = place.path.lstrip("/")
        copies = self._folder / folder
        copies.mkdir()
        found: list[str] = []
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=place.netloc, Prefix=prefix)
        for page in pages:
            for one in page.get("Contents", ()):
                if one["Key"].rpartition("/")[2][:1] in ("_", ".", ""):
                    continue
                ending = ".gz" if one["Key"].endswith(".gz") else ""
                copy = copies / f"{len(found)}{ending}"
                copy.write_bytes(self._s3.get_object(Bucket=place.netloc, Key=one["Key"])["Body"].read())
                found.append(str(copy))
        return found


def _source(storage: Mapping[str, Any], files: list[str], columns: Mapping[str, str]) -> str:
    """The table function of DuckDB that reads the files. Raises: NotEmulatedError."""
    library = str((storage.get("SerdeInfo") or {}).get("SerializationLibrary"))
    listed = ", ".join(_quoted(one) for one in files)
    match _READERS.get(library):
        case "parquet":
            return f"read_parquet([{listed}], union_by_name = true)"
        case "json":
            told = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in columns.items())
            return f"read_json([{listed}], format = 'newline_delimited', columns = {{{told}}})"
        case _:
            raise NotEmulatedError(f"the SerDe {library}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
