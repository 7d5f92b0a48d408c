"""The contract is kept: what it promises of the program's output is there, in the form that it says."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.conftest import REPOSITORY
from tests.docs.page_commands import invocation

from craton.cli.program import program
from craton.core.filters import DIMENSIONS
from craton.engine.board import Board
from craton.simulator.case_checks import OPTIONAL, REQUIRED
from craton.web.access import Access
from craton.web.application import application

if TYPE_CHECKING:
    from pathlib import Path

    from pytest import CaptureFixture  # noqa: PT013 - names of types only
    from starlette.types import ASGIApp

CONTRACT = (REPOSITORY / "docs" / "reference" / "contract.md").read_text("utf-8")
OF_JSON: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "object of integers": dict,
    "object of texts": dict,
    "object of objects": dict,
}


def section(title: str) -> str:
    return CONTRACT.partition(f"## {title}\n")[2].partition("\n## ")[0]


def told(title: str) -> dict[str, str]:
    """The names in the first column of a section's tables, with the second column."""
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", section(title), re.MULTILINE)
    return {name: second for first, second in rows for name in re.findall(r"`([^`]+)`", first)}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contract")
    (folder / "calls.jsonl").write_text(json.dumps(invocation()) + "\nno record\n")
    program(["ingest", str(folder / "calls.jsonl"), "--lake", str(folder / "lake"), "--quiet"])
    return folder / "lake"


class Asking:
    """Asks the dashboard, without a network."""

    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return asyncio.run(self._answer(path, parameters))

    async def _answer(self, path: str, parameters: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, params=parameters)


@pytest.fixture(scope="module")
def dashboard(lake: Path) -> Asking:
    board = Board.open(lake, manifest=None, clock=lambda: dt.datetime(2026, 10, 2))  # noqa: DTZ001 - naive UTC
    return Asking(application(board, Access.at("127.0.0.1", token=None)))


def test_an_ingest_prints_one_object_with_every_key_of_its_type(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    (tmp_path / "calls.jsonl").write_text(json.dumps(invocation()) + "\nno record\n")
    code = program(
        ["ingest", str(tmp_path / "calls.jsonl"), "--lake", str(tmp_path / "lake"), "--format", "json"]
    )
    (line,) = capsys.readouterr().out.splitlines()
    report = json.loads(line)
    promised = told("craton ingest")
    assert code == 2
    assert set(promised) == set(report)
    for name, kind in promised.items():
        assert isinstance(report[name], OF_JSON[kind]), name
    assert report["documents_read"] == sum(
        report[name] for name in ("rows", "duplicates", "quarantined", "ignored")
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("true", True),
        ("9007199254740993", 9007199254740993),
        ("0.5::DOUBLE", 0.5),
        ("'nan'::DOUBLE", None),
        ("0.00891::DECIMAL(38,12)", "0.008910000000"),
        ("TIMESTAMP '2026-10-01 12:00:00'", "2026-10-01T12:00:00Z"),
        ("TIMESTAMP '2026-10-01 12:00:00.25'", "2026-10-01T12:00:00.250000Z"),
        ("DATE '2026-10-01'", "2026-10-01"),
        ("[1, NULL]", [1, None]),
        ("MAP {'team': 'search'}", {"team": "search"}),
        ("NULL", None),
    ],
)
def test_a_value_is_printed_as_the_contract_says(
    expression: str, value: Any, lake: Path, capsys: CaptureFixture[str]
) -> None:
    assert program(["sql", f"SELECT {expression} AS it", "--lake", str(lake), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"it": value}]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM invocation",
        "SELECT 1; SELECT 2",
        "COPY invocation TO 'x.csv'",
        "ATTACH 'x.db'",
        "PRAGMA version",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('*')",
        "SELECT getenv('HOME')",
    ],
)
def test_everything_but_a_select_over_the_lake_is_an_error(
    statement: str, lake: Path, capsys: CaptureFixture[str]
) -> None:
    assert program(["sql", statement, "--lake", str(lake), "--format", "json"]) == 1
    assert capsys.readouterr().out == ""


def test_the_tables_are_listed_for_programs(lake: Path, capsys: CaptureFixture[str]) -> None:
    assert program(["sql", "--lake", str(lake), "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert all(set(one) == {"name", "grain", "rows", "columns"} for one in listed)


def test_a_diagnostic_has_every_key_of_the_contract(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    file = tmp_path / "craton.yaml"
    file.write_text("regoins: [us-east-1]\n")
    assert program(["validate", str(file), "--format", "json"]) == 2
    keys = set(re.findall(r'"(\w+)"', section("craton validate").partition("in the order")[0]))
    assert keys
    assert all(set(one) == keys for one in json.loads(capsys.readouterr().out))


def test_every_panel_has_the_twins_and_keys_of_the_contract(dashboard: Asking) -> None:
    keys = {name for name in told("craton serve") if not name.startswith("/")}
    named = set(
        re.findall(r"`(\w+)`", section("craton serve").partition("| `/api/panels` |")[2].partition("\n")[0])
    )
    panels = dashboard.get("/api/panels").json()
    assert panels
    for panel in panels:
        assert named <= set(panel)
        assert keys <= set(dashboard.get(f"/panels/{panel['id']}.json").json())
        assert dashboard.get(f"/panels/{panel['id']}.csv").headers["content-type"].startswith("text/csv")


def test_every_filter_is_in_the_contract(dashboard: Asking) -> None:
    said = set(re.findall(r"`(\w+)`", section("craton serve").partition("Filters are parameters")[2]))
    assert {*DIMENSIONS, "last", "from", "to"} <= said
    answer = dashboard.get("/panels/overview.cost.json", account="333333333333", last="all").json()
    assert answer["filters"] == {"account": ["333333333333"]}
    assert answer["rows"] == [{"estimated_cost": "0.008910000000"}]


def test_an_error_of_the_server_says_what_and_what_to_do(dashboard: Asking) -> None:
    answer = dashboard.get("/panels/nothing.json")
    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "hint"}
    assert set(dashboard.get("/api/version").json()) == {"version", "deployments"}


def test_an_answer_to_a_case_has_every_key_of_the_contract(
    tmp_path: Path, capfd: CaptureFixture[str]
) -> None:
    case = re.search(r"```json\n(.*?)\n```", section("craton simulate"), re.DOTALL)
    assert case is not None
    (tmp_path / "cases.jsonl").write_text(case[1])
    assert program(["simulate", "--cases", str(tmp_path / "cases.jsonl"), "--format", "json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    promised = told("craton simulate")
    assert set(answer) | set(answer["statements"][0]) <= set(promised)
    assert {"decision", "blocked_by", "statements", "unknown_keys"} <= set(answer)
    assert set(REQUIRED) | set(OPTIONAL) <= set(promised)
    assert set(REQUIRED) == {name for name in REQUIRED if "optional" not in promised[name]}
    assert all("optional" in promised[name] for name in OPTIONAL)
