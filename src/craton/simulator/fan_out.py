"""One call of Bedrock is several authorisations: which ones, and with which context.

Source: docs.aws.amazon.com/bedrock/latest/userguide/ geographic-cross-region-inference.html,
global-cross-region-inference.html, inference-profiles-prereq.html, endpoints.html,
guardrails-permissions-id.html and batch-inference-permissions.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.core.model_reference import parse
from craton.core.quoting import ticked
from craton.registry.inference import UNSPECIFIED
from craton.simulator.bedrock_call import CallError, Leg
from craton.simulator.caller import caller_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.model_reference import ModelReference
    from craton.registry.inference import InferenceProfile, InferenceSurface
    from craton.simulator.bedrock_call import BedrockCall, LegKind
    from craton.simulator.call_context import LegContext

_GUARDRAIL: Final = "bedrock:GuardrailIdentifier"
_PROFILE: Final = "bedrock:InferenceProfileArn"
_ROUTER: Final = "bedrock:PromptRouterArn"
_STATEFUL: Final = ("bedrock:ModelArn", "bedrock:ProjectArn")
_RESPONSES: Final = ("Responses", "ResponsesStream")
REGION: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")
"""The form of a Region's code; which codes there are changes."""

_UNDOCUMENTED: Final = "AWS's pages do not say which action authorises `{}`"


