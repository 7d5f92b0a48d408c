"""How long `craton lint` takes on a folder of policies, from the start of the process to its end."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.machine import ROOT
from benchmarks.measurement import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POLICIES = 100
LONGEST_S = 2.0
ACTIONS = (
    *("s3:PutObject", "s3:DeleteBucket", "ec2:RunInstances", "kms:ScheduleKeyDeletion", "iam:CreateUser"),
    *("logs:DeleteLogGroup", "cloudtrail:StopLogging", "config:StopConfigurationRecorder", "sts:AssumeRole"),
    *("bedrock:InvokeModel", "bedrock:DeleteGuardrail", "guardduty:DeleteDetector", "lambda:AddPermission"),
)
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2", "ca-central-1")


def linting(rounds: int, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """The figure of the linter: the median of the rounds."""
    folder = policies(ROOT / "build" / "bench-policies")
    command = [sys.executable, "-m", "craton", "lint", str(folder), "--format", "json"]
    seconds = []
    findings = 0
    for _ in range(rounds):
        done = run(command, watch=False)
        findings = len(json.loads(done.stdout))
        seconds.append(done.seconds)
    middle = statistics.median(seconds)
    told(f"lint of {POLICIES} policies: {middle:.2f} s, {findings} findings")
    figure = Figure(
        f"lint of a folder of {POLICIES} policies, whole process",
        f"under {LONGEST_S:.0f} s",
        f"{middle:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}); {findings} findings",
        "",
        middle < LONGEST_S,
    )
    return [figure], []


def policies(folder: Path) -> Path:
    """A folder of policies of three statements each: on Regions, on a service, and on whom they spare."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in range(POLICIES):
        allowed = [REGIONS[(number + step) % len(REGIONS)] for step in range(2)]
        actions = [ACTIONS[(number + step) % len(ACTIONS)] for step in range(6)]
        spared = f"arn:aws:iam::*:role/platform/administrator-{number}"
        statements = [
            _denial(f"Regions{number}", ["bedrock:*"], {"StringNotEquals": {"aws:RequestedRegion": allowed}}),
            _denial(f"Actions{number}", actions, {"ArnNotLike": {"aws:PrincipalArn": spared}}),
            _denial(f"Literal{number}", actions[:1], {"StringNotEquals": {"aws:PrincipalArn": spared}}),
        ]
        text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
        (folder / f"policy-{number:03}.json").write_text(text, "utf-8")
    return folder


def _denial(sid: str, actions: list[str], condition: dict[str, object]) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition}
