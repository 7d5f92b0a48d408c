"""Operations on the tables that can be exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import ServiceError
from craton.emulator.services.bcm_data_exports.service import SERVICE, exports, page
from craton.registry.data_exports import export_tables

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.operation("ListTables")
def list_tables(call: Call) -> Result:
    """Lists the tables with the properties that can be chosen."""
    exports(call)
    rows = [
        {
            "TableName": table.name,
            "TableProperties": [
                {
                    "Name": one.name,
                    "ValidValues": list(one.values),
                    "DefaultValue": one.default,
                    "Description": one.meaning,
                }
                for one in table.properties.values()
            ],
        }
        for table in export_tables().values()
    ]
    return page(call, "Tables", rows)


@SERVICE.operation("GetTable")
def get_table(call: Call) -> Result:
    """Tells the names of the columns that a table has with the properties that are asked for."""
    exports(call)
    table = export_tables().get(str(call.parameters["TableName"]))
    if table is None:
        raise ServiceError("ValidationException", f"Table {call.parameters['TableName']} not found.")
    chosen = {one.name: one.default for one in table.properties.values()}
    for name, value in (call.parameters.get("TableProperties") or {}).items():
        if name not in chosen or value not in table.properties[name].values:
            raise ServiceError("ValidationException", f"Invalid table property {name}: {value}.")
        chosen[name] = value
    schema = [{"Name": one} for one in table.columns_with(chosen)]
    return {"TableName": table.name, "TableProperties": chosen, "Schema": schema}
