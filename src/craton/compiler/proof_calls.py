"""The calls of models that are asked about for an environment: what is approved, and what is not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.compiler.proof_routes import covers
from craton.registry.inference import inference_profiles
from craton.registry.lifecycle import model_lifecycles
from craton.registry.prices import price_table
from craton.simulator.bedrock_call import PUBLIC, BedrockCall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.compiler.proof_routes import Route
    from craton.compiler.proof_surfaces import Surface
    from craton.compiler.statement_filling import FilledStatement
    from craton.core.intent import EnvironmentIntent

_GUARDRAIL: Final = "guardrail_required"
_ENDPOINT: Final = "private_endpoints_only"
_TAGS: Final = "tags_required"
_VPC: Final = "aws:SourceVpc"
_TAG_KEYS: Final = "aws:TagKeys"
_SOME_ENDPOINT: Final = "vpce-00000000000000000"
"""An endpoint of a VPC of which every endpoint will do."""


class Demands(Struct, frozen=True, kw_only=True):
    """What the policies of an environment ask of every call, so that it is answered.

    `without_guardrail` are patterns of models that need none, `tags` are keys of tags that jobs bear. None
    stands for what is not asked.
    """

    guardrail: str | None = None
    without_guardrail: tuple[str, ...] = ()
    endpoint: str | None = None
    vpc: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def private(self) -> bool:
        """Whether calls must come through an endpoint."""
        return self.endpoint is not None or self.vpc is not None


def demands(held: Sequence[FilledStatement]) -> Demands:
    """What attached statements ask for."""
    by_id = {one.template.id: one.values for one in held}
    guarded, private, tagged = (by_id.get(one) for one in (_GUARDRAIL, _ENDPOINT, _TAGS))
    endpoints = private["endpoints"] if private else ()
    vpcs = private["vpcs"] if private else ()
    return Demands(
        guardrail=_guardrail(guarded["guardrails"]) if guarded else None,
        without_guardrail=tuple(guarded["models_without"]) if guarded else (),
        endpoint=endpoints[0] if endpoints else None,
        vpc=vpcs[0] if vpcs and not endpoints else None,
        tags=tuple(tagged["tags"]) if tagged else (),
    )


def _guardrail(patterns: Sequence[str]) -> str | None:
    """A guardrail of the caller's account that one of the patterns covers."""
    if not patterns:
        return None
    return patterns[0].rpartition("guardrail/")[2].replace(":*", ":1").replace("*", "a1b2c3d4e5f6")


def known_models(today: dt.date) -> tuple[str, ...]:
    """Every model of which something is known and that has not ended."""
    ends = model_lifecycles()
    known = {*price_table().models, *(one.model for one in inference_profiles().values())}
    return tuple(
        sorted(one for one in known if one not in ends or ends[one].state_on(today) != "end_of_life")
    )


def approved_models(environment: EnvironmentIntent, today: dt.date) -> tuple[str, ...]:
    """The models that are approved: those that are named, and those that a pattern covers today."""
    patterns = environment.approved_models
    named = {one for one in patterns if "*" not in one and "?" not in one}
    return tuple(sorted(named | {one for one in known_models(today) if covers(patterns, one)}))


def call(
    route: Route, surface: Surface, *, principal: str, organization: str, demanded: Demands, today: dt.date
) -> BedrockCall:
    """A call on a route that brings what is demanded, as far as the API takes it."""
    own: dict[str, tuple[str, ...]] = {_VPC: (demanded.vpc,)} if demanded.vpc else {}
    if surface.target == "batch" and demanded.tags:
        own[_TAG_KEYS] = demanded.tags
    return BedrockCall(
        principal=principal,
        account=principal.split(":")[4],
        organization=organization,
        api=surface.api,
        model=route.named,
        copied_from=route.copied_from,
        region=route.region,
        guardrail=demanded.guardrail if surface.guarded and needs_guardrail(route.model, demanded) else None,
        endpoint=demanded.endpoint or (_SOME_ENDPOINT if demanded.vpc else PUBLIC),
        context={**own, **route.context},
        absent=frozenset() if _TAG_KEYS in own else frozenset({_TAG_KEYS}),
        at=dt.datetime.combine(today, dt.time(12), dt.UTC),
    )


def needs_guardrail(model: str, demanded: Demands) -> bool:
    """Whether a call of the model must name a guardrail."""
    return demanded.guardrail is not None and not covers(demanded.without_guardrail, model)


def unguarded(asked: BedrockCall) -> BedrockCall:
    """The same call without its guardrail."""
    return msgspec.structs.replace(asked, guardrail=None)


def public(asked: BedrockCall) -> BedrockCall:
    """The same call over the internet."""
    context = {key: value for key, value in asked.context.items() if key != _VPC}
    return msgspec.structs.replace(asked, endpoint=PUBLIC, context=context)


def untagged(asked: BedrockCall) -> BedrockCall:
    """The same call without a tag."""
    context = {key: value for key, value in asked.context.items() if key != _TAG_KEYS}
    return msgspec.structs.replace(asked, context=context, absent=asked.absent | {_TAG_KEYS})


def bears_tags(asked: BedrockCall) -> bool:
    """Whether the call gives tags to what it makes."""
    return _TAG_KEYS in asked.context
