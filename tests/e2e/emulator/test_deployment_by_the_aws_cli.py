from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.emulator.deployment import STEPS, WORKLOADS, Deployment, NotAsItShouldBeError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.emulator.aws_cli import AwsCli

pytestmark = pytest.mark.slow


def test_the_three_phases_are_deployed_and_evidence_flows_to_the_hub(aws: AwsCli, tmp_path: Path) -> None:
    deployment = Deployment(aws, tmp_path)
    deployment.run()
    assert deployment.done == list(STEPS)
    held = aws(
        *("organizations", "list-policies-for-target", "--target-id", WORKLOADS),
        *("--filter", "SERVICE_CONTROL_POLICY"),
    )["Policies"]
    own = next(one["Id"] for one in held if one["Name"] == "bedrock")
    aws("organizations", "detach-policy", "--policy-id", own, "--target-id", WORKLOADS)
    with pytest.raises(NotAsItShouldBeError, match="a call that the policy denies was let through"):
        STEPS["denial"](deployment)