class FanOut:
    """The legs of one call.

    Raises: CallError, where such a call cannot be made, for example with a guardrail where there are none.
    """

    def __init__(
        self,
        call: BedrockCall,
        surface: InferenceSurface,
        profiles: Mapping[str, InferenceProfile],
        context: LegContext,
    ) -> None:
        self._call = call
        self._surface = surface
        self._profiles = profiles
        self._context = context
        self._partition = partition_of(call.region)
        self._named = parse(call.model)
        _refuse_what_cannot_be(call, surface, self._named)

    def legs(self) -> tuple[Leg, ...]:
        """Every authorisation that the call takes, in the order in which a reader follows them."""
        return (*self._bearer(), *self._target(), *self._guarding())

    def _bearer(self) -> Iterator[Leg]:
        if self._call.bearer is not None and self._surface.bearer is not None:
            prefix = self._surface.bearer.partition(":")[0]
            sort = "long-term" if self._call.bearer == "LONG_TERM" else "short-term"
            own = {f"{prefix}:BearerTokenType": self._call.bearer}
            request = self._context.request(self._surface.bearer, "*", own=own)
            yield Leg(kind="bearer_token", about=f"the {sort} API key", request=request)

    def _target(self) -> Iterator[Leg]:
        match self._surface.target:
            case "model":
                yield from self._model()
                if self._surface.api in _RESPONSES:
                    yield self._default_project()
            case "batch":
                yield from self._batch()
            case "project":
                yield self._mantle_project()
            case "service":
                yield from self._service()
            case "guardrail":
                return

    def _guarding(self) -> Iterator[Leg]:
        """The guardrail is authorised by its ARN without a version."""
        if self._call.guardrail is not None:
            arn, version = _without_version(self._guardrail_arn(self._call.guardrail))
            about = f"version {version} of the guardrail" if version else "the draft of the guardrail"
            request = self._context.request("bedrock:ApplyGuardrail", arn)
            yield Leg(kind="guardrail", about=about, request=request)

    def _model(self) -> Iterator[Leg]:
        """The legs of a call that names a model, a profile, or anything else that answers like a model."""
        match self._named.kind:
            case "foundation_model":
                region = self._call.region
                arn = self._call.model if self._call.model.startswith("arn:") else None
                about = f"the model in {region}"
                yield self._foundation_model(self._named.base, region, about, absent=(_PROFILE,), arn=arn)
            case "inference_profile":
                yield from self._system_profile()
            case "application_inference_profile":
                yield from self._application_profile()
            case "prompt_router":
                yield self._invoke("prompt_router", "the prompt router", self._call.model, absent=(_PROFILE,))
                yield _nothing_known("which models the prompt router may choose is not said")
            case _:
                absent = (_PROFILE, _ROUTER)
                yield self._invoke("model_resource", "the model", self._call.model, absent=absent)

    def _system_profile(self) -> Iterator[Leg]:
        name, region = str(self._named.profile_id), self._call.region
        arn = self._call.model
        if not arn.startswith("arn:"):
            arn = self._own_arn(f"inference-profile/{name}")
        about = f"the inference profile in {region}"
        yield self._invoke("inference_profile", about, arn, absent=(_ROUTER,))
        yield from self._routed(self._named, {_PROFILE: arn})

    def _application_profile(self) -> Iterator[Leg]:
        """An application inference profile, and the model in the Regions of what it was copied from.

        Nowhere is said that the profile it was copied from is authorised too: the role of a batch job needs
        the application profile and the models. Nor is said which of the two ARNs the condition key holds.
        Source: docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html, retrieved 2026-11-26.
        """
        about = "the application inference profile"
        yield self._invoke("application_inference_profile", about, self._call.model, absent=(_ROUTER,))
        if self._call.copied_from is None:
            yield _nothing_known("what the application inference profile was copied from is not said")
            return
        yield from self._routed(parse(self._call.copied_from), {})

    def _routed(self, behind: ModelReference, own: Mapping[str, str]) -> Iterator[Leg]:
        """The model wherever a profile sends calls; `own` are the keys by which a leg tells the profile."""
        model, region = behind.base, self._call.region
        if model is None:
            yield _nothing_known("which model stands behind the profile is not known")
            return
        yield self._foundation_model(model, region, f"the model in {region}, the source Region", own=own)
        for destination in self._destinations(behind):
            if isinstance(destination, Leg):
                yield destination
            elif destination == UNSPECIFIED:
                about = "the model anywhere, its Region unspecified"
                yield self._foundation_model(model, destination, about, own=own)
            elif destination != region:
                about = f"the model in {destination}, a destination Region"
                yield self._foundation_model(model, destination, about, own=own)

    def _destinations(self, behind: ModelReference) -> Iterator[str | Leg]:
        """Where calls are routed to from the Region of this one, or a leg that says that it is not known."""
        name, region = behind.profile_id, self._call.region
        if name is None:
            return
        profile = self._profiles.get(name)
        if profile is not None and region in profile.routes:
            yield from profile.routes[region]
        elif behind.geo_scope == "global":
            yield UNSPECIFIED
        elif profile is not None:
            sources = ", ".join(sorted(profile.routes))
            yield _nothing_known(f"AWS states routes of `{name}` from {sources}, and none from {region}")
        else:
            yield _nothing_known(f"where the inference profile `{name}` routes to is not known")

    def _foundation_model(
        self,
        model: str | None,
        region: str,
        about: str,
        *,
        own: Mapping[str, str] | None = None,
        absent: tuple[str, ...] = (),
        arn: str | None = None,
    ) -> Leg:
        """The model in one Region. Here alone is it documented that the guardrail of the call is told."""
        resource = arn or self._model_arn(str(model), region)
        keys = dict(own or {})
        if self._call.guardrail is not None:
            keys[_GUARDRAIL] = self._guardrail_arn(self._call.guardrail)
        return self._invoke(
            "foundation_model", about, resource, region=region, own=keys, absent=(*absent, _ROUTER)
        )

    def _invoke(
        self,
        kind: LegKind,
        about: str,
        resource: str,
        *,
        region: str | None = None,
        own: Mapping[str, str] | None = None,
        absent: tuple[str, ...] = (),
    ) -> Leg:
        keys = {**self._tier(), **(own or {})}
        gone = list(absent)
        if self._call.guardrail is None:
            gone.append(_GUARDRAIL)
        if self._surface.api not in _RESPONSES:
            gone += _STATEFUL
        request = self._context.request(self._surface.action, resource, region=region, own=keys, absent=gone)
        missing = None if self._surface.documented else _UNDOCUMENTED.format(self._surface.api)
        return Leg(kind=kind, about=about, request=request, missing=missing)

    def _default_project(self) -> Leg:
        """What the Responses API keeps belongs to the default project."""
        resource = self._own_arn("project/default")
        return self._invoke("project", "the default project", resource, absent=(_PROFILE, _ROUTER))

    def _mantle_project(self) -> Leg:
        arn = f"arn:{self._partition}:bedrock-mantle:{self._call.region}:{self._call.account}"
        own = {"bedrock-mantle:Model": self._call.model, **self._tier()}
        resource = f"{arn}:project/{self._call.project}"
        request = self._context.request(self._surface.action, resource, own=own)
        return Leg(kind="project", about=f"the project {self._call.project} of mantle", request=request)

    def _batch(self) -> Iterator[Leg]:
        """The job that is to be made, and the model in each Region where it may run."""
        job = self._own_arn("model-invocation-job/*")
        yield self._job("batch_job", "the batch job, which has no id yet", job, self._call.region)
        behind = self._named
        if behind.kind == "application_inference_profile":
            behind = parse(self._call.copied_from) if self._call.copied_from is not None else behind
        if behind.base is None:
            yield _nothing_known("which model the batch job runs is not known")
            return
        regions = [self._call.region]
        for destination in self._destinations(behind):
            if isinstance(destination, Leg):
                yield destination
            elif destination not in regions:
                regions.append(destination)
        for region in regions:
            where = "anywhere, its Region unspecified" if region == UNSPECIFIED else f"in {region}"
            arn = self._model_arn(behind.base, region)
            yield self._job("foundation_model", f"the model {where}", arn, region)

    def _job(self, kind: LegKind, about: str, resource: str, region: str) -> Leg:
        request = self._context.request(self._surface.action, resource, region=region)
        return Leg(kind=kind, about=about, request=request)

    def _service(self) -> Iterator[Leg]:
        """What a service is asked for. Some of the calls that it makes carry no guardrail."""
        request = self._context.request(self._surface.action, self._call.model)
        yield Leg(kind="service_resource", about=self._surface.api, request=request)
        yield _nothing_known(f"which models `{self._surface.api}` runs, and as whom, is not documented")

    def _tier(self) -> dict[str, str]:
        prefix = self._surface.action.partition(":")[0]
        return {} if self._call.tier is None else {f"{prefix}:ServiceTier": self._call.tier}

    def _guardrail_arn(self, given: str) -> str:
        named = given.removesuffix(":DRAFT")
        return named if named.startswith("arn:") else self._own_arn(f"guardrail/{named}")

    def _own_arn(self, resource: str) -> str:
        return f"arn:{self._partition}:bedrock:{self._call.region}:{self._call.account}:{resource}"

    def _model_arn(self, model: str, region: str) -> str:
        place = "" if region == UNSPECIFIED else region
        return f"arn:{self._partition}:bedrock:{place}::foundation-model/{model}"


