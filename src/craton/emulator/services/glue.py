"""AWS Glue: the data catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import NotEmulatedError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call

SERVICE = Service(
    "glue",
    moto=(
        *("CreateDatabase", "GetDatabase", "GetDatabases", "UpdateDatabase", "DeleteDatabase"),
        *("CreateTable", "GetTable", "GetTables", "UpdateTable", "DeleteTable"),
        *("CreatePartition", "GetPartition", "GetPartitions", "DeletePartition"),
    ),
)


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """What is done to a part of the catalog is authorised on everything above it, too.

    Source: "Specifying AWS Glue resource ARNs", docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-
    arns.html, retrieved 2026-11-26.
    """
    given, name = call.parameters, call.operation.name
    stem = f"arn:aws:glue:{call.region}:{call.account}:"
    arns = [f"{stem}catalog"]
    if "Table" in name or "Partition" in name:
        database = given["DatabaseName"]
        arns.append(f"{stem}database/{database}")
        table = given.get("TableName") or given.get("Name") or (given.get("TableInput") or {}).get("Name")
        arns.append(f"{stem}table/{database}/{table or '*'}")
    elif name != "GetDatabases":
        arns.append(f"{stem}database/{given.get('Name') or given['DatabaseInput']['Name']}")
    return [(f"glue:{name}", arn) for arn in arns]


@SERVICE.before(*sorted(SERVICE.moto))
def refuse_other_catalogs(call: Call) -> None:
    """Raises: NotEmulatedError for catalogs of other accounts and parameters that would be dropped."""
    catalog = call.parameters.get("CatalogId")
    if catalog and catalog != call.account:
        raise NotEmulatedError("a CatalogId of another account")
    for name in ("OpenTableFormatInput", "PartitionIndexes", "TransactionId", "Force", "AsOfTime"):
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")
