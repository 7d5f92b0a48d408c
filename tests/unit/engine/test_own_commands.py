"""Craton's own commands run as processes that tell how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from craton.core.errors import UserError
from craton.engine.demo.own_commands import OwnCommands

if TYPE_CHECKING:
    from pathlib import Path


def test_each_line_of_a_command_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    OwnCommands().run("validate", "--help", environment={}, folder=tmp_path, tell=told.append)
    assert told[0].startswith("Usage: craton validate")


def test_a_command_that_fails_is_named_with_the_last_that_it_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"`craton validate` ended with 1: .*nowhere\.yaml"):
        OwnCommands().run("validate", "nowhere.yaml", environment={}, folder=tmp_path)


def test_a_server_that_ends_before_it_told_its_settings_is_an_error() -> None:
    with pytest.raises(UserError, match="`craton emulator` did not start"):
        OwnCommands().serve("emulator", "--accounts", "nowhere.yaml", settings=1)


@pytest.mark.slow
def test_a_server_tells_its_settings_and_ends_with_whoever_started_it() -> None:
    commands = OwnCommands()
    told = commands.serve("emulator", "--port", "0", settings=4)
    assert sorted(told) == [
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_SECRET_ACCESS_KEY",
    ]
    commands.stop()
    (process,) = commands._processes
    process.wait(timeout=30)
