"""The calls of models that are asked about for an environment: what is approved, and what is not."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.registry.inference import inference_profiles
from craton.registry.lifecycle import model_lifecycles
from craton.registry.prices import price_table
from craton.registry.regions import known_regions
from craton.simulator.bedrock_call import PUBLIC, BedrockCall

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.compiler.statement_filling import FilledStatement
    from craton.core.intent import EnvironmentIntent, Intent

APIS: Final = ("InvokeModel", "InvokeModelWithResponseStream")
_GUARDRAIL: Final = "guardrail_required"
_ENDPOINT: Final = "private_endpoints_only"
_SOME_ENDPOINT: Final = "vpce-00000000000000000"
"""An endpoint of a VPC of which every endpoint will do."""


class Demands(Struct, frozen=True, kw_only=True):
    """What the policies of an environment ask of every call, so that it is answered.

    `without_guardrail` are patterns of models that need none. None stands for what is not asked.
    """

    guardrail: str | None = None
    without_guardrail: tuple[str, ...] = ()
    endpoint: str | None = None
    vpc: str | None = None

    @property
    def private(self) -> bool:
        """Whether calls must come through an endpoint."""
        return self.endpoint is not None or self.vpc is not None


class Route(Struct, frozen=True):
    """A way to a model: what a call names. `approved` says whether its policies let it be gone."""

    model: str
    named: str
    region: str
    approved: bool


def demands(held: Sequence[FilledStatement]) -> Demands:
    """What attached statements ask for."""
    by_id = {one.template.id: one.values for one in held}
    guarded, private = by_id.get(_GUARDRAIL), by_id.get(_ENDPOINT)
    endpoints = private["endpoints"] if private else ()
    vpcs = private["vpcs"] if private else ()
    return Demands(
        guardrail=_guardrail(guarded["guardrails"]) if guarded else None,
        without_guardrail=tuple(guarded["models_without"]) if guarded else (),
        endpoint=endpoints[0] if endpoints else None,
        vpc=vpcs[0] if vpcs and not endpoints else None,
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


def routes(model: str, intent: Intent, held: Sequence[FilledStatement]) -> Iterator[Route]:
    """Every way to a model from the Regions of the manifest."""
    values: Mapping[str, Sequence[str]] | None = next(
        (one.values for one in held if one.template.id == "approved_regions"), None
    )
    for region in intent.regions:
        yield Route(model, model, region, approved=values is None or region in values["regions"])
        for profile in inference_profiles().values():
            if profile.model == model and region in profile.routes:
                yield Route(model, profile.id, region, approved=_lets_through(profile.id, region, values))


def _lets_through(profile: str, region: str, values: Mapping[str, Sequence[str]] | None) -> bool:
    if values is None:
        return True
    if profile.startswith("global."):
        arn = f"arn:aws:bedrock:{region}:000000000000:inference-profile/{profile}"
        return covers(values["global_profiles"], arn) and region in values["regions"]
    return profile.partition(".")[0] in values["geographies"] and region in values["regions"]


def other_regions(intent: Intent) -> tuple[str, ...]:
    """Every Region that is known and not of the manifest."""
    return tuple(sorted(set(known_regions()) - set(intent.regions)))


def call(
    route: Route, api: str, *, principal: str, organization: str, demanded: Demands, today: dt.date
) -> BedrockCall:
    """A call on a route that brings what is demanded."""
    own_guardrail = None if covers(demanded.without_guardrail, route.model) else demanded.guardrail
    return BedrockCall(
        principal=principal,
        account=principal.split(":")[4],
        organization=organization,
        api=api,
        model=route.named,
        region=route.region,
        guardrail=own_guardrail,
        endpoint=demanded.endpoint or (_SOME_ENDPOINT if demanded.vpc else PUBLIC),
        context={"aws:SourceVpc": (demanded.vpc,)} if demanded.vpc else {},
        at=dt.datetime.combine(today, dt.time(12), dt.UTC),
    )


def unguarded(asked: BedrockCall) -> BedrockCall:
    """The same call without its guardrail."""
    return msgspec.structs.replace(asked, guardrail=None)


def public(asked: BedrockCall) -> BedrockCall:
    """The same call over the internet."""
    return msgspec.structs.replace(asked, endpoint=PUBLIC, context={})


def covers(patterns: Sequence[str], text: str) -> bool:
    """Whether one of the patterns covers a text."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)
