from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.web.browsers import (
    CHROMIUM,
    DESK,
    DRAWN,
    LOOKS,
    OTHER_LOOKS,
    PHONE,
    Reader,
    holds_in_both_looks,
    reader,
)
from tests.web.conftest import NOW, fill
from tests.web.paths import has_example, path_of
from tests.web.records import LAST_DAY, RESEARCH, SEARCH, more_logs

from craton.codec.content_file import PAGES
from craton.engine.board import Board
from craton.engine.deployment_log import DeploymentLog
from craton.engine.deployment_records import ApplyRecord
from craton.web.page import discovered
from craton.web.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, so no page is looked at"),
]

PATHS = {page.name: path_of(page)[1:] for page in discovered() if has_example(page)}
EVERYTHING = "?last=all"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, manifest: Path) -> Iterator[str]:
    """Where a lake is served that has never seen a record."""
    folder = tmp_path_factory.mktemp("empty")
    (folder / "snapshots").mkdir()
    board = Board.open(folder, manifest=manifest, clock=lambda: NOW)
    with Server(board, host="127.0.0.1", port=0).running() as where:
        yield where


@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_sound_for_everybody(scripted: Reader, address: str, name: str) -> None:
    holds_in_both_looks(scripted, f"{address}{PATHS[name]}{EVERYTHING}")
    if name in (*PAGES, "panel"):
        charts_are_drawn_and_said_in_words(scripted.page)


def charts_are_drawn_and_said_in_words(page: Page) -> None:
    """Script drew every chart of the page, and who does not see it has words and a table."""
    charts = page.locator(".chart").all()
    assert charts
    for chart in charts:
        assert chart.get_attribute("data-drawn") == "true"
        assert chart.get_attribute("role") == "img"
        assert "data follows as a table" in (chart.get_attribute("aria-label") or "")
        assert chart.locator("[aria-hidden=true] svg").count() == 1
        marks = chart.locator(".role-mark path, .role-mark line, .role-mark text")
        assert marks.count() > 0, chart.get_attribute("id")
        panel = chart.locator("xpath=ancestor::section")
        assert panel.locator("details.data tbody tr").count() > 0
    assert page.locator(".panel .picture").count() == 0


@pytest.mark.parametrize("name", [name for name in PATHS if name not in ("panel", "event", "plan")])
def test_a_page_of_an_empty_lake_is_sound_for_everybody(scripted: Reader, empty: str, name: str) -> None:
    holds_in_both_looks(scripted, f"{empty}{PATHS[name]}", OTHER_LOOKS)


@pytest.mark.parametrize("path", ["nothing", "accounts/424242424242"])
def test_an_answer_that_is_none_is_sound_too(visitor: Reader, address: str, path: str) -> None:
    visitor.open(address + path, drawn=False)
    for width, theme in LOOKS:
        visitor.seen(width, theme)
        assert visitor.barriers() == []
        assert not visitor.is_too_wide()


@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_whole_without_script(plain: Reader, address: str, name: str) -> None:
    plain.complaints.clear()
    plain.seen(DESK, "dark")
    page = plain.open(f"{address}{PATHS[name]}{EVERYTHING}", drawn=False).page
    assert not plain.is_too_wide()
    drawings = page.locator(".chart")
    assert page.locator(".panel .picture").count() == drawings.count()
    assert page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert page.locator("section:has(.chart) details.data table").count() == drawings.count()
    for summary in page.locator("section:has(.chart) details.data > summary").all()[:2]:
        if summary.evaluate("(one) => !one.parentElement.open"):
            summary.click()
        expect(summary.locator("xpath=..").locator("table")).to_be_visible()
    plain.seen(PHONE, "light")
    assert not plain.is_too_wide()
    assert page.locator("h1").is_visible()
    assert plain.complaints == []


def test_the_widest_table_is_scrolled_and_not_the_page(plain: Reader, address: str) -> None:
    for width in (PHONE, DESK):
        plain.seen(width, "light")
        page = plain.open(f"{address}tables/invocation{EVERYTHING}", drawn=False).page
        assert not plain.is_too_wide()
        assert page.evaluate(
            "[...document.querySelectorAll('.scroll')].some((one) => one.scrollWidth > one.clientWidth)"
        )


