"""Every authorisation that a call of a model takes, decided one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surface
from craton.simulator.bedrock_call import BedrockCall
from craton.simulator.call_context import LegContext
from craton.simulator.fan_out import FanOut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.runtime.target import Target
    from craton.simulator.request import Request


def authorise(call: Call, target: Target, *, guardrail: str | None, tier: str | None) -> None:
    """Refuses a call of which any leg is denied: profile, models in every Region, guardrail.

    `guardrail` is the ARN that the call names, with its version. Raises: ServiceError.
    """
    api = call.operation.name
    surface = inference_surface(api)
    if surface is None:
        raise ValueError(f"{api} runs no models")
    described = BedrockCall(
        principal=call.caller.arn,
        account=call.account,
        api=api,
        model=target.named,
        region=call.region,
        copied_from=target.copied_from,
        guardrail=guardrail,
        tier=tier,
    )
    context = LegContext(described, iam_reference(), ())
    for leg in FanOut(described, surface, inference_profiles(), context).legs():
        if leg.request is not None:
            _require(call, leg.request)


def authorise_guardrails(call: Call, arns: Iterable[str]) -> None:
    """Refuses a call whose caller may not apply a guardrail that is enforced on it. Raises: ServiceError."""
    for arn in arns:
        call.world.authorization.require(call, "bedrock:ApplyGuardrail", arn)


def _require(call: Call, request: Request) -> None:
    own = {
        key: values
        for key, values in request.context.items()
        if key.startswith("bedrock:") or key == "aws:RequestedRegion"
    }
    call.world.authorization.require(call, request.action, request.resource, own)
