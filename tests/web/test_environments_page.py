"""The page of environments says what is allowed where, and says so where it is not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.web.conftest import NOW, served

from craton.engine.board import Board

if TYPE_CHECKING:
    from pathlib import Path

    import httpx


def text_of(client: httpx.Client, path: str = "/environments") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text.replace("<wbr>", "")


def test_models_regions_and_a_first_call_stand_side_by_side(client: httpx.Client) -> None:
    text = text_of(client)
    heads = re.findall(r'<th scope="col">([^<]*)</th>', text)
    assert heads[:6] == ["What", "sandbox", "dev", "test", "staging", "prod"]
    for told in (
        "<code>anthropic.claude-*</code>",
        "us-east-1, us-west-2",
        "with the model id <code>us.anthropic.claude-haiku-4-5-20251001-v1:0</code>",
        "What rules would stop is told, and goes on.",
        'href="/accounts/333333333333/allowed"',
    ):
        assert told in text, told


def test_what_differs_and_what_does_not_stand_apart(client: httpx.Client) -> None:
    text = text_of(client)
    differences, same = text[text.index('id="differences"') :].split('id="same"')
    assert "Bedrock runs in approved Regions" in differences
    assert "The logging of model calls is switched by nobody" in same


def test_the_twin_tells_every_line_by_environment(client: httpx.Client) -> None:
    told = client.get("/environments.json").json()
    assert [one["name"] for one in told["environments"]] == ["sandbox", "dev", "test", "staging", "prod"]
    assert told["regions"] == ["us-east-1", "us-west-2"]
    (days,) = (one for one in told["lines"] if one["title"] == "Logs stay in the account")
    assert days["cells"]["prod"] == "365 days"
    assert told["problems"] == []
    assert "email" not in told["environments"][0]["accounts"][0]


@pytest.mark.parametrize("manifest_is_there", [True, False])
def test_without_environments_the_page_says_how_to_have_some(
    tmp_path: Path, manifest: Path, *, manifest_is_there: bool
) -> None:
    (tmp_path / "snapshots").mkdir()
    own = tmp_path / "craton.yaml"
    text = manifest.read_text("utf-8")
    own.write_text(text[: text.index("\nenvironments:")].rpartition("\n# `observe`")[0], "utf-8")
    board = Board.open(tmp_path, manifest=own if manifest_is_there else None, clock=lambda: NOW)
    with served(board) as browser:
        told = text_of(browser)
    assert "No environment is known" in told
    assert ("The manifest names no environment" in told) == manifest_is_there