def partition_of(region: str) -> str:
    """The partition of AWS that a Region is in.

    Source: botocore 1.44.5, data/partitions.json, retrieved 2026-11-26.
    """
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws-cn" if region.startswith("cn-") else "aws"


def _nothing_known(what: str) -> Leg:
    return Leg(kind="unknown", about="what else is authorised", missing=what)


def _without_version(guardrail: str) -> tuple[str, str]:
    """A guardrail's ARN, and the version that was named with it, if any."""
    head, _, resource = guardrail.rpartition("guardrail/")
    name, _, version = resource.partition(":")
    return f"{head}guardrail/{name}", version


def _refuse_what_cannot_be(call: BedrockCall, surface: InferenceSurface, named: ModelReference) -> None:
    if REGION.fullmatch(call.region) is None:
        raise CallError(f"{ticked(call.region)} is no Region", about="region", hint="write it as `us-east-1`")
    takes_model = surface.target in ("model", "batch")
    if takes_model and named.kind == "unknown":
        raise CallError(
            f"{ticked(call.model)} is no model, inference profile, or ARN of one",
            about="model",
            hint="write an id such as `anthropic.claude-sonnet-4-6` or `us.anthropic.claude-sonnet-4-6`",
        )
    if call.guardrail is not None and surface.target != "guardrail" and _GUARDRAIL not in surface.keys:
        raise CallError(f"`{surface.api}` takes no guardrail", about="guardrail", hint="leave it out")
    if call.guardrail is None and surface.target == "guardrail":
        hint = "name one by id or ARN"
        raise CallError(f"`{surface.api}` needs a guardrail", about="guardrail", hint=hint)
    if call.tier is not None and not any(key.endswith(":ServiceTier") for key in surface.keys):
        raise CallError(f"`{surface.api}` has no service tier", about="tier", hint="leave it out")
    if call.bearer is not None and surface.bearer is None:
        raise CallError(f"`{surface.api}` cannot be called with an API key", about="bearer")
    if call.bearer == "LONG_TERM" and caller_of(call.principal).kind != "user":
        hint = "name the user as principal"
        raise CallError("a long-term API key belongs to an IAM user", about="bearer", hint=hint)
    if surface.target == "project" and named.kind not in ("foundation_model", "unknown"):
        hint = "mantle knows no inference profiles"
        raise CallError(f"{ticked(call.model)} is no model of mantle", about="model", hint=hint)
