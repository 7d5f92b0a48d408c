from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.deployment import Deployment, DeploymentStep
from craton.core.errors import UserError
from craton.engine.importing import import_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.core.cloud_call import Call, Observation, Read

NOW = dt.datetime(2026, 11, 27)  # noqa: DTZ001 - times are naive UTC everywhere


def step(operation: str, **parameters: Any) -> DeploymentStep:
    return DeploymentStep(
        phase="management",
        account="111111111111",
        region="us-east-1",
        service="organizations",
        operation=operation,
        parameters=parameters,
        because="the test says so",
    )


WANTED = Deployment(
    organization="o-exampleorgid",
    management_account="111111111111",
    hub_account="222222222222",
    regions=("us-east-1",),
    steps=(
        step("EnablePolicyType", RootId={"root": True}, PolicyType="SERVICE_CONTROL_POLICY"),
        step(
            "CreatePolicy",
            Name="Controls",
            Type="SERVICE_CONTROL_POLICY",
            Description="",
            Content={"file": "controls.json"},
        ),
    ),
    files={"controls.json": "{}"},
)


class NobodyAsks:
    """AWS where it must not be asked anything, for the answer is known without it."""

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        raise AssertionError(list(reads))

    def act(self, call: Call) -> dict[str, Any]:
        raise AssertionError(call)


@pytest.mark.parametrize(
    ("address", "prior", "said", "hint"),
    [
        ("policy/Control", None, "the manifest wants no `policy/Control`", "policy/Controls"),
        ("policy_type/SERVICE_CONTROL_POLICY", None, "is nothing that can be imported", "stack sets"),
        ("policy/Controls", WANTED, "is in what Craton applied already", "craton drift"),
    ],
)
def test_what_cannot_be_imported_is_said_before_aws_is_asked(
    address: str, prior: Deployment | None, said: str, hint: str
) -> None:
    with pytest.raises(UserError, match="`") as told:
        import_plan([address], WANTED, prior, NobodyAsks(), at=NOW)
    assert said in told.value.message
    assert hint in (told.value.hint or "")
