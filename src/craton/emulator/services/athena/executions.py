"""Queries: each runs behind its call, in the caller's name, and writes its rows where results are to lie.

Source: "StartQueryExecution" and "GetQueryResults", docs.aws.amazon.com/athena/latest/APIReference/,
retrieved 2026-11-26.
"""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from moto.athena.models import athena_backends

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.queries.catalog_table import FailedQueryError
from craton.emulator.queries.statement import Statement, statement_of
from craton.emulator.services.athena.service import EXECUTIONS, PRIMARY, SERVICE

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.call import Call
    from craton.emulator.queries.answering import Answered
    from craton.emulator.service import Result

_PAGE: Final = 1000
_REFUSED: Final = ("ExecutionParameters", "ResultReuseConfiguration", "EngineConfiguration")
_OURS: Final = "AwsDataCatalog"


@dataclass(kw_only=True, slots=True)
class Execution:
    """A query under way or done."""

    id: str
    text: str
    database: str
    group: str
    output: str
    begun: dt.datetime
    state: str = "QUEUED"
    reason: str | None = None
    ended: dt.datetime | None = None
    answer: Answered | None = None


@SERVICE.operation("StartQueryExecution")
def start_query_execution(call: Call) -> Result:
    """The query runs from now on."""
    given = call.parameters
    for name in _REFUSED:
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    place = given.get("QueryExecutionContext") or {}
    if str(place.get("Catalog") or _OURS) != _OURS:
        raise NotEmulatedError(f"the catalog {place['Catalog']}")
    group = str(given.get("WorkGroup") or PRIMARY)
    statement = statement_of(str(given["QueryString"]))
    execution = Execution(
        id=str(uuid.uuid4()),
        text=str(given["QueryString"]),
        database=str(place.get("Database") or "default"),
        group=group,
        output=_output(call, group),
        begun=call.time,
    )
    execution.output = f"{execution.output.rstrip('/')}/{execution.id}.csv"
    call.world.shelf(call.account, call.region, EXECUTIONS)[execution.id] = execution
    call.world.work.start("Athena query", lambda: _run(call, execution, statement))
    return {"QueryExecutionId": execution.id}


def _output(call: Call, name: str) -> str:
    """Where the rows are to lie. Raises: ServiceError."""
    group = athena_backends[call.account][call.region].work_groups.get(name)
    if group is None:
        raise ServiceError("InvalidRequestException", f"WorkGroup {name} is not found.")
    if group.state != "ENABLED":
        raise ServiceError("InvalidRequestException", f"WorkGroup {name} is disabled.")
    asked = (call.parameters.get("ResultConfiguration") or {}).get("OutputLocation")
    configured = ((group.configuration or {}).get("ResultConfiguration") or {}).get("OutputLocation")
    enforces = bool((group.configuration or {}).get("EnforceWorkGroupConfiguration", True))
    found = configured if configured and (enforces or not asked) else asked
    if not found:
        raise ServiceError(
            "InvalidRequestException",
            "No output location provided. You did not provide an output location for your query results.",
        )
    return str(found)


def _run(call: Call, execution: Execution, statement: Statement) -> None:
    """The query has ended, well or not."""
    from craton.emulator.queries.answering import answered  # noqa: PLC0415 - DuckDB is slow to load

    execution.state = "RUNNING"
    try:
        answer = answered(call.world, call.region, call.caller, statement, execution.database)
        _write(call, execution, answer)
    except NotEmulatedError as lacking:
        call.world.refused.append(f"athena query: {lacking}")
        execution.state, execution.reason = "FAILED", f"not emulated: {lacking}"
    except (FailedQueryError, ClientError) as error:
        execution.state, execution.reason = "FAILED", str(error).partition("\n")[0]
    else:
        execution.answer = answer
        execution.state = "SUCCEEDED"
    execution.ended = call.world.now()


def _write(call: Call, execution: Execution, answer: Answered) -> None:
    """The rows are a file with every value in quotes, NULL being nothing at all."""
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(
        [name for name, _ in answer.columns]
    )
    for row in answer.rows:
        values = ['"' + one.replace('"', '""') + '"' if one is not None else "" for one in row]
        stream.write(",".join(values) + "\n")
    place = urlsplit(execution.output)
    client = call.world.inside.client("s3", call.region, call.caller)
    client.put_object(Bucket=place.netloc, Key=place.path.lstrip("/"), Body=stream.getvalue().encode())


def _existing(call: Call) -> Execution:
    found = call.world.shelf(call.account, call.region, EXECUTIONS).get(
        str(call.parameters["QueryExecutionId"])
    )
    if not isinstance(found, Execution):
        raise ServiceError(
            "InvalidRequestException", f"QueryExecution {call.parameters['QueryExecutionId']} was not found"
        )
    return found


@SERVICE.operation("GetQueryExecution")
def get_query_execution(call: Call) -> Result:
    """Tells how a query fares."""
    one = _existing(call)
    status: dict[str, Any] = {"State": one.state, "SubmissionDateTime": one.begun}
    if one.reason:
        status["StateChangeReason"] = one.reason
    if one.ended:
        status["CompletionDateTime"] = one.ended
    return {
        "QueryExecution": {
            "QueryExecutionId": one.id,
            "Query": one.text,
            "StatementType": "DML",
            "ResultConfiguration": {"OutputLocation": one.output},
            "QueryExecutionContext": {"Database": one.database, "Catalog": _OURS.lower()},
            "Status": status,
            "WorkGroup": one.group,
        }
    }


@SERVICE.operation("GetQueryResults")
def get_query_results(call: Call) -> Result:
    """Tells rows, of which the first holds the names of the columns."""
    one = _existing(call)
    if one.answer is None:
        raise ServiceError(
            "InvalidRequestException",
            f"Query has not yet finished. Current state: {one.state}"
            if one.ended is None
            else f"Query did not finish successfully. Final query state: {one.state}",
        )
    columns = one.answer.columns
    rows = [tuple(name for name, _ in columns), *one.answer.rows]
    first = int(call.parameters.get("NextToken") or 0)
    last = first + int(call.parameters.get("MaxResults") or _PAGE)
    more = {"NextToken": str(last)} if last < len(rows) else {}
    told = [
        {"Data": [{} if value is None else {"VarCharValue": value} for value in row]}
        for row in rows[first:last]
    ]
    info = [{"Name": name, "Label": name, "Type": kind, "CatalogName": "hive"} for name, kind in columns]
    return {"ResultSet": {"Rows": told, "ResultSetMetadata": {"ColumnInfo": info}}, **more}
