"""The logging of invocations in one account and Region, which a function of its stack put there.

CloudFormation looks for no drift of custom resources, so it is compared with what the stack wants: that
stands resolved in a parameter beside it, of which CloudFormation tells what the stack says, whatever it is
now.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDrift.html, on
ExpectedProperties, retrieved 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from craton.core.cloud_call import Call
from craton.kinds.logging_restorer import PARAMETER_NAME
from craton.planner.thing import Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

RESOURCE_TYPE = "Custom::InvocationLogging"


class InvocationLogging(Thing):
    """What is logged, and to where; nothing is known to be wanted where the parameter is gone."""

    operation = "PutModelInvocationLoggingConfiguration"
    told_by = ("GetModelInvocationLoggingConfiguration", "DescribeStackResourceDrifts")

    @property
    def address(self) -> str:
        return f"invocation_logging/{self.step.account}/{self.step.region}"

    @property
    def needs(self) -> tuple[str, ...]:
        name = self._stack.partition(":stack/")[2].rpartition("/")[0]
        return (f"drift/{self.step.account}/{self.step.region}/{name}",)

    @property
    def _stack(self) -> str:
        return str(self.step.parameters["StackName"])

    def wanted(self) -> Body:
        told = self.read("cloudformation", "DescribeStackResourceDrifts", StackName=self._stack)
        for one in (told or {}).get("StackResourceDrifts", ()):
            if one.get("PhysicalResourceId") == PARAMETER_NAME and one.get("ExpectedProperties"):
                expected = msgspec.json.decode(one["ExpectedProperties"])
                wanted: dict[str, Any] = msgspec.json.decode(expected["Value"])
                return wanted
        return {}

    def found(self) -> Body | None:
        told = self.read("bedrock", "GetModelInvocationLoggingConfiguration")
        held = (told or {}).get("loggingConfig")
        wanted = self.wanted()
        if not wanted:
            return {}
        return _as_far_as(wanted, held) if held else None

    def bring_about(self) -> Iterator[Call]:
        yield Call(
            account=self.step.account,
            region=self.step.region,
            service="bedrock",
            operation=self.operation,
            parameters={"loggingConfig": self.wanted()},
        )

    def risk(self, action: str) -> Risk:  # noqa: ARG002 - what somebody logged elsewhere instead ends
        return "medium"


def _as_far_as(wanted: Any, held: Any) -> Any:
    """What is held, as far as it is said what is wanted; Bedrock tells more."""
    if isinstance(wanted, dict) and isinstance(held, dict):
        return {key: _as_far_as(one, held.get(key)) for key, one in wanted.items()}
    return held
