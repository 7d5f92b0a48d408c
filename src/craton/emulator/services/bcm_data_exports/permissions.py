"""What calls of Data Exports are authorised as.

Source: "Actions, resources, and condition keys for AWS Billing and Cost Management Data Exports",
docs.aws.amazon.com/service-authorization/latest/reference/, and the permissions of the handlers of
AWS::BCMDataExports::Export in CloudFormation's registry, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from craton.emulator.services.bcm_data_exports.service import REGION, SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Exports are made of tables; those of the cost and usage report are reports, too."""
    given, name = call.parameters, call.operation.name
    stem = f"arn:aws:bcm-data-exports:{REGION}:{call.account}"
    if name == "GetTable":
        return [(f"bcm-data-exports:{name}", f"{stem}:table/{given['TableName']}")]
    if name not in ("CreateExport", "UpdateExport"):
        return None
    told = given.get("Export") or {}
    table = _table(str((told.get("DataQuery") or {}).get("QueryStatement") or ""))
    wanted = [(f"bcm-data-exports:{name}", f"{stem}:table/{table}")]
    if name == "UpdateExport":
        wanted.insert(0, (f"bcm-data-exports:{name}", str(given["ExportArn"])))
    elif table == "COST_AND_USAGE_REPORT":
        report = f"arn:aws:cur:{REGION}:{call.account}:definition/{told.get('Name')}"
        wanted.append(("cur:PutReportDefinition", report))
    return wanted


def _table(statement: str) -> str:
    """The table of a query; `*` where it names none."""
    try:
        found = parse_one(statement, read="athena").find(exp.Table)
    except SqlglotError:
        return "*"
    return found.name if found else "*"
