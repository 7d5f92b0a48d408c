"""The two scripts: sound as shell, and they tell before they do."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

DEPLOY = REPOSITORY / "scripts" / "deploy-stackset.sh"
SETUP = REPOSITORY / "scripts" / "setup-cross-account-logs.sh"


def ran(*words: object, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A script without the AWS CLI at hand, so that a call of it would show."""
    (folder / "bin").mkdir(exist_ok=True)
    refusing = folder / "bin" / "aws"
    refusing.write_text("#!/bin/sh\necho called >&2\nexit 97\n")
    refusing.chmod(0o755)
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", **more}
    return subprocess.run(
        [str(one) for one in words], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("script", [DEPLOY, SETUP], ids=lambda one: one.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("shellcheck")),
        "--enable=quote-safe-variables",
        str(script),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_a_dry_run_tells_a_command_for_each_step_and_calls_nothing(tmp_path: Path) -> None:
    steps = json.loads((REPOSITORY / "organization.json").read_text())["steps"]
    ended = ran(DEPLOY, "--dry-run", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "called" not in ended.stderr
    commands = [shlex.split(line, comments=True) for line in ended.stdout.splitlines()]
    assert [command[0] for command in commands] == ["aws"] * len(steps)
    assert [command[command.index("--region") + 1] for command in commands] == [
        one["region"] for one in steps
    ]


def test_the_phases_together_are_the_whole(tmp_path: Path) -> None:
    whole = ran(DEPLOY, "--dry-run", folder=tmp_path).stdout
    phases = ("management", "hub", "members")
    parts = [ran(DEPLOY, "--dry-run", "--phase", one, folder=tmp_path).stdout for one in phases]
    assert "".join(parts) == whole
    assert all(parts)


def test_setting_up_the_hub_is_that_phase(tmp_path: Path) -> None:
    told = ran(SETUP, "--dry-run", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout == ran(DEPLOY, "--dry-run", "--phase", "hub", folder=tmp_path).stdout


def test_files_are_named_and_every_one_is_there(tmp_path: Path) -> None:
    told = ran(DEPLOY, "--dry-run", folder=tmp_path).stdout
    files = set(re.findall(r"(?:file://|--template-file )(\S+)", told))
    assert files
    assert [one for one in files if not (REPOSITORY / one).is_file()] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--phase", "hubs"], "no phase `hubs`: management, hub or members"),
        (["--dry-run", "{folder}"], "no organization.json in `{folder}`"),
        (["--phase"], "--phase needs a name"),
        (["--nonsense"], "usage: deploy-stackset.sh"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, words: list[str], told: str) -> None:
    ended = ran(DEPLOY, *(one.format(folder=tmp_path) for one in words), folder=tmp_path)
    assert ended.returncode != 0
    assert told.format(folder=tmp_path) in ended.stderr
    assert "called" not in ended.stderr


def test_a_refusal_of_aws_stops_it_there(tmp_path: Path) -> None:
    ended = ran(DEPLOY, folder=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.count("management:") <= 1
    assert "called" in ended.stderr
