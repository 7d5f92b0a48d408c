"""One call of Bedrock, as somebody describes it, and the authorisations that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from craton.core.errors import UserError
from craton.simulator.request import Request

BearerToken = Literal["SHORT_TERM", "LONG_TERM"]
PUBLIC = "public"
"""The endpoint of a call that comes over the internet."""

LegKind = Literal[
    "bearer_token",
    "inference_profile",
    "application_inference_profile",
    "foundation_model",
    "model_resource",
    "prompt_router",
    "project",
    "batch_job",
    "guardrail",
    "service_resource",
    "unknown",
]


class BedrockCall(Struct, frozen=True, kw_only=True):
    """What somebody is about to do.

    `api` is one of the inference surfaces, such as `Converse`. `model` is what the call names as its model:
    an id, the id of an inference profile, or an ARN; for an agent or a flow, its ARN. `copied_from` is what
    an application inference profile was made of. `guardrail` is an id or an ARN, with or without
    `:VERSION`. `endpoint` is the id of a VPC endpoint or `public`. None is what nobody said: it is not the
    same as absent, which `guardrail` alone is, because only a call that names a guardrail has one.
    `context` and `absent` say of further condition keys what they hold, or that they are not there.
    """

    principal: str
    account: str
    api: str
    model: str
    region: str
    copied_from: str | None = None
    guardrail: str | None = None
    endpoint: str | None = None
    bearer: BearerToken | None = None
    tier: str | None = None
    project: str = "default"
    organization: str | None = None
    at: datetime | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()


class CallError(UserError):
    """Such a call cannot be made. `about` names the part of `BedrockCall` that is at fault."""

    def __init__(self, message: str, *, about: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.about = about


class Leg(Struct, frozen=True, kw_only=True):
    """One authorisation that a call takes: all of them must be allowed.

    `about` says what is authorised, for a reader. `request` is None where it is not known what is asked,
    and then `missing` says what is not known; where both are there, the decision cannot be trusted, and
    `missing` says why.
    """

    kind: LegKind
    about: str
    request: Request | None = None
    missing: str | None = None
