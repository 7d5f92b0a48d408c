"""Real CloudTrail events, replayed by the program as a process."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from craton.engine.demo.generation import example_manifest, generate

if TYPE_CHECKING:
    from pathlib import Path

ATTACKED = "494659789341"
MANIFEST = f"""\
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "222222222222"
  accounts:
    - {{id: "111111111111", name: management, ou: root}}
    - {{id: "222222222222", name: hub, ou: root}}
    - {{id: "{ATTACKED}", name: attacked, ou: root}}
regions: [us-east-1]
"""


def craton(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "craton", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def attack(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of the events of one attack, in which somebody enables a model and calls it."""
    folder = tmp_path_factory.mktemp("attack")
    (folder / "craton.yaml").write_text(MANIFEST)
    statement = {"Effect": "Deny", "Action": ["bedrock:Put*", "bedrock:InvokeModel"], "Resource": "*"}
    (folder / "new.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    events = shared_data / "cloudtrail" / "stratus-bedrock-invoke-model.json"
    done = craton("ingest", str(events), "--lake", "lake", "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def replayed(folder: Path, *arguments: str) -> dict[str, Any]:
    candidate = ("--candidate", "new.json", "--at", "root", "--since", "2024-01-01")
    done = craton("replay", *candidate, "--lake", "lake", "--format", "json", *arguments, cwd=folder)
    assert done.returncode == 2, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_real_event_comes_out_one_way_and_by_masks_the_same(attack: Path) -> None:
    found = replayed(attack)
    tally = found["tally"]
    recorded = craton(
        "sql",
        "SELECT event_name, count(*) AS calls FROM api_event GROUP BY 1",
        "--lake",
        "lake",
        "--format",
        "json",
        cwd=attack,
    )
    calls = {row["event_name"]: row["calls"] for row in json.loads(recorded.stdout)}
    denied = sum(count for name, count in calls.items() if name.startswith("Put") or name == "InvokeModel")
    assert sum(tally.values()) == sum(calls.values())
    assert (tally["newly_denied"], tally["unknown"]) == (denied, 0)
    assert found["unknown_operations"] == []
    assert replayed(attack, "--evaluator", "masks")["tally"] == tally


def test_a_real_call_is_explained(attack: Path) -> None:
    example = replayed(attack)["reasons"][0]["examples"][0]
    done = craton("explain", example, "--lake", "lake", cwd=attack)
    assert done.returncode == 0, done.stderr
    assert "the call succeeded; the organization policies of today allow it" in done.stdout


@pytest.mark.slow
def test_the_demonstration_can_be_replayed_with_both_evaluators(tmp_path: Path) -> None:
    home = tmp_path
    example = example_manifest()
    shutil.copy(example, home)
    shutil.copytree(example.parent / "policies", home / "policies")
    generate(home / "logs", as_of=dt.date(2026, 11, 24), manifest=home / example.name, days=2, processes=1)
    made = craton("ingest", "logs", "--lake", "lake", "--quiet", cwd=home)
    assert made.returncode in (0, 2), made.stderr
    model = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-haiku*"
    statement = {"Sid": "West", "Effect": "Deny", "Action": "bedrock:InvokeModel*", "Resource": model}
    (home / "new.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    answers = []
    for evaluator in ("sql", "masks"):
        done = craton(
            *("replay", "--candidate", "new.json", "--at", "workloads/prod", "--since", "2026-11-20"),
            *("--lake", "lake", "--format", "json", "--evaluator", evaluator),
            cwd=home,
        )
        assert done.returncode == 2, done.stderr
        answers.append(json.loads(done.stdout))
    first, second = answers
    assert first["tally"]["newly_denied"] > 0
    for part in ("tally", "accounts", "principals", "models", "days", "denied_today", "recorded", "exempt"):
        assert first[part] == second[part], part
