"""The page of what an account may use has code to begin with, as the twin and the command print it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from craton.cli.program import program

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    import pytest

SEARCH, HUB = "333333333333", "222222222222"


def test_code_to_begin_with_stands_on_the_page_and_in_its_twin(client: httpx.Client) -> None:
    text = client.get(f"/accounts/{SEARCH}/allowed").text
    shown = re.search(r'aria-label="Python with boto3"><code>(.*?)</code>', text, re.DOTALL)
    sample = client.get(f"/accounts/{SEARCH}/allowed.json").json()["sample"]
    assert shown is not None
    assert html.unescape(shown[1]) == sample["code"]
    assert f'modelId="{sample["through"]}"' in sample["code"]
    assert sample["metadata"] == {"team": "search"}
    compile(sample["code"], "sample.py", "exec")


def test_where_no_call_is_meant_the_page_says_so(client: httpx.Client) -> None:
    assert client.get(f"/accounts/{HUB}/allowed.json").json()["sample"] is None
    assert "No call of an approved model that answers in text" in client.get(f"/accounts/{HUB}/allowed").text


def test_the_command_prints_the_same_code_and_nothing_else(
    client: httpx.Client, manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = client.get(f"/accounts/{SEARCH}/allowed.json").json()["sample"]
    assert program(["allowed", SEARCH, "--manifest", str(manifest), "--code"]) == 0
    said = capsys.readouterr()
    assert said.out == sample["code"]
    assert said.err.splitlines() == sample["notes"]
    assert program(["allowed", HUB, "--manifest", str(manifest), "--code"]) == 1
    assert "no call of an approved model that answers in text" in capsys.readouterr().err