def test_a_click_narrows_the_page_and_the_address_tells_it(visitor: Reader, address: str) -> None:
    page = visitor.open(f"{address}usage").page
    calls = page.locator("#usage-calls_by_model-chart svg")
    before = calls.inner_html()
    page.locator("#picker-account > summary").click()
    page.locator(f"#picker-account input[value='{SEARCH}']").check()
    page.wait_for_url(f"**/usage?account={SEARCH}")
    page.wait_for_selector(DRAWN, state="attached")
    assert calls.inner_html() != before
    # The list stays open and keeps the focus, so that a second value is one more click.
    assert page.locator("#picker-account").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.value") == SEARCH
    expect(page.locator("#announcer")).to_contain_text("search-prod")
    expect(page.locator(".chips")).to_contain_text("search-prod")
    page.locator(".presets a", has_text="7d").click()
    page.wait_for_url(f"**/usage?last=7d&account={SEARCH}")
    page.wait_for_selector(DRAWN, state="attached")
    page.go_back()
    page.wait_for_url(f"**/usage?account={SEARCH}")
    page.go_back()
    page.wait_for_url("**/usage")
    page.wait_for_selector(DRAWN, state="attached")
    expect(page.locator(".chips")).to_have_count(0)
    assert calls.inner_html() == before
    assert visitor.complaints == []


def test_an_address_with_filters_shows_what_it_says(visitor: Reader, address: str) -> None:
    page = visitor.open(f"{address}cost?last=7d&team=search&team=fraud").page
    assert page.locator(".presets a[aria-current]").inner_text().startswith("7d")
    assert page.locator("#picker-team input:checked").count() == 2
    page.locator(".chips a", has_text="fraud").click()
    page.wait_for_url("**/cost?last=7d&team=search")
    page.locator("#clear").click()
    page.wait_for_url("**/cost?last=7d")
    links = page.locator("#navigation a").all()
    assert all("last=7d" in (link.get_attribute("href") or "") for link in links)


def test_days_are_chosen_without_script_too(plain: Reader, address: str) -> None:
    plain.seen(PHONE, "light")
    page = plain.open(f"{address}usage", drawn=False).page
    page.locator("#picker-dates > summary").click()
    page.locator("#from").fill("2026-11-01")
    page.locator("#to").fill("2026-11-07")
    page.locator("#picker-dates button").click()
    assert "from=2026-11-01&to=2026-11-07" in page.url
    page.locator("#picker-team > summary").click()
    page.locator("#picker-team input").first.check()
    page.locator("#picker-team button").click()
    assert "from=2026-11-01&to=2026-11-07" in page.url
    assert "team=" in page.url
    expect(page.locator(".chips")).to_be_visible()


def test_what_opens_stays_within_the_page(visitor: Reader, address: str) -> None:
    for width in (PHONE, 900, DESK):
        visitor.seen(width, "light")
        page = visitor.open(f"{address}guardrails{EVERYTHING}").page
        for summary in page.locator(".picker > summary, .more > summary").all():
            summary.click()
            box = summary.locator("xpath=..").locator(".pop").bounding_box()
            assert box
            assert box["x"] >= 0, (width, summary.inner_text())
            assert box["x"] + box["width"] <= width, (width, summary.inner_text())
            assert not visitor.is_too_wide(), (width, summary.inner_text())
            page.keyboard.press("Escape")
            assert page.locator(".picker[open], .more[open]").count() == 0


