from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.web.conftest import NOW, fill, served
from tests.web.paths import path_of
from tests.web.records import BREAKOUT, HOSTILE_TEAM, MARKUP, MODELS, RESEARCH, RETIRED, SEARCH

from craton.codec.content_file import PAGES
from craton.core.filters import Filters
from craton.engine.board import Board
from craton.engine.panels import figure
from craton.web.documents import figure_json
from craton.web.page import Page, discovered

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

OF_WHAT_IS_KNOWN = ("account", "allowed", "event", "onboarding", "plan")
"""Pages of things that neither a manifest nor a record names where there is neither."""


def seen(text: str) -> str:
    """The page as it is read, where a long name may go on in the next line."""
    return text.replace("<wbr>", "")


class Outline(HTMLParser):
    """What of a page matters to who hears it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.levels: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == tag]


@pytest.fixture(params=discovered(), ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.param
    return found


def test_every_page_answers_and_tells_how_far_it_can_be_trusted(client: httpx.Client, page: Page) -> None:
    answer = client.get(path_of(page))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for word in ("Data up to", "2026-11-23 22:", "Priced", "Coverage"):
        assert word in answer.text


def test_every_page_has_a_twin_in_json(client: httpx.Client, page: Page) -> None:
    if page.name == "panel":
        pytest.skip("its twin is that of the panel, tested with all panels' twins")
    answer = client.get(f"{path_of(page)}.json" if page.path != "/" else "/overview.json")
    assert answer.status_code == 200
    told = answer.json()
    assert told["page"] == page.name
    assert told["data_up_to"]["invocation"].endswith("Z")
    assert 0 < told["coverage_percent"] <= 100
    assert told["coverage_percent"] < 100 or page.name == "account"  # all calls of this one are logged


@pytest.mark.parametrize("twin", ["/overview.json", "/panels/cost.by_team.json"])
def test_programs_are_told_which_filters_the_coverage_does_not_follow(
    client: httpx.Client, twin: str
) -> None:
    told = client.get(f"{twin}?team=fraud&environment=prod").json()
    assert told["coverage_not_filtered_by"] == ["team"]
    assert client.get(f"{twin}?environment=prod").json()["coverage_not_filtered_by"] == []


def test_every_page_counts_the_calls_of_each_state_of_the_price(
    client: httpx.Client, board: Board, page: Page
) -> None:
    here = path_of(page)
    twin = "/panels/usage.calls_by_model.json" if page.name == "panel" else f"{here}.json"
    told = client.get(twin if page.path != "/" else "/overview.json").json()
    account = "AND account_id = $account" if page.name == "account" else ""
    rows = board.present().query(
        "SELECT price_status, count(*) FROM invocation WHERE error_code IS NULL "
        f"AND day BETWEEN $first AND $last {account} GROUP BY price_status",
        {**told["days"], **({"account": here.rsplit("/", 1)[1]} if account else {})},
    )
    assert told["price_status"] == dict(rows.rows)
    assert told["priced_percent"] == 100 - 100 * told["price_status"]["unpriced"] / sum(
        told["price_status"].values()
    )
    listed = re.search(r'<dd class="parts">(.*?)</dd>', client.get(here).text)
    assert listed
    shown = re.findall(r"<b>([\d,]+)</b> ([\w ]+)<", listed[1])
    assert [(name.lower().replace(" ", "_"), count) for count, name in shown] == [
        (name, f"{count:,}") for name, count in told["price_status"].items()
    ]


def test_the_calls_of_each_state_of_the_price_follow_every_filter(client: httpx.Client) -> None:
    def counts(**filters: str) -> Counter[str]:
        told = client.get("/panels/overview.calls.json", params={"last": "all", **filters}).json()
        return Counter(told["price_status"])

    for dimension, values in client.get("/api/filters").json().items():
        if dimension == "ou":  # which holds those below it too
            continue
        parts = [counts(**{dimension: value}) for value in values]
        assert sum(parts, Counter()) == counts(), dimension
        assert any(part != counts() for part in parts), dimension
    assert counts(account="777777777777") == {}
    assert '<dd class="parts">' not in client.get("/?account=777777777777").text


def test_every_page_is_sound_to_who_hears_it(client: httpx.Client, page: Page) -> None:
    outline = Outline(client.get(path_of(page)).text)
    assert outline.all("html")[0]["lang"] == "en"
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(outline.levels, outline.levels[1:], strict=False))
    assert {"header", "nav", "main"} <= {tag for tag, _ in outline.elements}
    assert outline.all("a")[0]["href"] == "#main"
    assert all("alt" in image for image in outline.all("img"))
    assert all(cell.get("scope") in ("col", "row") for cell in outline.all("th"))
    assert len(outline.all("table")) == len(outline.all("caption"))
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_no_page_needs_what_its_policy_forbids(client: httpx.Client, page: Page) -> None:
    outline = Outline(client.get(path_of(page)).text)
    for tag, attributes in outline.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    for script in outline.all("script"):
        assert script.get("type") == "application/json" or (script["src"] or "").startswith("/assets/")


def test_no_text_of_anybody_becomes_markup(client: httpx.Client, page: Page) -> None:
    for path in (path_of(page), f"{path_of(page)}?team={MARKUP}&model={BREAKOUT}&from={MARKUP}"):
        text = seen(client.get(path).text)
        for hostile in (MARKUP, BREAKOUT, HOSTILE_TEAM):
            assert hostile not in text


def test_hostile_names_are_shown_as_what_they_are(client: httpx.Client) -> None:
    told = seen(client.get("/principals?last=all").text)
    assert "&lt;img src=x onerror=alert(2)&gt;" in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen(client.get("/data-health?last=all").text)
    assert "&lt;b onclick=alert(3)&gt;" in seen(client.get("/cost?last=all").text)


def test_accounts_keep_their_leading_zeros(client: httpx.Client) -> None:
    assert f">{RESEARCH}<" in client.get("/accounts").text
    rows = client.get("/panels/accounts.table.json").json()["rows"]
    assert RESEARCH in {row["account_id"] for row in rows}
    assert RESEARCH in client.get("/panels/accounts.table.csv").text
    assert client.get(f"/accounts/{RESEARCH.lstrip('0')}").status_code == 404


def test_an_account_has_a_page_of_its_own_figures(client: httpx.Client) -> None:
    whole = client.get("/panels/account.calls.json").json()["rows"][0]["calls"]
    page = client.get(f"/accounts/{SEARCH}.json").json()
    calls = next(panel for panel in page["panels"] if panel["id"] == "account.calls")
    assert 0 < int(calls["rows"][0]["calls"]) < int(whole)
    assert page["title"] == "search-prod"
    assert "search-prod" in client.get(f"/accounts/{SEARCH}").text


def test_accounts_of_the_manifest_have_a_page_though_nothing_is_known_of_them(client: httpx.Client) -> None:
    text = client.get("/accounts/777777777777").text
    assert "support-staging" in text
    assert "no record of it in the lake" in text
    assert "no data" in text
    listed = client.get("/accounts").text
    assert "Accounts without any record" in listed
    assert "support-staging" in listed


def test_nothing_is_shown_as_0_where_there_is_no_data(client: httpx.Client) -> None:
    text = client.get("/?from=1999-01-01&to=1999-01-31").text
    stats = re.findall(r'class="panel is-stat.*?</section>', text, re.DOTALL)
    assert stats
    assert all("no data" in stat for stat in stats)
    trusts = text[text.index('class="trusts"') : text.index("</dl>")]
    assert trusts.count("unknown") >= 2


def test_an_empty_lake_has_all_its_pages(tmp_path: Path, client: httpx.Client, page: Page) -> None:
    del client
    (tmp_path / "snapshots").mkdir()
    board = Board.open(tmp_path, manifest=None, clock=lambda: NOW)
    with served(board) as browser:
        answer = browser.get(path_of(page))
        assert answer.status_code == (404 if page.name in OF_WHAT_IS_KNOWN else 200)
        said = re.findall(r'class="empty">([^<]*)<', answer.text)
        assert set(said) <= {"no data"}
        assert said or page.name not in PAGES or answer.status_code == 404
        assert "craton ingest SOURCE" in answer.text or answer.status_code == 404


def test_an_account_that_nothing_names_has_a_page_that_says_what_to_do(
    tmp_path: Path, client: httpx.Client
) -> None:
    answer = client.get("/accounts/424242424242")
    assert answer.status_code == 404
    assert "no record names it, and no manifest lists it" in answer.text
    assert "The page Accounts lists those that are known" in answer.text
    (tmp_path / "snapshots").mkdir()
    with served(Board.open(tmp_path, manifest=None, clock=lambda: NOW)) as browser:
        answer = browser.get("/accounts/424242424242")
    assert answer.status_code == 404
    assert "Bring records in with `craton ingest`, or serve with `--manifest craton.yaml`" in answer.text


def test_without_a_trail_no_page_says_that_all_is_logged(
    tmp_path: Path, logs: Path, manifest: Path, client: httpx.Client
) -> None:
    assert "Accounts whose calls are not all logged" in client.get("/").text
    fill(tmp_path / "lake", logs / "invocations.json", manifest)
    with served(Board.open(tmp_path / "lake", manifest=manifest, clock=lambda: NOW)) as browser:
        for path in ("/", "/accounts", "/data-health", f"/accounts/{SEARCH}"):
            answer = browser.get(path).text
            assert "no gap is known" not in answer
            trusts = answer[answer.index('class="trusts"') : answer.index("</dl>")]
            assert "unknown" in trusts


def test_a_panel_that_found_nothing_says_what_that_means(client: httpx.Client) -> None:
    assert "every file was read to its end" in client.get("/data-health").text


def test_models_that_aws_retires_are_named_with_their_end(client: httpx.Client) -> None:
    text = client.get("/models?last=all").text
    assert "Models in use that AWS is retiring" in text
    ending = text[text.index('id="ending"') : text.index("</section>")]
    assert RETIRED in seen(ending)
    assert "retired" in ending
    assert "2026-09-10" in ending
    told = client.get("/models.json?last=all").json()["ending"]
    assert [(one["model"], one["state"]) for one in told] == [(RETIRED, "end_of_life")]
    calls = client.get(f"/panels/overview.calls.json?last=all&model={RETIRED}").json()["rows"][0]["calls"]
    assert told[0]["calls"] == int(calls)
    assert "is retiring" not in client.get(f"/models?last=all&model={MODELS[0]}").text


def test_a_poor_figure_leads_to_what_there_is_to_know(client: httpx.Client) -> None:
    text = client.get("/?last=7d").text
    for path in ("/data-health?last=7d#data_health-unpriced_models", "/data-health?last=7d#data_health-gaps"):
        assert f'href="{path}"' in text
        assert f'id="{path.partition("#")[2]}"' in client.get(path).text


def test_what_has_no_owner_can_be_filtered_by(client: httpx.Client) -> None:
    assert 'href="/cost?team=%28none%29"' in client.get("/cost").text


def test_a_list_that_ends_before_its_rows_do_says_so(client: httpx.Client, board: Board) -> None:
    found = figure(board.present(), board.present().panel("usage.busiest_minutes"), Filters())
    assert 0 < len(found.rows.rows) < 50
    assert found.cut is None
    row = found.rows.rows[0]
    full = msgspec.structs.replace(found, rows=msgspec.structs.replace(found.rows, rows=[row] * 50))
    assert full.cut == 50
    assert (figure_json(found)["cut_at"], figure_json(full)["cut_at"]) == (None, 50)
    assert "craton-cut-at" not in client.get("/panels/usage.busiest_minutes.csv").headers
    assert "there may be more" not in client.get("/usage").text


def test_samples_of_a_table_are_paged(client: httpx.Client) -> None:
    first = client.get("/tables/invocation?last=all").text
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following
    second = client.get(following[1].replace("&amp;", "&")).text
    assert "Rows 51 to 100" in second
    assert 'rel="prev"' in second
    assert client.get("/tables/invocation?offset=99999999").status_code == 404


def test_what_people_wrote_to_models_is_in_no_sample(client: httpx.Client) -> None:
    told = client.get("/tables/invocation.json").json()
    names = told["sample"]["rows"]["names"]
    assert "request_id" in names
    assert not {"input_text", "output_text"} & set(names)


def test_a_table_tells_what_its_columns_mean(client: httpx.Client) -> None:
    text = client.get("/tables/usage_daily").text
    assert "calls that failed, throttled ones included" in text
    assert "/panels/usage.calls_by_model" in text
    described = client.get("/tables/usage_daily.json").json()["table"]
    assert all(column["meaning"] for column in described["columns"])


def test_a_panel_alone_shows_its_query(client: httpx.Client) -> None:
    text = client.get("/panels/overview.calls").text
    assert "FROM usage_daily" in text
    assert "<h1>Calls</h1>" in text


def test_charts_are_data_that_no_page_can_break_out_of(client: httpx.Client) -> None:
    text = client.get("/data-health?last=all").text
    found = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found
    for one in found:
        assert "<" not in one
        assert json.loads(one)["$schema"].endswith("v6.json")


def test_the_theme_that_was_chosen_is_there_before_any_script(client: httpx.Client) -> None:
    assert 'data-theme="dark"' in client.get("/", headers={"cookie": "theme=dark"}).text
    assert "data-theme" not in client.get("/", headers={"cookie": "theme=<b>"}).text.split("<head>")[0]
