from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from tests.web.records import FORMULA

from craton.registry.content import Content

if TYPE_CHECKING:
    import httpx

PANELS = Content.load().panels


@pytest.fixture(scope="module")
def listed(client: httpx.Client) -> dict[str, Any]:
    return {panel["id"]: panel for panel in client.get("/api/panels").json()}


def test_every_panel_is_listed(listed: dict[str, Any]) -> None:
    assert set(listed) == set(PANELS)


@pytest.mark.parametrize("panel_id", PANELS)
def test_every_panel_has_its_twins(client: httpx.Client, listed: dict[str, Any], panel_id: str) -> None:
    panel = listed[panel_id]
    told = client.get(panel["json"], params={"last": "all"})
    assert told.status_code == 200, told.text
    found = told.json()
    assert found["problem"] is None
    names = [column["name"] for column in found["columns"]]
    assert all(list(row) == names for row in found["rows"])
    text = client.get(panel["csv"], params={"last": "all"})
    assert text.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(text.text)))
    assert rows[0] == names
    assert len(rows) == 1 + len(found["rows"])
    if panel["svg"]:
        picture = client.get(panel["svg"], params={"last": "all"})
        assert picture.status_code == 200
        assert picture.headers["content-type"].startswith("image/svg+xml")
        assert "<svg" in picture.text


def test_money_is_text_and_times_are_in_utc(client: httpx.Client) -> None:
    rows = client.get("/panels/overview.cost.json").json()["rows"]
    assert isinstance(rows[0]["estimated_cost"], str)
    last = client.get("/panels/account.last_call.json").json()["rows"]
    assert last[0]["last_call"] == "2026-11-23T22:00:00Z"


def test_a_spreadsheet_finds_no_formula(client: httpx.Client) -> None:
    text = client.get("/panels/models.errors.csv?last=all").text
    assert f"'{FORMULA}" in text
    assert f",{FORMULA}" not in text


def test_programs_are_told_what_cannot_be_meant(client: httpx.Client) -> None:
    for query in ("from=yesterday", "last=forever", "from=2026-11-02&to=2026-11-01"):
        answer = client.get(f"/panels/overview.calls.json?{query}", headers={"accept": "*/*"})
        assert answer.status_code == 400
        assert "`" in answer.json()["error"]


def test_the_same_filters_in_another_order_give_the_same_rows(client: httpx.Client) -> None:
    one = client.get("/panels/usage.calls_by_model.csv?team=search&team=fraud&last=90d").text
    other = client.get("/panels/usage.calls_by_model.csv?last=90d&team=fraud&team=search").text
    assert one == other


def test_parts_add_up_to_the_whole(client: httpx.Client) -> None:
    def calls(**filters: str) -> int:
        rows = client.get("/panels/overview.calls.json", params={"last": "all", **filters}).json()["rows"]
        return sum(int(row["calls"]) for row in rows)

    accounts = client.get("/api/filters").json()["account"]
    assert sum(calls(account=account) for account in accounts) == calls()
    teams = client.get("/api/filters").json()["team"]
    assert "(none)" in teams
    assert sum(calls(team=team) for team in teams) == calls()


def test_an_ou_is_chosen_with_all_below_it(client: httpx.Client) -> None:
    def calls(ou: str) -> int:
        rows = client.get("/panels/overview.calls.json", params={"last": "all", "ou": ou}).json()["rows"]
        return int(rows[0]["calls"]) if rows else 0

    assert calls("workloads") == calls("workloads/prod") > 0
    assert calls("work") == 0


def test_a_stat_tells_the_value_before(client: httpx.Client) -> None:
    told = client.get("/panels/overview.calls.json?last=7d").json()
    assert int(told["previous"]) > 0
    assert client.get("/panels/overview.calls.json?last=90d").json()["previous"] is None


def test_a_table_is_no_picture(client: httpx.Client) -> None:
    answer = client.get("/panels/models.table.svg", headers={"accept": "*/*"})
    assert answer.status_code == 404
    assert "no chart" in answer.json()["error"]


def test_pictures_come_in_both_themes_and_any_width(client: httpx.Client) -> None:
    light = client.get("/panels/usage.calls_by_model.svg").text
    dark = client.get("/panels/usage.calls_by_model.svg?theme=dark").text
    narrow = client.get("/panels/usage.calls_by_model.svg?columns=4").text
    assert len({light, dark, narrow}) == 3
    assert "#1a1d21" in light
    assert "#e8eaed" in dark
    assert client.get("/panels/usage.calls_by_model.svg?columns=0; DROP").text == light


def test_what_programs_may_ask_is_described(client: httpx.Client) -> None:
    told = client.get("/api/openapi.json").json()
    route = told["paths"]["/panels/{panel_id}.json"]["get"]
    assert {"last", "from", "to", "account", "team", "ou"} <= {one["name"] for one in route["parameters"]}
    for path in ("/api/tables", "/api/accounts", "/api/filters", "/api/version"):
        assert path in told["paths"]
        assert client.get(path).status_code == 200


def test_heads_are_answered_without_a_body(client: httpx.Client) -> None:
    answer = client.head("/panels/overview.calls.json")
    assert answer.status_code == 200
    assert answer.content == b""