REACHABLE = """() =>
  [...document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex]")]
    .filter((one) => one.tabIndex >= 0 && one.checkVisibility({ contentVisibilityAuto: true }))
    .map((one, number) => {
      one.dataset.stop = number;
      return number;
    })"""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const stop = Number(one.dataset.stop ?? -1);
  return { stop, name: one.outerHTML.slice(0, 90), seen: outlined && inside && box.width > 1 };
}"""


@pytest.mark.parametrize(("name", "width"), [("overview", DESK), ("usage", PHONE)])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    visitor: Reader, address: str, name: str, width: int
) -> None:
    visitor.seen(width, "dark")
    page = visitor.open(address + PATHS[name]).page
    stops = page.evaluate(REACHABLE)
    reached = []
    for _ in stops:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], focused["name"]
        reached.append(focused["stop"])
    assert sorted(reached) == stops
    assert reached == stops  # in the order in which they stand


def test_the_first_stop_leads_past_the_navigation(visitor: Reader, address: str) -> None:
    page = visitor.open(address).page
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert (skip.bounding_box() or {"y": -1})["y"] >= 0
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.closest('main')?.id ?? document.activeElement.outerHTML")
        == "main"
    )
    assert all("/assets/" in one for one in asked)


def test_a_filter_is_set_with_the_keyboard_alone(visitor: Reader, address: str) -> None:
    page = visitor.open(f"{address}cost").page
    page.locator("#picker-environment > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url("**/cost?environment=*")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.parentElement.id") == "picker-environment"
    assert page.locator("#picker-environment").get_attribute("open") is None


def test_the_theme_is_chosen_once_for_all_pages(visitor: Reader, address: str) -> None:
    page = visitor.open(address).page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    button = page.locator("#theme")
    button.click()
    expect(button).to_contain_text("light")
    button.click()
    expect(button).to_contain_text("dark")
    assert page.evaluate(ground) != light
    assert page.locator("html").get_attribute("data-theme") == "dark"
    visitor.open(f"{address}cost")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate(ground) != light
    page.locator("#theme").click()
    visitor.open(f"{address}usage")
    assert page.evaluate(ground) == light


def test_who_points_at_a_chart_is_told_its_values(visitor: Reader, address: str) -> None:
    page = visitor.open(f"{address}usage").page
    page.locator("#usage-calls_by_model-chart svg").hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    expect(tooltip).to_contain_text("Model")
    expect(tooltip).to_contain_text("2026")
    assert visitor.violations() == []


def test_a_long_list_of_values_can_be_searched(visitor: Reader, address: str) -> None:
    page = visitor.open(address).page
    page.locator("#picker-account > summary").click()
    page.locator("#picker-account-search").fill("search-p")
    shown = page.locator("#picker-account .options label:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("search-prod")


def test_new_data_comes_in_while_the_page_is_open(
    browser: Browser, tmp_path: Path, lake: Path, manifest: Path
) -> None:
    own = tmp_path / "lake"
    shutil.copytree(lake, own)
    board = Board.open(own, manifest=manifest, clock=lambda: NOW)
    with Server(board, host="127.0.0.1", port=0).running() as address:
        found = reader(browser)
        found.page.clock.install()
        page = found.open(f"{address}?account={RESEARCH}").page
        version = page.locator("#main").get_attribute("data-version")
        page.locator("#overview-gaps td a, #overview-changes td a, #overview-movers td a").first.focus()
        link = page.evaluate("document.activeElement.outerHTML")
        calls = page.locator("#overview-calls .figure")
        before = calls.inner_text()
        fill(own, more_logs(tmp_path / "more", LAST_DAY), manifest)
        page.clock.fast_forward(25_000)
        expect(page.locator("#main")).not_to_have_attribute("data-version", version or "")
        page.wait_for_selector(DRAWN, state="attached")
        assert calls.inner_text() != before
        assert page.evaluate("document.activeElement.outerHTML") == link
        assert page.url.endswith(f"?account={RESEARCH}")
        expect(page.locator("#announcer")).to_contain_text("new data")
        assert found.complaints == []
        page.context.close()


def test_an_apply_comes_in_while_its_page_is_open(
    browser: Browser, tmp_path: Path, lake: Path, manifest: Path
) -> None:
    own = tmp_path / "lake"
    shutil.copytree(lake, own)
    board = Board.open(own, manifest=manifest, clock=lambda: NOW)
    with Server(board, host="127.0.0.1", port=0).running() as address:
        found = reader(browser)
        found.page.clock.install()
        page = found.open(f"{address}history").page
        main = page.locator("#main")
        expect(main).not_to_contain_text("at the eleventh hour")
        DeploymentLog(own).apply(
            ApplyRecord(plan="0" * 64, begun=NOW, by="ana", why="at the eleventh hour", planned=1)
        )
        page.clock.fast_forward(25_000)
        expect(main).to_contain_text("at the eleventh hour")
        shown = main.get_attribute("data-deployments")
        page.clock.fast_forward(25_000)
        assert main.get_attribute("data-deployments") == shown
        assert found.complaints == []
        page.context.close()


def test_a_fault_would_be_noticed(visitor: Reader, address: str) -> None:
    page = visitor.open(f"{address}tables").page
    page.evaluate("""() => {
      document.body.insertAdjacentHTML("beforeend", "<img src='/nothing.png'><b style='color: red'>loud</b>");
      document.body.lastChild.style.width = "3000px";
      document.body.lastChild.style.display = "block";
      console.error("a complaint");
    }""")
    assert visitor.barriers("image-alt") == ['image-alt: img[src$="nothing.png"]']
    assert visitor.is_too_wide()
    assert visitor.violations() == ["style-src-attr inline"]
    assert "error: a complaint" in visitor.complaints
