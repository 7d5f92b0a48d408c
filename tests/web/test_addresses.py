"""What an address says: where it leads, what it filters by, and what in it cannot be meant."""

from __future__ import annotations

import html
import http.client
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from tests.web.records import SEARCH

if TYPE_CHECKING:
    import httpx


@pytest.mark.parametrize(
    "path", ["/nothing", "/accounts/424242424242", "/tables/nothing", "/panels/usage.nothing", "/assets/x.js"]
)
def test_what_is_not_there_is_404_and_says_so(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    if not path.startswith("/assets"):
        assert "404" in answer.text
        assert "Traceback" not in answer.text
        told = client.get(path, headers={"accept": "application/json"})
        assert told.status_code == 404
        assert told.json()["error"]


def test_filters_narrow_the_figures_and_their_links(client: httpx.Client) -> None:
    text = client.get(f"/usage?account={SEARCH}").text
    assert f"/panels/usage.calls_by_model.csv?account={SEARCH}" in text
    assert "search-prod" in text
    whole = client.get("/panels/overview.calls.json").json()["rows"][0]["calls"]
    part = client.get(f"/panels/overview.calls.json?account={SEARCH}").json()["rows"][0]["calls"]
    assert int(part) < int(whole)


def test_what_is_chosen_is_checked_and_can_be_taken_away(client: httpx.Client) -> None:
    text = client.get("/cost?team=search&team=fraud&last=7d").text
    assert re.search(r'name="team" value="search" checked', text)
    assert 'href="/cost?last=7d&amp;team=fraud"' in text
    assert '<input type="hidden" name="last" value="7d">' in text


def test_a_value_that_no_row_has_is_harmless_and_stays_chosen(client: httpx.Client) -> None:
    answer = client.get("/?team=nobody")
    assert answer.status_code == 200
    assert 'value="nobody" checked' in answer.text
    assert "no data" in answer.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=2026-02-30", "is no day"),
        ("last=forever", "say it like `7d`"),
        ("last=0d", "say it like `7d`"),
        ("last=99999d", "say it like `7d`"),
        ("from=2026-11-02&to=2026-11-01", "is later than"),
        (f"team={'x' * 500}", "more than 400 characters"),
        ("&".join(f"team={number}" for number in range(300)), "more than 200 values"),
    ],
)
def test_what_cannot_be_meant_is_told_and_passed_over(client: httpx.Client, query: str, told: str) -> None:
    answer = client.get(f"/usage?{query}")
    assert answer.status_code == 400
    assert told in answer.text.replace("&gt;", ">")
    assert "25 Oct" in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("team=%00%ff", 200),
        ("team=&team=", 200),
        ("days=nonsense", 400),
        ("x=1&&&=&%00", 400),
        ("offset=-1", 400),
    ],
)
def test_what_is_no_filter_changes_nothing_and_harms_nothing(
    client: httpx.Client, query: str, status: int
) -> None:
    answer = client.get(f"/usage?{query}")
    assert answer.status_code == status
    assert "25 Oct" in answer.text


def test_a_place_before_the_first_row_is_the_first(client: httpx.Client) -> None:
    answer = client.get("/tables/usage_daily?offset=-1")
    assert answer.status_code == 200
    assert "25 Oct" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/accounts/<script>", "/accounts/%00", f"/accounts/{'1' * 5000}", "/tables/../etc", "/panels/%2e%2e"],
)
def test_paths_that_lead_nowhere_are_404_whatever_they_are(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text
    assert "Traceback" not in answer.text


def test_a_line_that_nobody_can_send_is_refused(address: str) -> None:
    asked = urlsplit(address)
    line = http.client.HTTPConnection(asked.hostname or "", asked.port, timeout=60)
    line.request("GET", f"/?team={'x' * 200_000}")
    assert line.getresponse().status in (400, 414, 431)
    line.close()


def test_a_panel_says_which_filters_it_cannot_follow(client: httpx.Client) -> None:
    page = client.get("/data-health?team=search").text
    assert "not filtered by time, team" in page
    told = client.get("/panels/data_health.quarantine.json?team=search").json()
    assert told["not_filtered_by"] == ["time", "team"]


@pytest.mark.parametrize("panel", ["accounts.table", "data_health.counts"])
def test_figures_of_one_team_stand_beside_no_figures_of_all(client: httpx.Client, panel: str) -> None:
    every = client.get(f"/panels/{panel}.json?last=all").json()
    asked = client.get(f"/panels/{panel}.json?last=all&team=search").json()

    assert asked["not_filtered_by"] == ["team"]
    assert asked["rows"] == every["rows"] != []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/panels/cost.total.json?nonsense=1", "there is no parameter `nonsense`; there are `last`, `from`"),
        ("/panels/cost.total.json?teams=search", "there is no parameter `teams`; did you mean `team`?"),
        ("/panels/cost.total.csv?Account=1", "there is no parameter `Account`; did you mean `account`?"),
        ("/panels/usage.calls_by_model.svg?colums=4", "did you mean `columns`?"),
        ("/cost.json?modle=x", "did you mean `model`?"),
        ("/cost?teams=", "did you mean `team`?"),
        ("/history.json?endin=x", "did you mean `ending`?"),
    ],
)
def test_a_parameter_that_nobody_knows_is_told(client: httpx.Client, asked: str, told: str) -> None:
    answer = client.get(asked, headers={"accept": "application/json" if "." in asked else "text/html"})

    assert answer.status_code == 400
    assert told in html.unescape(answer.text)


@pytest.mark.parametrize(
    "asked",
    [
        "/panels/usage.calls_by_model.svg?theme=dark&legend=0&columns=4&last=7d",
        "/history?ending=done&by=x&last=7d",
        "/rollout.json?state=drifted",
        "/tables/usage_daily?offset=50&team=search",
        "/try-it?region=us-east-1&stream=on",
        "/replay?since=7d",
    ],
)
def test_what_a_page_asks_for_itself_is_known(client: httpx.Client, asked: str) -> None:
    assert "there is no parameter" not in client.get(asked).text
