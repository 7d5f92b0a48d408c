"""The two scripts: sound as shell, and they tell before they do."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def answering(
    script: Path, folder: Path, document: dict[str, Any], *cases: str
) -> tuple[int, str, list[str]]:
    """How a script ends with an AWS CLI that answers so, what it says, and what it called.

    Each case is one of a `case` of the shell, over the service and the operation.
    """
    (folder / "organization.json").write_text(json.dumps(document))
    (folder / "bin").mkdir(exist_ok=True)
    aws = folder / "bin" / "aws"
    aws.write_text(
        "\n".join(
            (
                "#!/bin/sh",
                f'echo "$1 $2" "$@" >> {folder}/called',
                'case "$1 $2" in',
                "'sts get-caller-identity') echo 111111111111 ;;",
                "'sts assume-role') printf 'key\\tsecret\\ttoken\\n' ;;",
                "'organizations list-roots') echo r-1 ;;",
                *(f"{one} ;;" for one in cases),
                "*) echo denied >&2; exit 254 ;;",
                "esac",
            )
        )
    )
    aws.chmod(0o755)
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    ended = subprocess.run(
        [str(script), *(["--check"] if script == SETUP else []), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    called = (folder / "called").read_text().splitlines()
    return ended.returncode, ended.stdout + ended.stderr, called


def attaching(unit: str) -> dict[str, Any]:
    return {
        "steps": [
            {
                "phase": "management",
                "account": "111111111111",
                "region": "us-east-1",
                "service": "organizations",
                "operation": "AttachPolicy",
                "parameters": {"PolicyId": "p-1", "TargetId": {"ou": unit}},
                "because": "it is wanted",
            }
        ]
    }


@pytest.mark.parametrize("name", ["O'Brien", 'a "b"', "back\\slash", "`tick`", " spaces "])
def test_an_ou_is_found_whatever_its_name_holds(tmp_path: Path, name: str) -> None:
    units = [{"Name": "other", "Id": "ou-1"}, {"Name": name, "Id": "ou-2"}]
    (tmp_path / "units.json").write_text(json.dumps({"OrganizationalUnits": units}))
    code, said, called = answering(
        DEPLOY,
        tmp_path,
        attaching(f"{name}/{name}"),
        f"'organizations list-organizational-units-for-parent') cat {tmp_path}/units.json",
        "'organizations attach-policy')",
    )
    assert code == 0, said
    assert called[-1].endswith("attach-policy --policy-id p-1 --target-id ou-2 --region us-east-1")


def test_an_ou_that_is_not_there_ends_it_before_anything_is_done(tmp_path: Path) -> None:
    empty = "'organizations list-organizational-units-for-parent') echo '{\"OrganizationalUnits\": []}'"
    code, said, called = answering(
        DEPLOY, tmp_path, attaching("a/b"), empty, "'organizations attach-policy')"
    )
    assert (code, said.splitlines()[-1]) == (1, "deploy-stackset.sh: the organization has no OU `a/b`")
    assert not [one for one in called if "attach-policy" in one]


def test_an_id_that_may_not_be_read_ends_it_too(tmp_path: Path) -> None:
    code, said, called = answering(DEPLOY, tmp_path, attaching("a/b"), "'organizations attach-policy')")
    assert (code, "denied" in said) == (1, True)
    assert not [one for one in called if "attach-policy" in one]


HUB: dict[str, Any] = {
    "hub_account": "222222222222",
    "regions": ["us-east-1"],
    "logs": {"transport": "subscription", "log_group": "calls", "destination": "hub"},
    "steps": [
        {
            "operation": "CreateStackSet",
            "parameters": {"StackSetName": "monitoring"},
            "region": "us-east-1",
        }
    ],
}
MEMBERS = "'cloudformation list-stack-instances') printf '333333333333\\tus-east-1\\n'"


@pytest.mark.parametrize(
    ("cases", "code", "told"),
    [
        (
            (
                MEMBERS,
                "'logs describe-destinations') echo hub",
                "'bedrock get-model-invocation-logging-configuration') echo '{}'",
                "'logs describe-subscription-filters') echo a:logs:us-east-1:222222222222:destination:hub",
            ),
            0,
            ["222222222222 us-east-1 ok", "333333333333 us-east-1 ok"],
        ),
        ((MEMBERS,), 1, ["222222222222 us-east-1 no access", "333333333333 us-east-1 no access"]),
        (
            (
                "'cloudformation list-stack-instances') echo StackSetNotFoundException >&2; exit 254",
                "'logs describe-destinations') echo hub",
            ),
            0,
            ["222222222222 us-east-1 ok"],
        ),
        (("'logs describe-destinations') echo hub",), 1, ["222222222222 us-east-1 ok"]),
    ],
)
def test_what_cannot_be_told_of_logs_is_not_taken_for_well(
    tmp_path: Path, cases: tuple[str, ...], code: int, told: list[str]
) -> None:
    ended, said, _ = answering(SETUP, tmp_path, HUB, *cases)
    lines = [line for line in said.splitlines() if line != "denied"]
    assert (ended, lines) == (code, told)


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
