from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.emulator.deployment import STEPS, Deployment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.emulator.aws_cli import AwsCli

pytestmark = pytest.mark.slow


def test_the_three_phases_are_deployed_and_evidence_flows_to_the_hub(aws: AwsCli, tmp_path: Path) -> None:
    deployment = Deployment(aws, tmp_path)
    deployment.run()
    assert deployment.done == list(STEPS)
