"""Applies that are killed at random moments, against the emulated organization."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.traffic import dice
from benchmarks.trials import Trial, timed
from tests.e2e.deployment.operator import Operator
from tests.e2e.emulator.running import started
from tests.unit.compiler.manifests import SMALL

if TYPE_CHECKING:
    from tests.e2e.emulator.running import Running

MANIFEST = SMALL.replace("regions: [us-east-1, us-west-2]", "regions: [us-east-1]")
KILLS_A_RUN = 10
HUB = "222222222222"
_LONGEST_WAIT_S = 1.5


def killed_applies(seed: int, count: int) -> Trial:
    """`kill -9` of an apply at random moments, ten times each, then resumed to its end."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        random = dice(seed)
        folder = Path(tempfile.mkdtemp(prefix="craton-applies-"))
        (folder / "craton.yaml").write_text(MANIFEST)
        wrong: list[str] = []
        killed = 0
        try:
            with started("--accounts", str(folder / "craton.yaml"), folder=folder) as running:
                operator = Operator(running, folder, MANIFEST)
                expected = _applied(operator)
                while killed < count:
                    running.reset()
                    shutil.rmtree(folder / ".craton", ignore_errors=True)
                    changes = len(operator.plan())
                    points = sorted(
                        random.randint(1, changes) for _ in range(min(KILLS_A_RUN, count - killed))
                    )
                    for point in points:
                        operator.stop_after(
                            point, "apply", "plan.json", wait=random.random() * _LONGEST_WAIT_S
                        )
                        killed += 1
                    operator.apply()
                    found = state_of(running)
                    wrong += [
                        f"after kills at changes {points}: {key}: {found.get(key)} and not {value}"
                        for key, value in expected.items()
                        if found.get(key) != value
                    ]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return f"{killed} kills, {len(wrong)} things otherwise than undisturbed", not wrong, tuple(wrong)

    return timed(f"applies killed at {count} random moments, seed {seed}", trial)


def _applied(operator: Operator) -> dict[str, Any]:
    operator.plan()
    operator.apply()
    return state_of(operator.running)


def state_of(running: Running) -> dict[str, Any]:
    """What stands, and how often stacks and stack sets were worked on."""
    organizations = running.client("organizations")
    cloudformation = running.client("cloudformation")
    found: dict[str, Any] = {}
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BEDROCK_POLICY"):
        for one in organizations.list_policies(Filter=kind)["Policies"]:
            told = organizations.describe_policy(PolicyId=one["Id"])["Policy"]["Content"]
            targets = organizations.list_targets_for_policy(PolicyId=one["Id"])["Targets"]
            places = sorted(each["Name"] for each in targets)
            # Guardrails have other ids in every world.
            found[f"{kind} {one['Name']}"] = (places, None if kind == "BEDROCK_POLICY" else json.loads(told))
    for one in cloudformation.list_stack_sets(Status="ACTIVE")["Summaries"]:
        name = one["StackSetName"]
        operations = cloudformation.list_stack_set_operations(StackSetName=name)["Summaries"]
        instances = cloudformation.list_stack_instances(StackSetName=name)["Summaries"]
        found[name] = (
            [each["Action"] for each in operations],
            sorted((each["Account"], each["Region"], each["Status"]) for each in instances),
        )
    keys = running.session(f"arn:aws:iam::{HUB}:role/OrganizationAccountAccessRole")
    for name, client in (
        ("enterprise-bedrock-hub", running.client("cloudformation", **keys)),
        ("enterprise-bedrock-organization", cloudformation),
    ):
        events = client.describe_stack_events(StackName=name)["StackEvents"]
        own = [each for each in events if each["ResourceType"] == "AWS::CloudFormation::Stack"]
        found[name] = [each["ResourceStatus"] for each in own]
    return found


if __name__ == "__main__":
    began = time.monotonic()
    print(killed_applies(1, KILLS_A_RUN), time.monotonic() - began)
