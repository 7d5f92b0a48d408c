"""The page of a survey in a real browser, opened as a file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.web.browsers import CHROMIUM, LOOKS, reader

from craton.core.diagnostic import Diagnostic, Place
from craton.core.survey import (
    BrokenProfile,
    LongTermKey,
    ModelUse,
    Reach,
    RefusedModel,
    Survey,
    SurveyedAccount,
    SurveyedPlace,
    SurveyedPolicy,
    Unread,
)
from craton.views.document_page import page
from craton.views.survey_document import survey_document

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: `make browser`"),
]

DAY = dt.date(2026, 11, 27)
NOW = dt.datetime(2026, 11, 27, 6, 30)  # noqa: DTZ001 - times are naive UTC everywhere
LONG = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


def survey() -> Survey:
    """A survey with something of everything, and names as long as they get."""
    account = "333333333333"
    return Survey(
        organization="o-exampleorgid",
        management_account="111111111111",
        at=NOW,
        since=DAY - dt.timedelta(days=13),
        until=DAY,
        regions=("us-east-1", "ap-southeast-2"),
        accounts=(
            SurveyedAccount(id=account, name="search-and-recommendations-production", ou="workloads/prod"),
            SurveyedAccount(id="444444444444", name="old", ou="root", skipped="SUSPENDED"),
        ),
        unread=(
            Unread(
                account=account,
                operation="bedrock:GetModelInvocationLoggingConfiguration",
                regions=("eu-central-1",),
                status="denied",
                reason=f"AccessDeniedException: User: arn:aws:sts::{account}:assumed-role/{'x' * 60} may not",
                whole=False,
            ),
        ),
        places=(
            SurveyedPlace(
                account=account,
                region="ap-southeast-2",
                calls=12_345_678,
                logging="off",
                guarding="none",
                guardrails=0,
            ),
        ),
        uses=(
            ModelUse(
                account=account,
                region="ap-southeast-2",
                model_id=LONG,
                model=LONG[3:],
                calls=12_345_678,
                input_tokens=1_234_567_890_123,
                output_tokens=None,
                cost=Decimal("1234567.891"),
                price="assumed_tier",
                state="legacy",
                end_of_life=DAY,
                is_legacy=True,
            ),
        ),
        policies=(
            SurveyedPolicy(
                id="p-1",
                name="deny-all-regions-but-ours",
                type="SERVICE_CONTROL_POLICY",
                targets=("workloads/production/search",),
                is_aws=False,
                is_own=False,
                findings=(
                    Diagnostic(
                        rule="cross_region_broken", message="calls fail `x`", place=Place("deny", 3, 1)
                    ),
                ),
            ),
        ),
        policy_types=("SERVICE_CONTROL_POLICY",),
        reach=(
            Reach(
                accounts=(account,),
                allowed=("a.b",),
                partly=(),
                unknown=(),
                refused=(RefusedModel(model=LONG[3:], reasons=("`NoOhio` of `deny` at `root` denies it",)),),
            ),
        ),
        reach_unknown=None,
        broken=(
            BrokenProfile(
                accounts=(account,),
                profile=LONG,
                region="us-east-1",
                denied_in=("us-east-2",),
                policy="deny",
                statement="NoOhio",
                at="root",
                in_use=True,
            ),
        ),
        keys=(
            LongTermKey(
                account=account,
                user="BedrockAPIKey-a1b2",
                id="ACCA0",
                status="Active",
                created=NOW,
                expires=None,
            ),
        ),
        stack_sets=("enterprise-bedrock-monitoring-production",),
        disabled=4,
        reads=123,
    )


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_page_fits_and_keeps_nobody_out(browser: Browser, tmp_path: Path, width: int, theme: str) -> None:
    file = tmp_path / "survey.html"
    file.write_bytes(page(survey_document(survey())))
    found = reader(browser, script=True, width=width, theme=theme)
    found.open(file.as_uri(), drawn=False)
    assert not found.is_too_wide()
    # The tool that looks for barriers is a script, which the page itself forbids: it is told to the browser.
    assert found.page.locator("h1").inner_text() == "Amazon Bedrock in o-exampleorgid"
    assert found.page.locator("section").count() == 12
    colour = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == ("rgb(15, 17, 18)" if theme == "dark" else "rgb(246, 247, 247)")
    assert found.barriers() == []
    assert found.complaints == []
