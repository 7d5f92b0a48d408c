"""What the parameters of policy files are in one environment of a manifest.

A parameter is known by its name, and by that of its file where one name means different things. What a
manifest says of it under `statements` goes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.deploying_roles import (
    DEPLOYER_ROLES,
    DEPLOYERS,
    OWN_ROLES,
    STACK_SET_ROLES,
    hub_stewards,
)
from craton.core.model_reference import parse
from craton.kinds.endpoint import vpc_ids
from craton.registry.inference import destinations, inference_profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from craton.codec.policy_parameters import Value
    from craton.codec.policy_template import PolicyTemplate
    from craton.core.intent import EnvironmentIntent, Intent

ALIASES: Final = ("alias/craton-bedrock", "alias/craton-hub")
BUCKETS: Final = "arn:aws:s3:::craton-bedrock-*"
ANY_VERSION: Final = "arn:aws:bedrock:*:*:guardrail/*:*"
"""Every version of every guardrail, and no draft."""

_APPLICATION_PROFILES: Final = "arn:aws:bedrock:*:*:application-inference-profile/*"
_GLOBAL_PROFILES: Final = "arn:aws:bedrock:*:*:inference-profile/global.*"
_KNOWS_NO_GUARDRAIL: Final = ("*.titan-embed-*", "cohere.embed-*", "*.rerank-*")
"""Models that answer with numbers, for which a guardrail has no text to look at."""
_SERVICE_ROLES: Final = (
    "arn:aws:iam::*:role/service-role/AmazonBedrockExecutionRoleForAgents_*",
    "arn:aws:iam::*:role/service-role/AmazonBedrockExecutionRoleForKnowledgeBase_*",
)
"""The names that the console gives to the roles of agents and knowledge bases.

Source: docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html, kb-permissions.html, 2026-11-26.
"""
_MODES: Final = ("none", "default")
"""Modes of data retention in which no provider is handed texts."""


def values_of(
    template: PolicyTemplate, intent: Intent, environment: EnvironmentIntent
) -> dict[str, Value | None]:
    """The value of each parameter of a policy file; None where the manifest must give it."""
    choice = intent.manifest.statements.get(template.id)
    given = choice.parameters if choice is not None else {}
    found: dict[str, Value | None] = {}
    for name, parameter in template.header.parameters.items():
        value: Value | None = given.get(name)
        if value is None:
            known = _VALUES.get(f"{template.id}.{name}", _VALUES.get(name))
            value = known(intent, environment) if known is not None else None
        if value is not None and not parameter.is_list and not isinstance(value, str):
            value = value[0] if len(value) == 1 else None
        found[name] = value
    return found


def geographies(intent: Intent) -> tuple[str, ...]:
    """The geographies of which a profile can be called in a Region of the manifest."""
    return tuple(
        sorted(
            {
                profile.id.partition(".")[0]
                for profile in inference_profiles().values()
                if not profile.is_global and any(region in profile.routes for region in intent.regions)
            }
        )
    )


def _global_profiles(intent: Intent) -> tuple[str, ...]:
    own = (
        one.arn
        for one in intent.manifest.models.application_inference_profiles
        if parse(one.model).geo_scope == "global"
    )
    return (_GLOBAL_PROFILES, *own)


_VALUES: Final[Mapping[str, Callable[[Intent, EnvironmentIntent], Value]]] = {
    "deployers": lambda _, __: DEPLOYERS,
    "organization_stays.deployers": lambda intent, _: (OWN_ROLES.replace("*", intent.hub_account, 1),),
    "taggers": lambda _, __: DEPLOYERS,
    "roles": lambda intent, _: (OWN_ROLES, STACK_SET_ROLES, *_let_through(intent)),
    "passers": lambda intent, _: (*DEPLOYERS, *hub_stewards(intent.hub_account)),
    "stewards": lambda intent, _: (
        *(STACK_SET_ROLES, DEPLOYER_ROLES),
        *hub_stewards(intent.hub_account),
    ),
    "models": lambda _, environment: environment.approved_models,
    "resources": lambda _, __: (),
    "regions": lambda intent, _: intent.regions,
    "geographies": lambda intent, _: geographies(intent),
    "destinations": lambda intent, _: destinations(intent.regions),
    "profiles": lambda _, __: (_APPLICATION_PROFILES,),
    "global_profiles": lambda intent, _: _global_profiles(intent),
    "modes": lambda _, __: _MODES,
    "guardrails": lambda _, __: (ANY_VERSION,),
    "models_without": lambda _, __: _KNOWS_NO_GUARDRAIL,
    "principals_without": lambda _, __: _SERVICE_ROLES,
    "service_roles": lambda _, __: _SERVICE_ROLES,
    "endpoints": lambda _, __: (),
    "vpcs": vpc_ids,
    "tags": lambda intent, _: intent.manifest.tags.required,
    "organization": lambda intent, _: intent.manifest.organization.id,
    "buckets": lambda _, __: (BUCKETS,),
    "aliases": lambda _, __: ALIASES,
}


def _let_through(intent: Intent) -> tuple[str, ...]:
    """The roles that other statements let through by what the manifest says of them."""
    named = (
        value
        for choice in intent.manifest.statements.values()
        for name, values in choice.parameters.items()
        if name in ("approvers", "principals", "deployers", "taggers")
        for value in values
    )
    return tuple(sorted(set(named)))
