"""Panels' SQL in the dialect of Athena gives through the emulated Athena what DuckDB gives for its own."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import sqlglot
from botocore.config import Config
from botocore.exceptions import ClientError
from pyarrow import parquet

from craton.emulator.emulator import emulator
from craton.emulator.server import Server
from craton.lake.content_runner import ContentRunner
from craton.registry.content import Content

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.codec.content_file import Case, ContentFile, PanelHeader

ACCOUNT = "111111111111"
BUCKET, DATABASE = "lake", "craton"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
JSON = "org.openx.data.jsonserde.JsonSerDe"
TYPES = {"VARCHAR": "string", "INTEGER": "int"}
LINES = '{"team": "search", "calls": 2, "cost": "1.50"}\n{"team": "ads", "calls": null, "cost": "0.25"}\n'


def hive(kind: str) -> str:
    """A type of DuckDB as the catalog has it."""
    if kind.endswith("[]"):
        return f"array<{hive(kind[:-2])}>"
    if kind.startswith("MAP("):
        key, _, value = kind[4:-1].partition(", ")
        return f"map<{hive(key)},{hive(value)}>"
    return TYPES.get(kind, kind.lower().replace(" ", ""))


class Athena:
    """An emulated Athena over HTTP, with a database whose tables lie in a bucket."""

    def __init__(self, server: Server) -> None:
        self.world = server.application.world
        self.url = server.url
        self.keys = self.world.new_administrator(ACCOUNT)
        self.athena, self.glue, self.s3 = (self.client(name) for name in ("athena", "glue", "s3"))
        self.s3.create_bucket(Bucket=BUCKET)
        self.glue.create_database(DatabaseInput={"Name": DATABASE})

    def client(self, service: str, keys: tuple[str, str] | None = None) -> Any:
        config = Config(retries={"total_max_attempts": 1})
        return boto3.Session(*(keys or self.keys), region_name="us-east-1").client(
            service, endpoint_url=self.url, config=config
        )

    def create_table(self, name: str, columns: Mapping[str, str], serde: str = PARQUET) -> None:
        self.glue.create_table(
            DatabaseName=DATABASE,
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": [{"Name": one, "Type": hive(kind)} for one, kind in columns.items()],
                    "Location": f"s3://{BUCKET}/{name}/",
                    "SerdeInfo": {"SerializationLibrary": serde},
                },
            },
        )

    def put(self, name: str, body: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=f"{name}/rows", Body=body)

    def start(self, sql: str, athena: Any = None) -> str:
        told = (athena or self.athena).start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": DATABASE},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
        )
        assert self.world.work.wait(60)
        return str(told["QueryExecutionId"])

    def status(self, execution: str) -> dict[str, Any]:
        found: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
        return found

    def rows(self, sql: str) -> tuple[list[str], list[list[Any]]]:
        """The names of the columns, and the rows by the types that Athena tells."""
        execution = self.start(sql)
        status = self.status(execution)["Status"]
        assert status["State"] == "SUCCEEDED", f"{status}\n{sql}"
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution)
        told = [page["ResultSet"] for page in pages]
        columns = told[0]["ResultSetMetadata"]["ColumnInfo"]
        head, *rows = [row["Data"] for page in told for row in page["Rows"]]
        assert [one["VarCharValue"] for one in head] == [one["Name"] for one in columns]
        kinds = [one["Type"] for one in columns]
        return [one["Name"] for one in columns], [
            [value(one.get("VarCharValue"), kind) for one, kind in zip(row, kinds, strict=True)]
            for row in rows
        ]


def value(text: str | None, kind: str) -> Any:
    """What Athena tells, as a value of Python."""
    match kind:
        case _ if text is None:
            return None
        case "boolean":
            return text == "true"
        case "tinyint" | "smallint" | "integer" | "bigint":
            return int(text)
        case "decimal":
            return Decimal(text)
        case "double" | "float":
            return float(text)
        case "date":
            return dt.date.fromisoformat(text)
        case "timestamp":
            return dt.datetime.fromisoformat(text)
        case _:
            return text


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, dt.datetime):
        return (
            isinstance(other, dt.datetime)
            and one.replace(microsecond=one.microsecond // 1000 * 1000) == other
        )
    return bool(one == other)


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with Server(emulator(ACCOUNT)) as server:
        yield Athena(server)
        assert server.application.world.work.failures == []


@pytest.fixture(scope="module")
def runner() -> Iterator[ContentRunner]:
    with ContentRunner(Content.load()) as made:
        yield made


def panels() -> list[Any]:
    content = Content.load()
    return [pytest.param(one, id=one.id) for one in content.panels.values()]


def with_rows(file: ContentFile[PanelHeader]) -> Case:
    """The case of a panel that expects the most rows."""
    cases, _, _ = file.cases()
    return max(cases, key=lambda one: len(one.expect))


@pytest.mark.slow
@pytest.mark.parametrize("panel", panels())
def test_a_panel_gives_the_same_rows_through_athena(
    athena: Athena, runner: ContentRunner, panel: ContentFile[PanelHeader]
) -> None:
    file = Content.load().panels[panel.id]
    case = with_rows(file)
    with runner.given(file, case):
        expected = runner._connection.execute(file.sql)
        names = [one[0] for one in expected.description or ()]
        wanted = expected.fetchall()
        for name in sorted(file.reads):
            columns = runner._types[name]
            body = io.BytesIO()
            parquet.write_table(runner._connection.sql(f"FROM {name}").to_arrow_table(), body)
            if name not in held(athena):
                athena.create_table(name, columns)
            athena.put(name, body.getvalue())
    (sql,) = sqlglot.transpile(file.sql, read="duckdb", write="athena")
    told_names, told = athena.rows(sql)
    assert told_names == names
    assert len(told) == len(wanted) >= len(case.expect)
    for mine, theirs in zip(wanted, told, strict=True):
        assert all(map(same, mine, theirs)), f"{mine}\n{theirs}\n{sql}"


def held(athena: Athena) -> set[str]:
    return {one["Name"] for one in athena.glue.get_tables(DatabaseName=DATABASE)["TableList"]}


@pytest.fixture
def calls(athena: Athena) -> None:
    if "calls" not in held(athena):
        athena.create_table("calls", {"team": "VARCHAR", "calls": "BIGINT", "cost": "DECIMAL(9,2)"}, JSON)
        athena.put("calls", LINES.encode())


@pytest.mark.usefixtures("calls")
def test_rows_of_json_are_queried_and_written_where_results_lie(athena: Athena) -> None:
    sql = "SELECT team, calls, cost FROM calls ORDER BY calls DESC"
    assert athena.rows(sql) == (
        ["team", "calls", "cost"],
        [["search", 2, Decimal("1.50")], ["ads", None, Decimal("0.25")]],
    )
    place = athena.status(athena.start(sql))["ResultConfiguration"]["OutputLocation"]
    body = athena.s3.get_object(Bucket=BUCKET, Key=place.partition(f"{BUCKET}/")[2])["Body"].read().decode()
    assert body == '"team","calls","cost"\n"search","2","1.50"\n"ads",,"0.25"\n'


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT approx_distinct(team) AS n FROM calls", "APPROXDISTINCT"),
        ("SELECT json_extract_scalar(team, '$.a') AS a FROM calls", "JSONEXTRACTSCALAR"),
        ("SELECT my_function(team) AS a FROM calls", "ANONYMOUS"),
        ("SELECT team FROM calls TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE"),
        ("CREATE TABLE other AS SELECT team FROM calls", "CREATE"),
        ("INSERT INTO calls VALUES ('a', 1, 2)", "INSERT"),
    ],
)
def test_what_duckdb_would_not_answer_alike_is_refused_by_name(athena: Athena, sql: str, what: str) -> None:
    with pytest.raises(ClientError) as refused:
        athena.start(sql)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert what in refused.value.response["Error"]["Message"].upper()


def test_a_query_that_is_no_sql_is_refused(athena: Athena) -> None:
    with pytest.raises(ClientError) as refused:
        athena.start("SELEC team FROM WHERE (")
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("sql", ["SELECT nothing AS n FROM calls", "SELECT team FROM nowhere"])
def test_a_query_that_does_not_fit_the_tables_fails(athena: Athena, sql: str) -> None:
    execution = athena.start(sql)
    status = athena.status(execution)["Status"]
    assert status["State"] == "FAILED"
    assert "no" in status["StateChangeReason"]
    with pytest.raises(ClientError, match="Final query state: FAILED"):
        athena.athena.get_query_results(QueryExecutionId=execution)


@pytest.mark.usefixtures("calls")
def test_a_query_reads_in_the_name_of_its_caller(athena: Athena) -> None:
    iam = athena.client("iam")
    iam.create_user(UserName="analyst")
    made = iam.create_access_key(UserName="analyst")["AccessKey"]
    analyst = athena.client("athena", (made["AccessKeyId"], made["SecretAccessKey"]))
    states = {}
    for allowed in (["athena:*", "glue:*"], ["athena:*", "s3:*"], ["athena:*", "glue:*", "s3:*"]):
        statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="analyst", PolicyName="own", PolicyDocument=text)
        status = athena.status(athena.start("SELECT team FROM calls", analyst))["Status"]
        states[tuple(allowed[1:])] = (
            status["State"],
            "not authorized" in status.get("StateChangeReason", ""),
        )
    assert states == {
        ("glue:*",): ("FAILED", True),
        ("s3:*",): ("FAILED", True),
        ("glue:*", "s3:*"): ("SUCCEEDED", False),
    }
