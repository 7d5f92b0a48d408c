"""The pages about policies in a real browser, with answers of every kind, with script and without."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.web.browsers import CHROMIUM, DESK, LOOKS, PHONE, Reader, holds_in_both_looks

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, so no page is looked at"),
]

CALL = "account_id=666666666666&role=app&api=Converse&model_id=anthropic.claude-sonnet-4-6&region=us-east-1"
SIGHTS = {
    "an attached policy": "policies/approved_models",
    "a statement that is not attached": "policies/tags_required",
    "an allowed call": f"try-it?{CALL}&endpoint=public&profile=us",
    "a denied call": f"try-it?{CALL}&profile=global&batch=on&policy=approved_regions&target=workloads",
    "a call of which little is known": f"try-it?{CALL}&policy=private_endpoints_only&context=aws:x=1",
    "a call that is not documented": f"try-it?{CALL.replace('Converse', 'InvokeAgent')}",
    "a replay": "replay?candidate=policies/approved_models.json&at=workloads/prod&since=all",
    "a replay of much that is unknown": "replay?candidate=private_endpoints_only&at=root&since=all",
    "a replay without a difference": "replay?remove=policies/organization_stays.json@root&since=7d",
    "the management account": "accounts/111111111111/allowed",
    "an account with many ways": "accounts/123456789012/allowed",
}
DENIES = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "No", "Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}],
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_answers_of_every_kind_are_sound_for_everybody(scripted: Reader, address: str, sight: str) -> None:
    holds_in_both_looks(scripted, address + SIGHTS[sight])


def test_a_form_with_faults_is_sound_for_everybody(scripted: Reader, address: str) -> None:
    for asked in ("try-it?account_id=1&model_id=x&region=y&candidate={", "replay?candidate=x&at=y&since=z"):
        scripted.open(address + asked)
        for width, theme in LOOKS:
            scripted.seen(width, theme)
            assert scripted.barriers() == [], (asked, width, theme)
            assert not scripted.is_too_wide(), (asked, width, theme)
        assert scripted.violations() == []


def fill_in(page: Page) -> None:
    """A denying policy is pasted, to be tried at an OU."""
    page.locator("#candidates > summary").click()
    page.locator("#candidate").fill(json.dumps(DENIES))
    page.locator("#target").select_option("workloads/staging")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_call_is_described_and_tried_without_script(plain: Reader, address: str, width: int) -> None:
    plain.seen(width, "light")
    page = plain.open(f"{address}try-it", drawn=False).page
    page.locator("#account_id").select_option("666666666666")
    page.locator("#model_id").fill("amazon.nova-lite-v1:0")
    page.locator(".go-on button").click()
    assert "model_id=amazon.nova-lite-v1%3A0" in page.url
    expect(page.locator(".verdict h2")).to_contain_text("Allowed")
    fill_in(page)
    page.locator("button[formmethod=post]").click()
    assert page.url == f"{address}try-it#answer"
    expect(page.locator(".verdict h2")).to_contain_text("Explicitly denied")
    assert json.loads(page.locator("#candidate").input_value()) == DENIES
    expect(page.locator(".legs")).to_contain_text("candidate.json:1:")


def test_what_is_empty_or_long_stays_out_of_the_address(visitor: Reader, address: str) -> None:
    page = visitor.open(f"{address}try-it?{CALL}").page
    page.locator(".go-on button").click()
    page.wait_for_url("**/try-it?**")
    assert "guardrail" not in page.url
    assert "profile" not in page.url
    fill_in(page)
    page.locator("#candidate").fill(json.dumps({**DENIES, "Id": "x" * 2_000}))
    page.locator(".go-on button").click()
    expect(page.locator(".verdict h2")).to_contain_text("Explicitly denied")
    assert page.url == f"{address}try-it#answer"
    assert visitor.complaints == []
    assert visitor.violations() == []


def test_a_failing_leg_is_told_apart_without_colour(visitor: Reader, address: str) -> None:
    page = visitor.open(address + SIGHTS["a denied call"]).page
    shut = page.locator(".lanes .cell.shut .node").first
    behind = page.locator(".lanes .cell.open .node").first
    assert shut.evaluate("(one) => getComputedStyle(one).borderRadius") != behind.evaluate(
        "(one) => getComputedStyle(one).borderRadius"
    )
    expect(page.locator(".lanes tbody tr", has_text="explicitly denied").first).to_be_visible()
    assert "explicitly denied" in page.locator(".lanes .cell.shut .hidden").first.inner_text()


def test_a_leg_leads_to_its_reason_and_on_to_the_statement(visitor: Reader, address: str) -> None:
    page = visitor.open(address + SIGHTS["a denied call"]).page
    link = page.locator(".lanes tbody a").first
    place = (link.get_attribute("href") or "").removeprefix("#")
    expect(page.locator(f"#{place}")).to_be_visible()
    page.locator(".legs a", has_text="Deny").first.click()
    page.wait_for_url("**/policies/approved_regions#statement-*")
    expect(page.locator(".statement:target h3")).to_contain_text("Deny")


def test_what_is_typed_is_not_taken_away_by_new_data(visitor: Reader, address: str) -> None:
    visitor.page.clock.install()
    page = visitor.open(f"{address}try-it").page
    page.route("**/api/version", lambda route: route.fulfill(json={"version": 10_000}))
    page.locator("#role").fill("half-typ")
    page.clock.fast_forward(25_000)
    page.wait_for_timeout(200)
    assert page.locator("#role").input_value() == "half-typ"
    assert visitor.complaints == []
