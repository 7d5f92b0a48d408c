"""What a `modelId` names: the foundation model behind it, and where the call may be routed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

ModelKind = Literal[
    "foundation_model",
    "inference_profile",
    "application_inference_profile",
    "provisioned_model",
    "custom_model",
    "imported_model",
    "marketplace_endpoint",
    "prompt_router",
    "unknown",
]
GeoScope = Literal["in_region", "geo", "global"]

GEOGRAPHIES: Final = frozenset({"us", "eu", "apac", "jp", "au", "in", "ca", "us-gov", "global"})
"""The prefixes of system-defined inference profiles.

Source: us, eu, apac, jp, au, us-gov and global are named by the user guide
(https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html) and carried by the ids
of both price sources (litellm 1.109.1, genai-prices 0.2.3); `in` stands in those ids alone
(`in.moonshotai.kimi-k3`), `ca` in the profile id `ca.amazon.nova-lite-v1:0`. Retrieved 2026-11-24.
"""

LIST_PRICED: Final[frozenset[ModelKind]] = frozenset(
    {"foundation_model", "inference_profile", "application_inference_profile"}
)
"""The kinds that AWS bills by the list price of a foundation model. Provisioned, custom and imported models
and endpoints are billed by the hour or under terms of their own, prompt routers by the model they choose."""


class ApplicationProfile(Struct, frozen=True):
    """An application inference profile, as somebody told us: its ARN alone names neither model nor tags.

    `model` is what the profile was copied from: a foundation model or a system-defined inference profile,
    by id or ARN.
    """

    model: str
    tags: Mapping[str, str] = MappingProxyType({})


class ModelReference(Struct, frozen=True):
    """What a `modelId` names.

    `base` is the foundation model's id as AWS spells it, without geography; None where the id cannot tell.
    `geo_scope` says where the call may be routed: the called Region alone, a geography, or anywhere; None
    where the id cannot tell. `profile_id` is the id of a system-defined inference profile, or the ARN of an
    application inference profile.
    """

    kind: ModelKind
    base: str | None = None
    geo_scope: GeoScope | None = None
    profile_id: str | None = None

    @property
    def has_list_price(self) -> bool:
        """Whether the call is billed at a foundation model's list price."""
        return self.kind in LIST_PRICED and self.base is not None


_UNKNOWN: Final = ModelReference(kind="unknown")

# `arn:partition:service:region:account:resource`; a foundation model has no account, and under global routing
# AWS writes no Region either. The resource may hold colons.
_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:(?P<service>bedrock|sagemaker):(?P<region>[a-z0-9-]*):[^:]*:(?P<resource>.+)"
)

# `provider.model[:version[:context window]]`. The window (`:48k`, or `:512` of embedding models) marks the
# same model as sold for Provisioned Throughput and customization.
# Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prov-thru-supported.html, retrieved 2026-11-24.
_FOUNDATION_MODEL: Final = re.compile(
    r"(?P<base>[a-z0-9][a-z0-9-]*\.[A-Za-z0-9][A-Za-z0-9._-]*(?::[0-9]+)?)(?P<window>:[0-9]+k?|:mm)?"
)

# What may stand between a geography and a model's name. A provider has letters and digits only, and is no
# version: so `us.v3.2` would be a model of a provider called `us`, as `deepseek.v3.2` is one of deepseek.
_PROVIDER: Final = re.compile(r"(?!v[0-9]+\.)[a-z][a-z0-9]*\.")

_ENDPOINT: Final = ModelReference(kind="marketplace_endpoint", geo_scope="in_region")
_ROUTER: Final = ModelReference(kind="prompt_router")
_WITHOUT_A_BASE: Final[Mapping[str, ModelReference]] = MappingProxyType(
    {
        "provisioned-model": ModelReference(kind="provisioned_model", geo_scope="in_region"),
        "custom-model-deployment": ModelReference(kind="custom_model", geo_scope="in_region"),
        "imported-model": ModelReference(kind="imported_model", geo_scope="in_region"),
        "marketplace": _ENDPOINT,
        "prompt-router": _ROUTER,
        "default-prompt-router": _ROUTER,
    }
)


def parse(model_id: str, profiles: Mapping[str, ApplicationProfile] = MappingProxyType({})) -> ModelReference:
    """What `model_id` names, for every form that a log may hold: a bare id, a profile id, or any model ARN.

    An application inference profile tells its model only through `profiles`, by ARN. An id in no known form
    is of kind `unknown`; nothing is raised.
    """
    if model_id in profiles:
        return _application_profile(model_id, profiles[model_id].model)
    arn = _ARN.fullmatch(model_id)
    if arn is None:
        return _by_id(model_id)
    if arn["service"] == "sagemaker":
        return _ENDPOINT if arn["resource"].startswith("endpoint/") else _UNKNOWN
    return _by_arn(model_id, region=arn["region"], resource=arn["resource"])


def _by_id(model_id: str) -> ModelReference:
    geography, _, model = model_id.partition(".")
    if geography in GEOGRAPHIES and _PROVIDER.match(model):
        return _system_profile(model_id)
    base = _foundation_model_id(model_id)
    return ModelReference(kind="foundation_model", base=base, geo_scope="in_region") if base else _UNKNOWN


def _by_arn(model_id: str, *, region: str, resource: str) -> ModelReference:
    collection, _, name = resource.partition("/")
    match collection:
        case "foundation-model":
            base = _foundation_model_id(name)
            scope: GeoScope | None = "in_region" if region else None
            return ModelReference(kind="foundation_model", base=base, geo_scope=scope) if base else _UNKNOWN
        case "inference-profile":
            return _system_profile(name)
        case "application-inference-profile":
            return ModelReference(kind="application_inference_profile", profile_id=model_id)
        case "custom-model":
            # `custom-model/<base id>/<own id>`; `custom-model/imported/<own id>` has no base.
            base = _foundation_model_id(name.partition("/")[0])
            return ModelReference(kind="custom_model", base=base, geo_scope="in_region")
        case _:
            return _WITHOUT_A_BASE.get(collection, _UNKNOWN)


def _system_profile(profile_id: str) -> ModelReference:
    geography, _, model = profile_id.partition(".")
    scope: GeoScope = "global" if geography == "global" else "geo"
    base = _foundation_model_id(model) if _PROVIDER.match(model) else None
    return ModelReference(
        kind="inference_profile",
        base=base,
        geo_scope=scope if base else None,
        profile_id=profile_id,
    )


def _application_profile(profile_arn: str, model: str) -> ModelReference:
    behind = parse(model)
    return ModelReference(
        kind="application_inference_profile",
        base=behind.base,
        geo_scope=behind.geo_scope,
        profile_id=profile_arn,
    )


def _foundation_model_id(text: str) -> str | None:
    found = _FOUNDATION_MODEL.fullmatch(text)
    return found["base"] if found else None
